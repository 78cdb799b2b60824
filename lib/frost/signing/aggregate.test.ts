import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { schnorr } from "@noble/curves/secp256k1.js";
import {
  aggregate,
  identifierFromNumber,
  secp256k1Plain,
  secp256k1Tr,
  type SignatureShare,
  verifyShare,
  verifySignature,
} from "../index.ts";
import { mod, N } from "../suite/scalar.ts";
import { fault, must, seededRng } from "../testing/groups.ts";
import { dealtKey, openSession, signAllShares } from "../testing/sessions.ts";

// spec/frost.md §5: pitfalls 13 (x-only comparison) and 22 (blame and the optimistic path).

const wrong = (share: SignatureShare, by = 1n): SignatureShare => ({ ...share, z: mod(share.z + by) });

function signed(seed: string | number, threshold = 3, suite = secp256k1Tr) {
  const rng = seededRng(seed);
  const key = dealtKey(threshold, 5, rng, suite);
  const signing = openSession(key, [1, 2, 3, 4, 5].slice(-threshold), rng);
  return { key, session: signing.session, shares: signAllShares(signing) };
}

describe.each([secp256k1Tr, secp256k1Plain])("$id: aggregation", (suite) => {
  test("names all culprits, however many there are, and nobody else", () =>
    fc.assert(
      fc.property(fc.integer(), fc.subarray([0, 1, 2, 3], { minLength: 1 }), (seed, guilty) => {
        const { session, shares } = signed(seed, 4, suite);
        const sent = shares.map((share, i) => (guilty.includes(i) ? wrong(share, BigInt(i + 1)) : share));
        expect(fault(aggregate(session, sent))).toEqual({
          code: "invalidSignatureShare",
          culprits: guilty.map((i) => shares[i]!.identifier),
          remedy: "retryWithoutCulprits",
        });
      }),
      { numRuns: 30 },
    ));

  test("a negated share is refused, not taken for its x coordinate", () => {
    for (let seed = 0; seed < 8; seed++) {
      const { session, shares } = signed(`negated ${seed}`, 3, suite);
      const negated = { ...shares[0]!, z: N - shares[0]!.z };
      expect(verifyShare(session, negated)).toBe(false);
      expect(fault(aggregate(session, [negated, ...shares.slice(1)])).culprits).toEqual([negated.identifier]);
    }
  });

  test("wrong shares that cancel make a valid signature, which is returned: nobody is blamed for nothing", () => {
    const { key, session, shares } = signed("cancelling", 3, suite);
    const sent = [wrong(shares[0]!, 5n), wrong(shares[1]!, -5n), shares[2]!];
    const signature = must(aggregate(session, sent));
    const publicKey = key.publicKeyPackage.verifyingKey.toCompressed();
    expect(verifySignature(suite, publicKey, session.message, signature)).toBe(true);
    expect(sent.map((share) => verifyShare(session, share))).toEqual([false, false, true]);
  });
});

test("all shares wrong: all signers are named", () => {
  const { session, shares } = signed("all bad");
  const culprits = fault(
    aggregate(
      session,
      shares.map((share) => wrong(share)),
    ),
  ).culprits;
  expect(culprits).toEqual(session.identifiers);
});

test("missing shares are named as missing, not blamed", () => {
  const { session, shares } = signed("missing");
  expect(fault(aggregate(session, shares.slice(1)))).toEqual({
    code: "missingShares",
    culprits: [],
    missing: [shares[0]!.identifier],
    remedy: "waitForMissing",
  });
});

test("a share of who does not sign, or a second one of who does, is refused", () => {
  const { session, shares } = signed("extra");
  const stranger = { identifier: identifierFromNumber(1), z: 1n };
  expect(fault(aggregate(session, [...shares, stranger]))).toMatchObject({
    code: "unexpectedShare",
    culprits: [stranger.identifier],
  });
  expect(fault(aggregate(session, [...shares, shares[0]!])).code).toBe("unexpectedShare");
  expect(verifyShare(session, stranger)).toBe(false);
});

test("a share out of range is wrong, also where it is right modulo the order", () => {
  const { session, shares } = signed("range");
  const [first] = shares;
  expect(verifyShare(session, { ...first!, z: first!.z + N })).toBe(false);
  expect(verifyShare(session, { ...first!, z: first!.z - N })).toBe(false);
  expect(verifyShare(session, first!)).toBe(true);
});

test("shares in any order give the same BIP-340 signature", () => {
  const { key, session, shares } = signed("order");
  const signature = must(aggregate(session, shares));
  expect(must(aggregate(session, [...shares].reverse()))).toEqual(signature);
  expect(schnorr.verify(signature, session.message, key.publicKeyPackage.xOnly)).toBe(true);
});
