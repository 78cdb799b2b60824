import { secp256k1 } from "@noble/curves/secp256k1.js";
import { linearCombination, isZeroCombination } from "./combine.ts";
import { PointVector } from "./point-vector.ts";

const N = secp256k1.Point.Fn.ORDER;

/**
 * C₀ + xC₁ + … + xᵗ⁻¹Cₜ₋₁: the verifying share of identifier x under a commitment (RFC 9591 appendix C.2,
 * `vss_verify`). A vector of length 1, possibly the identity. Small x (below 2³²) costs far less than a
 * derived one. Throws for an empty commitment. Variable time: public data only.
 */
export function evaluateCommitment(commitment: PointVector, x: bigint): PointVector {
  return evaluateCommitmentAt(commitment, [x]);
}

/**
 * `evaluateCommitment` at each of `xs`, in order. Runs of consecutive small identifiers go by forward
 * differences. Throws for an empty commitment. Variable time: public data only.
 */
export function evaluateCommitmentAt(commitment: PointVector, xs: readonly bigint[]): PointVector {
  if (commitment.length === 0) throw new RangeError("a commitment has at least one point");
  return PointVector.concat(xs.map((x) => linearCombination(commitment, powers(x, commitment.length))));
}

/**
 * True where `claimed[i]` is the evaluation of `commitment` at `xs[i]` for every i, except with probability
 * 2⁻¹²⁸ for coefficients drawn uniformly from 128 bits after `claimed` was fixed: checks
 * Σ rᵢ·claimedᵢ = Σₖ (Σᵢ rᵢxᵢᵏ)·Cₖ. Variable time: public data only.
 * @param coefficients one fresh random 128-bit integer per claimed point; fixed or predictable ones prove nothing
 */
export function checkEvaluations(
  commitment: PointVector,
  xs: readonly bigint[],
  claimed: PointVector,
  coefficients: readonly bigint[],
): boolean {
  if (xs.length !== claimed.length || xs.length !== coefficients.length) {
    throw new RangeError("identifiers, claimed points and coefficients must be equally many");
  }
  const weights = new Array<bigint>(commitment.length).fill(0n);
  xs.forEach((x, i) => {
    let term = coefficients[i] ?? 0n;
    for (let k = 0; k < weights.length; k++) {
      weights[k] = (weights[k] ?? 0n) + term;
      term = (term * x) % N;
    }
  });
  return isZeroCombination(
    PointVector.concat([commitment, claimed.negate()]),
    weights.map((weight) => weight % N).concat(coefficients),
  );
}

function powers(x: bigint, count: number): bigint[] {
  const list = [1n];
  while (list.length < count) list.push(((list.at(-1) ?? 1n) * x) % N);
  return list;
}
