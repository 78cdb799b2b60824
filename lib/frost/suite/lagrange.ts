import { Fn, N } from "./scalar.ts";

/**
 * Lagrange coefficient of `xi` over the distinct points `xs` for the value at `at` (RFC 9591 §4.2
 * `derive_interpolating_value` where `at` is 0). All public. Variable time.
 */
export function lagrange(xs: readonly bigint[], xi: bigint, at = 0n): bigint {
  let numerator = 1n;
  let denominator = 1n;
  for (const x of xs) {
    if (x === xi) continue;
    numerator = (numerator * (at - x)) % N;
    denominator = (denominator * (xi - x)) % N;
  }
  return Fn.mul(Fn.create(numerator), Fn.inv(Fn.create(denominator)));
}
