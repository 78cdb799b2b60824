"use client";
import { useSyncExternalStore } from "react";

/** What a media query says, kept up to date. `before` is what a page built without a window is drawn with. */
function useMedia(query: string, before: boolean): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = matchMedia(query);
      media.addEventListener("change", changed);
      return () => media.removeEventListener("change", changed);
    },
    () => matchMedia(query).matches,
    () => before,
  );
}

/** Whether the window is as wide as `md:` styles ask for. */
export const useWide = (): boolean => useMedia("(min-width: 48rem)", true);

/**
 * Width a chart is drawn at, in its own units. A chart is scaled to its panel with everything in it: drawn narrower on a
 * phone, its words keep their size.
 */
export const useChartWidth = (): number => (useMedia("(max-width: 29.99rem)", false) ? 270 : 500);
