import { secp256k1_hasher } from "@noble/curves/secp256k1.js";
import { describe, expect, test } from "vitest";
import {
  compareIdentifiers,
  deriveIdentifier,
  identifierFromBytes,
  identifierFromNumber,
  identifierToBytes,
  parseIdentifier,
  secp256k1Tr,
  sortIdentifiers,
  verifyRound1,
  WireError,
} from "../index.ts";
import { checkEvaluations, generatorMultiples } from "../math/index.ts";
import { seededRng } from "../testing/groups.ts";
import { hex } from "../testing/hex.ts";
import { firstRound } from "../testing/rounds.ts";
import { lagrange } from "./lagrange.ts";
import { batchCoefficients, randomScalar, takeRandom } from "./rng.ts";
import { mod, N } from "./scalar.ts";

// spec/frost.md §5: pitfalls 11 and 21 (identifiers) and 23 (batch randomisers).

describe("an identifier", () => {
  test.each([0, -1, 1.5, NaN, 2 ** 32])("is not %d", (number) => {
    expect(() => identifierFromNumber(number)).toThrow(
      expect.objectContaining({ code: "invalidIdentifier" }),
    );
  });
  test("has one spelling: 64 lower-case hex digits of a scalar that is not zero", () => {
    const ten = identifierFromNumber(10);
    expect(parseIdentifier(ten)).toBe(ten);
    for (const text of [
      ten.toUpperCase(),
      `0${ten}`,
      ten.slice(1),
      "0".repeat(64),
      "f".repeat(64),
      N.toString(16),
      "x",
    ]) {
      expect(() => parseIdentifier(text)).toThrow(WireError);
    }
    expect(identifierFromBytes(identifierToBytes(ten))).toBe(ten);
    expect(() => identifierFromBytes(new Uint8Array(32))).toThrow("not zero");
  });
  test("sorts by number: 2 before 10 before a derived one", () => {
    const derived = deriveIdentifier(secp256k1Tr, new TextEncoder().encode("alice"));
    const [two, ten] = [2, 10].map(identifierFromNumber);
    expect(sortIdentifiers([derived, ten!, two!])).toEqual([two, ten, derived]);
    expect(compareIdentifiers(ten!, ten!)).toBe(0);
  });
});

describe("the random source of a batch", () => {
  const { parameters, packages } = firstRound(2, [1, 1, 1], seededRng("batch"));

  test("that is fixed is refused, not silently used", () => {
    for (const fixed of [
      (length: number) => new Uint8Array(length),
      (length: number) => new Uint8Array(length).fill(7),
      (length: number) => Uint8Array.from({ length }, (_, i) => i),
    ]) {
      expect(() => verifyRound1(parameters, packages, fixed)).toThrow(
        expect.objectContaining({ code: "badRandomness" }),
      );
    }
  });

  test("that answers with another length, or with no bytes, is refused", () => {
    expect(() => takeRandom((length) => new Uint8Array(length + 1), 32)).toThrow(
      expect.objectContaining({ code: "badRandomness" }),
    );
    expect(() => takeRandom(() => [1, 2] as unknown as Uint8Array, 2)).toThrow(
      expect.objectContaining({ code: "badRandomness" }),
    );
  });

  test("gives coefficients that depend on what is checked, all different, 128 bits, the first being 1", () => {
    const one = batchCoefficients(seededRng("same"), "test", [Uint8Array.of(1)], 9);
    const two = batchCoefficients(seededRng("same"), "test", [Uint8Array.of(2)], 9);
    expect(one[0]).toBe(1n);
    expect(one).toHaveLength(9);
    expect(new Set([...one, ...two]).size).toBe(17);
    expect([...one, ...two].every((value) => value > 0n && value < 2n ** 128n)).toBe(true);
    expect(one.slice(1).filter((value) => value >= 2n ** 120n).length).toBeGreaterThan(4);
  });

  test("is copied: what the source does to its buffer later changes nothing", () => {
    const buffer = new Uint8Array(32).fill(1);
    const taken = takeRandom(() => buffer, 32);
    buffer.fill(9);
    expect(hex(taken)).toBe("01".repeat(32));
  });
});

test("a batch with one false proof among many names its maker every time", () => {
  const rng = seededRng("false proof");
  const { parameters, packages, names } = firstRound(2, [1, 1, 1], rng);
  const { proof } = packages[2]!;
  const sent = [packages[0]!, packages[1]!, { ...packages[2]!, proof: { ...proof, mu: mod(proof.mu + 1n) } }];
  for (let i = 0; i < 50; i++) {
    const result = verifyRound1(parameters, sent, rng);
    expect(result.ok ? [] : result.error.culprits).toEqual([names[2]]);
  }
});

test("a batch with false claims whose errors cancel fails every time", () => {
  const rng = seededRng("false claims");
  const commitment = generatorMultiples([3n, 5n]);
  const claimed = generatorMultiples([9n, 12n]);
  for (let i = 0; i < 200; i++) {
    expect(checkEvaluations(commitment, [1n, 2n], claimed, batchCoefficients(rng, "test", [], 2))).toBe(
      false,
    );
  }
  expect(checkEvaluations(commitment, [1n, 2n], generatorMultiples([8n, 13n]), [1n, 2n])).toBe(true);
});

test("no fixed error survives fresh coefficients, ten thousand times out of ten thousand", () => {
  const rng = seededRng("ten thousand");
  const errors = [1n, mod(-1n), 5n];
  for (let i = 0; i < 10_000; i++) {
    const coefficients = batchCoefficients(rng, "test", [], 3);
    const total = mod(errors.reduce((sum, error, k) => sum + error * (coefficients[k] ?? 0n), 0n));
    if (total === 0n) throw new Error("errors cancelled");
  }
});

test("hashing to a scalar is RFC 9380's, as noble computes it, for messages of any length", () => {
  const rng = seededRng("hash to scalar");
  for (const length of [0, 1, 31, 32, 55, 56, 63, 64, 65, 97, 129, 500]) {
    const message = rng(length);
    for (const [hash, domain] of [
      [secp256k1Tr.H1, "rho"],
      [secp256k1Tr.H3, "nonce"],
      [secp256k1Tr.HDKG, "dkg"],
      [secp256k1Tr.HID, "id"],
    ] as const) {
      const DST = new TextEncoder().encode(secp256k1Tr.id + domain);
      expect(hash(message)).toBe(secp256k1_hasher.hashToScalar(message, { DST }));
    }
  }
});

test("a random scalar is never zero and never the order", () => {
  expect(randomScalar((length) => new Uint8Array(length))).toBe(1n);
  const rng = seededRng("scalars");
  for (let i = 0; i < 100; i++) {
    const scalar = randomScalar(rng);
    expect(scalar > 0n && scalar < N).toBe(true);
  }
});

test("Lagrange coefficients interpolate, at zero and elsewhere", () => {
  const xs = [1n, 5n, 10n];
  const f = (x: bigint) => mod(7n + 3n * x + 11n * x * x);
  for (const at of [0n, 4n, 12n]) {
    expect(mod(xs.reduce((sum, x) => sum + lagrange(xs, x, at) * f(x), 0n))).toBe(f(at));
  }
});
