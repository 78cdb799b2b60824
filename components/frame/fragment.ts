"use client";
import { useSyncExternalStore } from "react";

/**
 * The place inside a page is the part of the URL after "#/": it survives reload, works with the back button and never
 * reaches a server. An invite has no slash after the "#", so the two cannot be mixed up.
 */
const subscribe = (listener: () => void): (() => void) => {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
};
const read = (): string => (location.hash.startsWith("#/") ? location.hash.slice(2) : "");

/** @returns the parts of the place, e.g. ["requests", "42"]; empty at the start */
export function usePlace(): readonly string[] {
  const place = useSyncExternalStore(subscribe, read, () => "");
  return place.split("/").filter((part) => part !== "");
}
