"use client";
import { useSyncExternalStore } from "react";

/** Whether the window is as wide as `md:` styles ask for. */
export function useWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const wide = matchMedia("(min-width: 48rem)");
      wide.addEventListener("change", changed);
      return () => wide.removeEventListener("change", changed);
    },
    () => matchMedia("(min-width: 48rem)").matches,
    () => true,
  );
}
