"use client";
import { startTransition, useEffect, useState } from "react";
import type { Session } from "./session.ts";
import type { Intent } from "./views/index.ts";

/**
 * A page's view of its session; it only subscribes and forwards. A view is drawn as a transition, in slices between which the page still
 * answers clicks and keys, and the session is told when it is in the document.
 */
export function useSession<View extends object, Said = Intent>(
  session: Session<View, Said>,
): readonly [View, (said: Said) => void] {
  const [view, setView] = useState<View>(session.view);
  useEffect(() => {
    const draw = (): void => startTransition(() => setView(session.view()));
    draw();
    return session.subscribe(draw);
  }, [session]);
  useEffect(() => session.placed(), [session, view]);
  return [view, session.act];
}
