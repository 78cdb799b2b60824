import type { Availability } from "../../lib/runtime/views/index.ts";

/** A round number at or above `value`, so that an axis ends on something readable. */
export function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= value) ?? 10;
  return step * power;
}

/** A round even number at or above a count, so that half of it is a count too. */
export function evenTop(count: number): number {
  const top = niceTop(count);
  return top % 2 === 0 ? top : 2 * Math.ceil(top / 2);
}

/** Four equal marks from zero to `top`. */
export const marks = (top: number): number[] => [0, top / 4, top / 2, (top * 3) / 4, top];

const rank: Readonly<Record<Availability, number>> = { unknown: 0, away: 1, slow: 2, online: 3 };

/** Half as many slices for a narrow screen; a pair shows the worse of its two, so that no absence disappears. */
export function halved(bins: readonly Availability[]): Availability[] {
  const half: Availability[] = [];
  for (let at = 0; at < bins.length; at += 2) {
    const one = bins[at] ?? "unknown";
    const two = bins[at + 1] ?? one;
    half.push(two !== "unknown" && (one === "unknown" || rank[two] < rank[one]) ? two : one);
  }
  return half;
}

/** Spreads dots over a lane without a random number: the same samples always draw the same picture. */
export const spread = (index: number): number => (((index * 7919) % 13) / 12 - 0.5) * 12;
