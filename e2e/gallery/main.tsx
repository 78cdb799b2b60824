import { StrictMode, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { ClockContext } from "../../components/ui/clock.tsx";
import { stateNames, type StateName } from "./names.ts";
import { now } from "./samples/people.ts";
import { ceremonyStates } from "./states-ceremony.tsx";
import { groupStates, storageStates } from "./states-group.tsx";
import { pegStates } from "./states-peg.tsx";
import { intents, startStates } from "./states.tsx";

const states: Readonly<Record<StateName, () => ReactNode>> = {
  ...startStates,
  ...ceremonyStates,
  ...groupStates,
  ...storageStates,
  ...pegStates,
};
const wanted = new URLSearchParams(location.search).get("state");
const name = stateNames.find((candidate) => candidate === wanted);
const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");

Object.assign(window, { galleryIntents: intents });
createRoot(root).render(
  <StrictMode>
    <ClockContext value={() => now}>
      {name === undefined ? <main>Unknown state</main> : states[name]()}
    </ClockContext>
  </StrictMode>,
);
