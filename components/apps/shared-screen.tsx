"use client";
import { Suspense, useEffect, type ReactNode } from "react";
import type { Act, ChromeView, SignerScreen } from "../../lib/runtime/views/index.ts";
import { Altered } from "../frame/altered.tsx";
import { FailedScreen } from "../frame/failed-screen.tsx";
import { Screen, StepBar } from "../frame/screen.tsx";
import { Starting } from "../frame/starting.tsx";
import { ElsewhereScreen } from "../storage/elsewhere-screen.tsx";
import { UnlockScreen } from "../storage/unlock-screen.tsx";
import { fetchScreensAhead, lazyScreen } from "../frame/lazy-screen.tsx";

const Lobby = lazyScreen(() => import("../lobby/lobby-screen.tsx").then((m) => ({ default: m.LobbyScreen })));
const Ceremony = lazyScreen(() =>
  import("../ceremony/ceremony-screen.tsx").then((m) => ({ default: m.CeremonyScreen })),
);
const Compare = lazyScreen(() =>
  import("../compare/compare-screen.tsx").then((m) => ({ default: m.CompareScreen })),
);
const Stopped = lazyScreen(() =>
  import("../compare/stopped-screen.tsx").then((m) => ({ default: m.StoppedScreen })),
);
const Group = lazyScreen(() => import("../group/group-screen.tsx").then((m) => ({ default: m.GroupScreen })));
const Protect = lazyScreen(() =>
  import("../storage/protect-screen.tsx").then((m) => ({ default: m.ProtectScreen })),
);
const Restore = lazyScreen(() =>
  import("../storage/restore-screen.tsx").then((m) => ({ default: m.RestoreScreen })),
);

export type SharedScreen = Exclude<SignerScreen, { tag: "join" }>;

function content(view: SharedScreen, act: Act): ReactNode {
  switch (view.tag) {
    case "starting":
      return <Starting />;
    case "elsewhere":
      return <ElsewhereScreen view={view.elsewhere} act={act} />;
    case "unlock":
      return <UnlockScreen view={view.unlock} act={act} />;
    case "protect":
      return <Protect view={view.protect} act={act} />;
    case "restore":
      return <Restore view={view.restore} act={act} />;
    case "lobby":
      return <Lobby view={view.lobby} act={act} />;
    case "ceremony":
      return (
        <Ceremony board={view.board} {...(view.proof === undefined ? {} : { proof: view.proof })} act={act} />
      );
    case "compare":
      return <Compare view={view.compare} act={act} />;
    case "stopped":
      return <Stopped view={view.stopped} />;
    case "group":
      return <Group view={view.group} act={act} />;
    case "failed":
      return <FailedScreen error={view.failure} act={act} />;
  }
}

const step = (tag: SharedScreen["tag"]): number | undefined => {
  switch (tag) {
    case "protect":
      return 0;
    case "lobby":
      return 1;
    case "ceremony":
      return 2;
    case "compare":
      return 3;
    case "starting":
    case "elsewhere":
    case "unlock":
    case "restore":
    case "stopped":
    case "group":
    case "failed":
      return undefined;
  }
};

/** Puts a screen into its frame; the code of a screen is loaded when the screen is first shown. */
export function Framed(props: {
  readonly chrome: ChromeView;
  readonly at?: number | undefined;
  readonly bare?: boolean;
  /** Which screen this is: a new one shows that it loads instead of leaving the old one standing. */
  readonly screen: string;
  readonly children: ReactNode;
}) {
  useEffect(() => void fetchScreensAhead(), []);
  return (
    <Screen
      chrome={props.chrome}
      screen={props.screen}
      {...(props.bare === true ? { bare: true } : {})}
      before={props.at === undefined ? undefined : <StepBar at={props.at} />}
    >
      {props.chrome.altered !== undefined && <Altered count={props.chrome.altered} />}
      <Suspense key={props.screen} fallback={<Starting />}>
        {props.children}
      </Suspense>
    </Screen>
  );
}

/** Draws whichever screen both roles share. */
export function SharedScreens(props: {
  readonly chrome: ChromeView;
  readonly view: SharedScreen;
  readonly act: Act;
}) {
  const { chrome, view, act } = props;
  return (
    <Framed screen={view.tag} chrome={chrome} at={step(view.tag)} bare={view.tag === "stopped"}>
      {content(view, act)}
    </Framed>
  );
}
