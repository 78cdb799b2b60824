"use client";
import { useEffect } from "react";
import { createSession } from "../session.ts";
import { useSession } from "../use-session.ts";
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
  return useSession(session);
}
