import { isZeroCombination } from "./combine.ts";
import { AFFINE, fromAffine, JACOBIAN, toAffine } from "./jacobian.ts";
import { limbsOf, makeVector, PointVector } from "./point-vector.ts";
import { N, reduceScalar } from "./scalars.ts";
import { differencesAreCheaper, forwardDifferences, horner } from "./small-multiples.ts";
import { multiply } from "./multiply.ts";

/** Below this, Horner's rule with small multiples beats a multi-scalar product. */
const SMALL = 2n ** 32n;

/**
 * C₀ + xC₁ + … + xᵗ⁻¹Cₜ₋₁: the verifying share of identifier x under a commitment (RFC 9591 appendix C.2,
 * `vss_verify`). A vector of length 1, possibly the identity. Small x (below 2³²) costs far less than a
 * derived one. Throws for an empty commitment. Variable time: public data only.
 */
export function evaluateCommitment(commitment: PointVector, x: bigint): PointVector {
  return evaluateCommitmentAt(commitment, [x]);
}

/**
 * `evaluateCommitment` at each of `xs`, in order. Dense runs of small identifiers go by forward differences, other
 * small ones by Horner's rule, derived ones by a multi-scalar product each. Throws for an empty commitment.
 * Variable time: public data only.
 */
export function evaluateCommitmentAt(commitment: PointVector, xs: readonly bigint[]): PointVector {
  if (commitment.length === 0) throw new RangeError("a commitment has at least one point");
  const limbs = limbsOf(commitment);
  const reduced = xs.map(reduceScalar);
  const small = reduced.filter((x) => x > 0n && x < SMALL).map(Number);
  const max = small.reduce((a, b) => Math.max(a, b), 0);
  if (differencesAreCheaper(commitment.length, small, max)) {
    const values = makeVector(forwardDifferences(limbs, max));
    const rest = reduced.filter((x) => x > BigInt(max));
    const others = evaluateEach(commitment, rest);
    let next = max;
    return PointVector.concat([values, others]).pick(
      reduced.map((x) => (x > BigInt(max) ? ++next : Number(x))),
    );
  }
  return evaluateEach(commitment, reduced);
}

function evaluateEach(commitment: PointVector, xs: readonly bigint[]): PointVector {
  const limbs = limbsOf(commitment);
  const results = new Float64Array(xs.length * JACOBIAN);
  xs.forEach((x, i) => {
    const o = i * JACOBIAN;
    if (x === 0n) fromAffine(results, o, limbs, 0);
    else if (x < SMALL) horner(results, o, limbs, Number(x));
    else multiply(results, o, limbs, powers(x, commitment.length), 0n);
  });
  const out = new Float64Array(xs.length * AFFINE);
  toAffine(out, 0, results, 0, xs.length);
  return makeVector(out);
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
