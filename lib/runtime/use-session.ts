"use client";
import { useSyncExternalStore } from "react";
import type { Session } from "./session.ts";
import type { Intent } from "./views/index.ts";

/** A page's view of its session; it only subscribes and forwards. */
export function useSession<View, Said = Intent>(
  session: Session<View, Said>,
): readonly [View, (said: Said) => void] {
  return [useSyncExternalStore(session.subscribe, session.view, session.view), session.act];
}
