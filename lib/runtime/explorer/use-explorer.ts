"use client";
import { useEffect, useState, useSyncExternalStore } from "react";
import { Explorer, firstView } from "./explorer.ts";
import type { ExplorerPageView } from "./views.ts";

/** Milliseconds between renewals of what is shown, while somebody looks. */
const every = 3_000;

/** The explorer at a place of the page's fragment, kept fresh while the tab is in front. */
export function useExplorer(place: readonly string[]): readonly [ExplorerPageView, () => void] {
  const [explorer] = useState(
    () =>
      new Explorer({
        origin: typeof location === "undefined" ? "http://localhost" : location.origin,
        fetch: (input, init) => fetch(input, init),
        now: () => Date.now(),
      }),
  );
  const key = place.join("/");
  useEffect(() => {
    void explorer.goTo(key.split("/"));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = (): void => {
      timer = setTimeout(() => {
        if (document.hidden) again();
        else void explorer.renew().finally(again);
      }, every);
    };
    again();
    return () => clearTimeout(timer);
  }, [explorer, key]);
  const view = useSyncExternalStore(explorer.subscribe, explorer.view, () => firstView);
  return [view, () => void explorer.mine()];
}
