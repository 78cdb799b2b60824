"use client";
import { createContext, useContext, useEffect, useState } from "react";

/** The time screens count from. A test gives its own, so that a picture of a waiting screen is always the same. */
export const ClockContext = createContext<() => number>(() => Date.now());

/** @returns milliseconds since 1970, renewed each second while the component is on screen */
export function useNow(): number {
  const clock = useContext(ClockContext);
  const [now, setNow] = useState(clock);
  useEffect(() => {
    const timer = setInterval(() => setNow(clock()), 1000);
    return () => clearInterval(timer);
  }, [clock]);
  return now;
}
