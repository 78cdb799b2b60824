import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, concatBytes, prefixed, sameBytes, uintBytes, utf8ToBytes } from "./bytes.ts";
import { FrostUsageError } from "./errors.ts";
import { bytesToBigInt, N } from "./scalar.ts";

/** Source of `length` fresh uniform random bytes, such as the platform's cryptographic generator. */
export type Rng = (length: number) => Uint8Array;

/** `length` bytes from `rng`. Throws `FrostUsageError` where it answers with another length. */
export function takeRandom(rng: Rng, length: number): Bytes {
  const bytes = rng(length);
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) {
    throw new FrostUsageError("badRandomness", `the random source must answer with ${length} bytes`);
  }
  // A view kept by the source could change under us.
  return bytes.slice();
}

/** Two different draws of `length` bytes. A source that repeats itself is refused: every secret here would repeat. */
export function takeTwo(rng: Rng, length: number): readonly [Bytes, Bytes] {
  const first = takeRandom(rng, length);
  const second = takeRandom(rng, length);
  if (sameBytes(first, second)) {
    throw new FrostUsageError("badRandomness", "the random source repeats itself");
  }
  return [first, second];
}

/** Uniform in 1 … n−1 from 48 bytes (bias below 2⁻¹²⁸). */
export function randomScalar(rng: Rng): bigint {
  return (bytesToBigInt(takeRandom(rng, 48)) % (N - 1n)) + 1n;
}

/**
 * 128-bit coefficients for a batch check, the first being 1.
 *
 * A batch is sound only if its coefficients are unknown to whoever chose what is checked. So they come from the
 * verifier's own random source *and* from a hash over everything that is checked: a source that repeats is refused,
 * and even a predictable one leaves a forger with grinding a 128-bit hash.
 */
export function batchCoefficients(
  rng: Rng,
  label: string,
  checked: readonly Bytes[],
  count: number,
): bigint[] {
  const [first, second] = takeTwo(rng, 32);
  const seed = sha256(
    concatBytes(...[utf8ToBytes(`hoarfrost/batch/${label}/1`), first, second, ...checked].map(prefixed)),
  );
  const coefficients = [1n];
  for (let block = 0; coefficients.length < count; block++) {
    const bytes = sha256(concatBytes(seed, uintBytes(block, 4)));
    coefficients.push(bytesToBigInt(bytes.subarray(0, 16)), bytesToBigInt(bytes.subarray(16)));
  }
  return coefficients.slice(0, count);
}
