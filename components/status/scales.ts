/** A round number at or above `value`, so that an axis ends on something readable. */
export function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= value) ?? 10;
  return step * power;
}

/** Four equal marks from zero to `top`. */
export const marks = (top: number): number[] => [0, top / 4, top / 2, (top * 3) / 4, top];

/** Spreads dots over a lane without a random number: the same samples always draw the same picture. */
export const spread = (index: number): number => (((index * 7919) % 13) / 12 - 0.5) * 12;
