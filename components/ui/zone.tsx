"use client";
import { useSyncExternalStore } from "react";

const never = (): (() => void) => () => undefined;

/** The browser's distance from UTC, e.g. "UTC+1" or "UTC−3:30". */
function zone(): string {
  const minutes = -new Date().getTimezoneOffset();
  if (minutes === 0) return "UTC";
  const whole = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `UTC${minutes < 0 ? "−" : "+"}${whole}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`}`;
}

/** Which clock every time on the screen is told by. The built page knows no zone, so it says so once it runs. */
export function Zone() {
  return useSyncExternalStore(never, zone, () => "your time zone");
}
