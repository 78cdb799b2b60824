"use client";
import { Ban, CircleCheck, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Act, LobbyView, SettingsView } from "../../lib/runtime/views/index.ts";
import { consequences } from "../../lib/runtime/views/index.ts";
import { summary } from "../create/meaning.tsx";
import { networkName } from "../frame/network.ts";
import { Button } from "../ui/button.tsx";
import { Hex, Needles } from "../ui/marks.tsx";
import { Note } from "../ui/note.tsx";
import { Facts, Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";

/** A coordinator without a seat has given no name. */
function role(coordinator: string, seat: number | undefined): string {
  if (seat !== undefined) return `${coordinator}, in seat ${seat}`;
  return coordinator === "the coordinator" ? "Holds no share" : `${coordinator}, holds no share`;
}

/** What a member agrees to, in full. */
export function Settings(props: {
  readonly of: SettingsView;
  readonly coordinator?: string | undefined;
  /** The coordinator's own seat, where it holds a share too. */
  readonly coordinatorSeat?: number | undefined;
  /** False in an invitation: seats get their numbers in the order in which people join. */
  readonly numbered?: boolean;
}) {
  const { of, coordinator, coordinatorSeat, numbered = true } = props;
  const total = of.seats.length;
  const meaning = consequences(of.threshold, total);
  return (
    <div className="stack">
      <div className="flex flex-wrap items-center gap-6">
        <p className="text-[3.25rem] leading-none font-semibold tracking-tighter">
          {of.threshold} <span className="text-ink-2 text-2xl font-normal tracking-normal">of</span> {total}
        </p>
        <Needles of={{ have: of.threshold, needed: of.threshold, total }} height={44} />
        <p className="text-ink-2 min-w-0 flex-1 basis-56">{summary(meaning)}</p>
      </div>
      {meaning.guard !== "none" && (
        <p className="state sun whitespace-normal!">
          <TriangleAlert className="icon" />
          <span>
            {meaning.guard === "one-is-enough"
              ? "Weak choice: any one of you can take everything."
              : "Weak choice: one lost device with no backup loses the funds."}
          </span>
        </p>
      )}
      <Facts
        rows={[
          ["Group", <b key="g">{of.name}</b>],
          ["Network", networkName[of.network]],
          ...(coordinator === undefined
            ? []
            : [["Coordinator", role(coordinator, coordinatorSeat)] as const]),
          [
            "Members",
            of.seats.map(({ seat, name, weight }) => (
              <span key={seat} className="block wrap-anywhere">
                {numbered && `${seat}. `}
                {name}
                {weight > 1 && `, ${weight} keys`}
              </span>
            )),
          ],
        ]}
      />
    </div>
  );
}

/** What there is to agree to, and below it what an answer means or the answer itself. */
function Agreement(props: {
  readonly view: LobbyView;
  readonly title: string;
  readonly side?: ReactNode;
  readonly children: ReactNode;
}) {
  const { settings, coordinator, coordinatorSeat } = props.view;
  return (
    <Panel title={props.title} side={props.side} flush>
      <div className="panel-body">
        <Settings of={settings} coordinator={coordinator} coordinatorSeat={coordinatorSeat} />
      </div>
      <div className="panel-body stack tight">{props.children}</div>
    </Panel>
  );
}

function Counts({ groupId }: { readonly groupId: string | undefined }) {
  if (groupId === undefined) return null;
  return (
    <>
      {" "}
      It counts for group <Hex value={groupId.slice(0, 16)} /> alone.
    </>
  );
}

/**
 * A member's own answer to the settings. They stand here before they can be answered and after, so that being asked moves nothing else on
 * the screen.
 */
export function Approval({ view, act }: { readonly view: LobbyView; readonly act: Act }) {
  switch (view.yourAnswer) {
    case undefined:
      return (
        <Agreement view={view} title="Settings of the group">
          <p className="help">
            You are asked to approve them once everybody has joined. Check then with the others that these are
            the right people: your answer is signed and shown to all, and the settings cannot change
            afterwards.
          </p>
        </Agreement>
      );
    case "approved":
      return (
        <Agreement
          view={view}
          title="Settings of the group"
          side={
            <State tone="go" icon={CircleCheck}>
              Approved
            </State>
          }
        >
          <p className="help">
            Your answer is signed and shown to all; the settings cannot change any more.
            <Counts groupId={view.groupId} />
          </p>
        </Agreement>
      );
    case "refused":
      return (
        <Note tone="stop" title="You refused these settings">
          <p>
            The others see that. Nothing was made. {view.coordinator} can ask again, or go on without you.
          </p>
        </Note>
      );
    case "wanted":
      return (
        <Agreement view={view} title="Settings of the group">
          <p className="help">
            Check with the others that these are the right people. Your answer is signed and shown to all; the
            settings cannot change afterwards.
            <Counts groupId={view.groupId} />
          </p>
          <div className="row">
            <Button
              look="main"
              size="big"
              icon={<CircleCheck className="icon" />}
              onPress={() => act({ do: "answer-settings", answer: "approve" })}
            >
              Approve the settings
            </Button>
            <Button
              size="big"
              icon={<Ban className="icon" />}
              onPress={() => act({ do: "answer-settings", answer: "refuse" })}
            >
              Refuse
            </Button>
          </div>
        </Agreement>
      );
  }
}
