"use client";
import { useEffect, useSyncExternalStore } from "react";
import { createSession } from "../session.ts";
import type { PegAct, PegIntent, PegPageView } from "../views/index.ts";

const session = createSession<PegPageView, PegIntent>({
  chrome: {},
  wallet: { state: "none", choices: [] },
  tag: "starting",
});
let started = false;

/** The testers' page and how to act on it; its driver is fetched after the first paint, once per page load. */
export function usePeg(): readonly [PegPageView, PegAct] {
  useEffect(() => {
    if (started) return;
    started = true;
    import("./page/start.ts")
      .then(({ startPegPage }) => startPegPage(session))
      .catch((error: unknown) => {
        started = false;
        console.error(error);
        session.set({ ...session.view(), tag: "failed", problem: { code: "storage" } });
      });
  }, []);
  // Not as a transition: the form's fields show what the session holds, and would drop what is typed until it is drawn.
  return [useSyncExternalStore(session.subscribe, session.view, session.view), session.act];
}
