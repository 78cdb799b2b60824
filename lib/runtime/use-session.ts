"use client";
import { useSyncExternalStore } from "react";
import type { Session } from "./session.ts";
import type { Act } from "./views/index.ts";

/** A page's view of its session; it only subscribes and forwards. */
export function useSession<View>(session: Session<View>): readonly [View, Act] {
  return [useSyncExternalStore(session.subscribe, session.view, session.view), session.act];
}
