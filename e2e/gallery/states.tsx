import type { ReactNode } from "react";
import { CreateForm } from "../../components/create/create-form.tsx";
import { Screen, StepBar } from "../../components/frame/screen.tsx";
import { HomeScreen } from "../../components/home/home-screen.tsx";
import { JoinScreen } from "../../components/lobby/join-screen.tsx";
import { LobbyScreen } from "../../components/lobby/lobby-screen.tsx";
import type { ChromeView, Intent } from "../../lib/runtime/views/index.ts";
import * as start from "./samples/start.ts";
import { chrome, chromeBare, chromeMara, chromeOffline } from "./samples/people.ts";

/** What the screen under test asked for, newest last; a test reads it from the page. */
export const intents: Intent[] = [];
export const act = (intent: Intent): void => {
  intents.push(intent);
};

export const framed = (view: ChromeView, content: ReactNode, step?: number): ReactNode => (
  <Screen chrome={view} before={step === undefined ? undefined : <StepBar at={step} />}>
    {content}
  </Screen>
);

export const startStates = {
  home: () => <HomeScreen view={start.home} act={act} />,
  "home-new": () => <HomeScreen view={start.homeNew} act={act} />,
  "home-bad-link": () => <HomeScreen view={start.homeBadLink} act={act} />,
  create: () => framed(chromeBare, <CreateForm view={start.create} act={act} />),
  "create-weak": () => framed(chromeBare, <CreateForm view={start.createWeak} act={act} />),
  lobby: () => framed(chromeMara, <LobbyScreen view={start.lobby} act={act} />, 1),
  "lobby-ready": () => framed(chromeMara, <LobbyScreen view={start.lobbyReady} act={act} />, 1),
  "lobby-signer": () => framed(chrome, <LobbyScreen view={start.lobbySigner} act={act} />, 1),
  "lobby-signer-done": () => framed(chromeOffline, <LobbyScreen view={start.lobbySignerDone} act={act} />, 1),
  "lobby-closed": () => framed(chromeMara, <LobbyScreen view={start.lobbyClosed} act={act} />, 0),
  "lobby-closed-signer": () => framed(chrome, <LobbyScreen view={start.lobbyClosedSigner} act={act} />, 0),
  "lobby-trial": () => framed(chromeMara, <LobbyScreen view={start.lobbyTrial} act={act} />, 1),
  join: () => framed(chromeBare, <JoinScreen view={start.join} act={act} />, 0),
  "join-empty": () => framed(chromeBare, <JoinScreen view={start.joinEmpty} act={act} />),
  "join-refused": () => framed(chromeBare, <JoinScreen view={start.joinRefused} act={act} />),
};
