import { add, copy, fromBigInt, invert, isZero, LIMBS, mul, reduce, scale, sqr, sub } from "./field.ts";

/**
 * Points in Jacobian coordinates, x = X/Z² and y = Y/Z³, as 33 doubles X ‖ Y ‖ Z, and in affine form as 22 doubles
 * x ‖ y, on the field of `field-mul.ts`. The identity is Z = 0 or, affine, y = 0, with every limb exactly 0: no
 * point of secp256k1 has y = 0, as the group order is odd.
 *
 * Magnitudes kept: Jacobian X and Y at most 3, Z at most 1; affine x and y at most 2. Each line's own is in its
 * comment, and `field-bounds.test.ts` carries the worst case through these very functions.
 * Variable time: public data only.
 */
export const AFFINE = 2 * LIMBS;
export const JACOBIAN = 3 * LIMBS;

const Y = LIMBS;
const Z = 2 * LIMBS;
const w = new Float64Array(16 * LIMBS);
const A = 0;
const B = LIMBS;
const C = 2 * LIMBS;
const D = 3 * LIMBS;
const E = 4 * LIMBS;
const F = 5 * LIMBS;
const H = 6 * LIMBS;
const R = 7 * LIMBS;
const S = 8 * LIMBS;
const one = new Float64Array(LIMBS);
one[0] = 1;

/** β with β³ = 1: (βx, y) = λ·(x, y) (GLV endomorphism; Gallant, Lambert, Vanstone 2001). */
export const BETA = new Float64Array(LIMBS);
fromBigInt(BETA, 0, 0x7ae96a2b657c07106e64479eac3434e99cf0497512f58995c1396c28719501een);

function allZero(a: Float64Array, ao: number): boolean {
  for (let i = 0; i < LIMBS; i++) if (a[ao + i] !== 0) return false;
  return true;
}

/** True where the affine point at `p` is the identity. */
export function isAffineIdentity(points: Float64Array, p: number): boolean {
  return allZero(points, p + Y);
}

/** True where the Jacobian point at `p` is the identity. */
export function isJacobianIdentity(points: Float64Array, p: number): boolean {
  return allZero(points, p + Z);
}

/** out = an affine point, in Jacobian form. */
export function fromAffine(out: Float64Array, o: number, a: Float64Array, ao: number): void {
  copy(out, o, a, ao);
  copy(out, o + Y, a, ao + Y);
  if (isAffineIdentity(a, ao)) out.fill(0, o + Z, o + JACOBIAN);
  else copy(out, o + Z, one, 0);
}

/** out = 2a (4 squarings, 3 products; the identity gives itself, since Z = 0 gives Z = 0). May be in place. */
export function double(out: Float64Array, o: number, a: Float64Array, ao: number): void {
  sqr(w, A, a, ao); // X²: 1 from 3
  scale(w, A, w, A, 3); // E = 3X²: 3
  sqr(w, B, a, ao + Y); // Y²: 1 from 3
  scale(w, C, a, ao, 4); // 4X: 12
  mul(w, D, w, C, w, B); // D = 4XY²: 1 from 12·1
  scale(w, B, w, B, 2); // 2Y²: 2
  sqr(w, C, w, B); // 4Y⁴: 1 from 2
  scale(w, F, a, ao + Y, 2); // 2Y: 6
  mul(out, o + Z, w, F, a, ao + Z); // 2YZ: 1 from 6·1
  sqr(w, F, w, A); // E²: 1 from 3
  scale(w, B, w, D, 2); // 2D: 2
  sub(out, o, w, F, w, B); // X₃ = E² − 2D: 3
  add(w, B, w, B, w, D); // 3D: 3
  sub(w, B, w, B, w, F); // D − X₃ = 3D − E²: 4
  mul(w, F, w, A, w, B); // 1 from 3·4
  scale(w, C, w, C, 2); // 8Y⁴: 2
  sub(out, o + Y, w, F, w, C); // Y₃: 3
}

/** out = a + q for q affine, or a − q where `negate` (8 products, 3 squarings). May be in place on a. */
export function addMixed(
  out: Float64Array,
  o: number,
  a: Float64Array,
  ao: number,
  q: Float64Array,
  qo: number,
  negate: boolean,
): void {
  if (isAffineIdentity(q, qo)) {
    copyJacobian(out, o, a, ao);
    return;
  }
  scale(w, S, q, qo + Y, negate ? -1 : 1); // 2
  if (isJacobianIdentity(a, ao)) {
    copy(out, o, q, qo);
    copy(out, o + Y, w, S);
    copy(out, o + Z, one, 0);
    return;
  }
  copy(w, F, a, ao + Z); // 1
  sqr(w, A, w, F); // Z²: 1
  mul(w, B, q, qo, w, A); // x₂Z²: 1 from 2·1
  mul(w, A, w, F, w, A); // Z³: 1
  mul(w, C, w, S, w, A); // y₂Z³: 1 from 2·1
  sub(w, H, w, B, a, ao); // H = x₂Z² − X: 4
  sub(w, R, w, C, a, ao + Y); // R = y₂Z³ − Y: 4
  if (finishAddition(out, o, a, ao, a, ao + Y)) return;
  if (isZero(w, R)) double(out, o, a, ao);
  else out.fill(0, o, o + JACOBIAN);
}

