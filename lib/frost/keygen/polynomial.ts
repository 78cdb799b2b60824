import { PointVector } from "../math/index.ts";
import { type Rng, randomScalar } from "../suite/rng.ts";
import { N, Point } from "../suite/scalar.ts";

/** `threshold` coefficients, constant first, each uniform in 1 … n−1; the constant is `secret` where given. */
export function randomPolynomial(threshold: number, rng: Rng, secret?: bigint): bigint[] {
  return Array.from({ length: threshold }, (_, k) =>
    k === 0 && secret !== undefined ? secret : randomScalar(rng),
  );
}

/** Value at x of a polynomial with secret coefficients, by Horner's rule: a fixed pattern of operations. */
export function evaluatePolynomial(coefficients: readonly bigint[], x: bigint): bigint {
  let value = 0n;
  for (let k = coefficients.length - 1; k >= 0; k--) value = (value * x + (coefficients[k] ?? 0n)) % N;
  return value;
}

/** One commitment aₖ·G per secret coefficient, by noble's fixed-pattern `BASE.multiply`. No coefficient may be zero. */
export function commitToPolynomial(coefficients: readonly bigint[]): PointVector {
  return PointVector.fromNoble(coefficients.map((coefficient) => Point.BASE.multiply(coefficient)));
}

/** s·G for a secret s, the identity for zero, by noble's fixed-pattern `BASE.multiply`. */
export function commitToScalar(secret: bigint): PointVector {
  return PointVector.fromNoble([secret === 0n ? Point.ZERO : Point.BASE.multiply(secret)]);
}
