import { addPairs } from "./affine-batch.ts";
import {
  addJacobian,
  addMixed,
  AFFINE,
  double,
  fromAffine,
  isJacobianIdentity,
  JACOBIAN,
  toAffine,
} from "./jacobian.ts";
import { copy, LIMBS, scale } from "./field.ts";

/**
 * Polynomials in the exponent at small arguments, where a multiplication is a handful of doublings.
 * Variable time: public data only.
 */

const base = new Float64Array(2 * JACOBIAN);
const MINUS = JACOBIAN;

/** The signed digits of x ≥ 1 without two adjacent non-zero ones, most significant (always 1) first. */
export function signedDigits(x: number): Int8Array {
  const digits: number[] = [];
  for (let rest = x; rest > 0; rest = Math.floor(rest / 2)) {
    const digit = rest % 2 === 0 ? 0 : 2 - (rest % 4);
    digits.push(digit);
    rest -= digit;
  }
  return Int8Array.from(digits.reverse());
}

/** out = x·out for the x whose digits are given. */
function multiply(out: Float64Array, o: number, digits: Int8Array): void {
  if (digits.length === 1 || isJacobianIdentity(out, o)) return;
  for (let i = 0; i < JACOBIAN; i++) base[i] = base[MINUS + i] = out[o + i] as number;
  scale(base, MINUS + LIMBS, out, o + LIMBS, -1);
  for (let i = 1; i < digits.length; i++) {
    double(out, o, out, o);
    const digit = digits[i];
    if (digit !== 0) addJacobian(out, o, out, o, base, digit === 1 ? 0 : MINUS);
  }
}

/** Horner's rule: the Jacobian point Σ xᵏCₖ at `out[o]`, for an integer x from 1 to 2³² − 1. */
export function horner(out: Float64Array, o: number, commitment: Float64Array, x: number): void {
  const digits = signedDigits(x);
  const last = commitment.length - AFFINE;
  fromAffine(out, o, commitment, last);
  for (let at = last - AFFINE; at >= 0; at -= AFFINE) {
    multiply(out, o, digits);
    addMixed(out, o, out, o, commitment, at, false);
  }
}

/**
 * The values at 0, 1, …, last as affine points, by forward differences: each further value costs one batch of at
 * most t − 1 additions.
 *
 * The differences at 0 come from Horner's rule on whole difference vectors, f = C₀ + x·g:
 * Δʲf(0) = j·(Δʲ⁻¹g(0) + Δʲg(0)) for j ≥ 1, and Δ⁰f(0) = C₀, which is t²/2 multiplications by j < t.
 */
export function forwardDifferences(commitment: Float64Array, last: number): Float64Array {
  const t = commitment.length / AFFINE;
  const jacobian = new Float64Array(t * JACOBIAN);
  const digits = Array.from({ length: t }, (_, j) => signedDigits(j));
  for (let k = t - 1; k >= 0; k--) {
    for (let j = t - 1 - k; j >= 1; j--) {
      const at = j * JACOBIAN;
      addJacobian(jacobian, at, jacobian, at - JACOBIAN, jacobian, at);
      multiply(jacobian, at, digits[j] as Int8Array);
    }
    fromAffine(jacobian, 0, commitment, k * AFFINE);
  }
  const differences = new Float64Array(t * AFFINE);
  toAffine(differences, 0, jacobian, 0, t);

  const values = new Float64Array((last + 1) * AFFINE);
  const left = Int32Array.from({ length: t }, (_, j) => j * AFFINE);
  const right = Int32Array.from({ length: t }, (_, j) => (j + 1) * AFFINE);
  for (let x = 0; ; x++) {
    copy(values, x * AFFINE, differences, 0);
    copy(values, x * AFFINE + LIMBS, differences, LIMBS);
    if (x === last) return values;
    // Higher differences than the values still wanted have no more use.
    addPairs(differences, Math.min(t - 1, last - x), left, right, left);
  }
}

/** Doublings and additions of one Horner step at x, in units of one addition. */
const stepCost = (x: number): number => 0.8 * Math.log2(x + 1) + 1;

/**
 * Whether all values from 0 to `max` by differences cost less than `xs` by Horner's rule, for a commitment of t points.
 * A batched addition costs half of a Jacobian one, an inversion ten.
 */
export function differencesAreCheaper(t: number, xs: readonly number[], max: number): boolean {
  const byHorner = xs.reduce((total, x) => total + t * stepCost(x), 0);
  const initial = ((t * t) / 2) * (stepCost(t / 2) + 0.5);
  return initial + max * (0.45 * t + 10) < byHorner;
}
