"use client";
import { createContext, startTransition, useContext, useEffect, useState } from "react";

/** The time screens count from. A test gives its own, so that a picture of a waiting screen is always the same. */
export const ClockContext = createContext<() => number>(() => Date.now());

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One timer for all that counts on a page, so that a second makes one drawing and not one for each of them. */
function everySecond(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => startTransition(() => listeners.forEach((tell) => tell())), 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** @returns milliseconds since 1970, renewed each second while the component is on screen */
export function useNow(): number {
  const clock = useContext(ClockContext);
  const [now, setNow] = useState(clock);
  useEffect(() => everySecond(() => setNow(clock())), [clock]);
  return now;
}