/** out = a + b, both Jacobian (12 products, 4 squarings). May be in place on either. */
export function addJacobian(
  out: Float64Array,
  o: number,
  a: Float64Array,
  ao: number,
  b: Float64Array,
  bo: number,
): void {
  if (isJacobianIdentity(a, ao)) {
    copyJacobian(out, o, b, bo);
    return;
  }
  if (isJacobianIdentity(b, bo)) {
    copyJacobian(out, o, a, ao);
    return;
  }
  sqr(w, A, a, ao + Z); // Z₁²: 1
  sqr(w, B, b, bo + Z); // Z₂²: 1
  mul(w, F, a, ao + Z, b, bo + Z); // Z₁Z₂: 1
  mul(w, D, a, ao, w, B); // U₁ = X₁Z₂²: 1 from 3·1
  mul(w, H, b, bo, w, A); // U₂ = X₂Z₁²: 1 from 3·1
  mul(w, B, b, bo + Z, w, B); // Z₂³: 1
  mul(w, A, a, ao + Z, w, A); // Z₁³: 1
  mul(w, E, a, ao + Y, w, B); // S₁ = Y₁Z₂³: 1 from 3·1
  mul(w, R, b, bo + Y, w, A); // S₂ = Y₂Z₁³: 1 from 3·1
  sub(w, H, w, H, w, D); // 2
  sub(w, R, w, R, w, E); // 2
  if (finishAddition(out, o, w, D, w, E)) return;
  if (isZero(w, R)) double(out, o, a, ao);
  else out.fill(0, o, o + JACOBIAN);
}

/**
 * The common end of both additions, from w[H] = U₂ − U₁ and w[R] = S₂ − S₁ (magnitude at most 4), w[F] = the product
 * of the Z (1), and U₁, S₁ (at most 3). False, with `out` untouched, where H is 0: the points are equal or opposite.
 */
function finishAddition(
  out: Float64Array,
  o: number,
  u: Float64Array,
  uo: number,
  s: Float64Array,
  so: number,
): boolean {
  if (isZero(w, H)) return false;
  reduce(w, H, w, H); // 1
  reduce(w, R, w, R); // 1
  sqr(w, A, w, H); // H²: 1
  mul(w, B, w, H, w, A); // H³: 1
  mul(w, C, u, uo, w, A); // V = U₁H²: 1 from 3·1
  mul(w, S, s, so, w, B); // S₁H³: 1 from 3·1
  mul(out, o + Z, w, F, w, H); // Z₃: 1
  sqr(w, A, w, R); // R²: 1
  sub(w, A, w, A, w, B); // 2
  scale(w, B, w, C, 2); // 2
  sub(w, A, w, A, w, B); // R² − H³ − 2V: 4
  reduce(out, o, w, A); // X₃: 1
  sub(w, C, w, C, out, o); // V − X₃: 2
  mul(w, C, w, R, w, C); // 1 from 1·2
  sub(out, o + Y, w, C, w, S); // Y₃: 2
  return true;
}

function copyJacobian(out: Float64Array, o: number, a: Float64Array, ao: number): void {
  if (out === a && o === ao) return;
  for (let i = 0; i < JACOBIAN; i++) out[o + i] = a[ao + i] as number;
}

/**
 * Writes `count` affine points at `o`, `o + AFFINE`, … from Jacobian ones at `ao`, `ao + JACOBIAN`, …, with one
 * inversion for all (Montgomery's trick). Results have magnitude 1.
 */
export function toAffine(out: Float64Array, o: number, a: Float64Array, ao: number, count: number): void {
  // prefix[i] = product of the Z of points 0 … i, identities left out.
  const prefix = new Float64Array((count + 1) * LIMBS);
  prefix[0] = 1;
  for (let i = 0; i < count; i++) {
    const z = ao + i * JACOBIAN + Z;
    if (allZero(a, z)) copy(prefix, (i + 1) * LIMBS, prefix, i * LIMBS);
    else mul(prefix, (i + 1) * LIMBS, prefix, i * LIMBS, a, z);
  }
  invert(w, A, prefix, count * LIMBS);
  for (let i = count - 1; i >= 0; i--) {
    const from = ao + i * JACOBIAN;
    const to = o + i * AFFINE;
    if (allZero(a, from + Z)) {
      out.fill(0, to, to + AFFINE);
      continue;
    }
    mul(w, B, w, A, prefix, i * LIMBS); // 1/Z
    mul(w, A, w, A, a, from + Z);
    sqr(w, C, w, B);
    mul(w, B, w, B, w, C);
    mul(out, to, a, from, w, C); // 1 from 3·1
    mul(out, to + Y, a, from + Y, w, B);
  }
}
