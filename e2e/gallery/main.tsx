import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ClockContext } from "../../components/ui/clock.tsx";
import { now } from "./samples/people.ts";
import { ceremonyStates } from "./states-ceremony.tsx";
import { groupStates, storageStates } from "./states-group.tsx";
import { intents, startStates } from "./states.tsx";

const states = { ...startStates, ...ceremonyStates, ...groupStates, ...storageStates };
const name = new URLSearchParams(location.search).get("state") ?? "";
const draw = states[name];
const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");

Object.assign(window, { galleryStates: Object.keys(states), galleryIntents: intents });
createRoot(root).render(
  <StrictMode>
    <ClockContext value={() => now}>{draw === undefined ? <main>Unknown state</main> : draw()}</ClockContext>
  </StrictMode>,
);
