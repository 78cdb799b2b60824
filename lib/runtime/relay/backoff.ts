import { fraction, type Rng } from "../ports/rng.ts";

const FIRST_MS = 250;
const LONGEST_MS = 15_000;

/**
 * How long to wait before trying again: doubling up to 15 seconds, each time a random part between the half and the whole,
 * so that clients whose relay came back do not all come at once.
 * @param attempt 0 for the first repeat
 */
export function backoffMs(attempt: number, rng: Rng): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(whole * (0.5 + fraction(rng) / 2));
}
