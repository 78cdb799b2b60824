import { secp256k1 } from "@noble/curves/secp256k1.js";
import fc from "fast-check";
import { type NoblePoint, PointVector } from "../index.ts";

const { Point } = secp256k1;
export const P = Point.Fp.ORDER;
export const N = Point.Fn.ORDER;
export const G = Point.BASE;

/** kG by noble, for any integer k. */
export const point = (k: bigint): NoblePoint => G.multiplyUnsafe(((k % N) + N) % N);

/** Σ sᵢPᵢ by noble, one multiplication each. */
export const linear = (points: readonly NoblePoint[], scalars: readonly bigint[]): NoblePoint =>
  points.reduce((total, p, i) => total.add(p.multiplyUnsafe((((scalars[i] ?? 0n) % N) + N) % N)), Point.ZERO);

export const vectorOf = (points: readonly NoblePoint[]): PointVector => PointVector.fromNoble(points);

/** Discrete logarithms that collide, cancel and vanish often. */
export const smallOrEdge = fc.oneof(fc.bigInt({ min: -3n, max: 3n }), fc.bigInt({ min: 0n, max: N - 1n }));

/** Scalars at the edges of the group order, of 128 bits, of the endomorphism, and anywhere. */
export const scalar = fc.oneof(
  fc.constantFrom(0n, 1n, 2n, N - 1n, N, N + 1n, 2n ** 128n - 1n, 2n ** 128n, -1n, N >> 1n, (N >> 1n) + 1n),
  fc.constantFrom(
    0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n,
    0xac9c52b33fa3cf1f5ad9e3fd77ed9ba4a880b9fc8ec739c2e0cfc810b51283cen,
  ),
  fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
  fc.bigInt({ min: 0n, max: N - 1n }),
);
