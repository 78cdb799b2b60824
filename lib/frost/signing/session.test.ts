import { describe, expect, test } from "vitest";
import {
  aggregate,
  commit,
  deriveIdentifier,
  identifierFromNumber,
  noTweak,
  openSigningSession,
  PublicKeyPackage,
  secp256k1Plain,
  secp256k1Tr,
  sign,
  type SigningCommitments,
  type Tweak,
} from "../index.ts";
import { PointVector } from "../math/index.ts";
import { Point } from "../suite/scalar.ts";
import { fault, must, seededRng } from "../testing/groups.ts";
import { dealtKey, keyOf, openSession, signAllShares } from "../testing/sessions.ts";

// spec/frost.md §5: pitfalls 3, 4, 5, 9, 21 and 26.

const message = new TextEncoder().encode("message");

function list(numbers: readonly number[], rng = seededRng("list")) {
  const key = dealtKey(2, 4, rng);
  return {
    key,
    rng,
    commitments: numbers.map((number) => commit(keyOf(key, number), 1, rng)[0]!.commitments),
  };
}

describe("a commitment list is refused, nobody blamed,", () => {
  const open = (commitments: readonly SigningCommitments[], key = list([]).key) =>
    fault(openSigningSession(key.publicKeyPackage, { message, tweak: noTweak, commitments }));

  test("with fewer entries than the threshold", () => {
    const { key, commitments } = list([1]);
    expect(open(commitments, key)).toEqual({
      code: "invalidCommitmentList",
      culprits: [],
      remedy: "refuseRequest",
    });
    expect(open([], key).code).toBe("invalidCommitmentList");
  });

  test("with an identifier twice, even if that makes up the threshold", () => {
    const { key, commitments } = list([1]);
    expect(open([commitments[0]!, commitments[0]!], key).code).toBe("invalidCommitmentList");
    expect(open([...commitments, ...list([1, 2]).commitments], key).code).toBe("invalidCommitmentList");
  });

  test("with an identifier outside the group", () => {
    const { key, commitments } = list([1, 2]);
    for (const identifier of [identifierFromNumber(5), deriveIdentifier(secp256k1Tr, message)]) {
      expect(open([...commitments, { ...commitments[0]!, identifier }], key).code).toBe(
        "invalidCommitmentList",
      );
    }
  });

  test("with an identity as nonce commitment", () => {
    const { key, commitments } = list([1, 2]);
    const identity = PointVector.fromNoble([Point.ZERO]);
    expect(open([commitments[0]!, { ...commitments[1]!, hiding: identity }], key).code).toBe(
      "invalidCommitmentList",
    );
    expect(open([commitments[0]!, { ...commitments[1]!, binding: identity }], key).code).toBe(
      "invalidCommitmentList",
    );
    const empty = PointVector.fromNoble([]);
    expect(open([commitments[0]!, { ...commitments[1]!, hiding: empty }], key).code).toBe(
      "invalidCommitmentList",
    );
  });
});

test("a session that does not list our own commitments exactly gets no share", () => {
  const rng = seededRng("own");
  const key = dealtKey(2, 3, rng);
  const mine = keyOf(key, 1);
  const others = commit(keyOf(key, 2), 1, rng)[0]!.commitments;
  const swapped = (own: SigningCommitments) => ({ ...own, hiding: own.binding, binding: own.hiding });
  const negated = (own: SigningCommitments) => ({ ...own, hiding: own.hiding.negate() });
  const fresh = () => commit(mine, 1, rng)[0]!.commitments;
  for (const change of [swapped, negated, fresh]) {
    const [nonces] = commit(mine, 1, rng);
    const commitments = [change(nonces!.commitments), others];
    const session = must(openSigningSession(key.publicKeyPackage, { message, tweak: noTweak, commitments }));
    expect(fault(sign(session, mine, nonces!))).toEqual({
      code: "ownCommitmentMissing",
      culprits: [],
      remedy: "refuseRequest",
    });
  }
  const [left] = commit(mine, 1, rng);
  const third = commit(keyOf(key, 3), 1, rng)[0]!.commitments;
  const without = must(
    openSigningSession(key.publicKeyPackage, { message, tweak: noTweak, commitments: [others, third] }),
  );
  expect(fault(sign(without, mine, left!)).code).toBe("ownCommitmentMissing");
});

test("nonces of another session are refused here: old commitments cannot be replayed into a new list", () => {
  const rng = seededRng("cross session");
  const key = dealtKey(2, 3, rng);
  const one = openSession(key, [1, 2], rng, { message });
  const two = openSession(key, [1, 2], rng, { message });
  expect(fault(sign(two.session, one.signers[0]!, one.nonces[0]!)).code).toBe("ownCommitmentMissing");
});

test("a share for one message, signer set or list is worth nothing for another", () => {
  const rng = seededRng("swap");
  const key = dealtKey(2, 3, rng);
  const signing = openSession(key, [1, 2], rng, { message });
  const shares = signAllShares(signing);
  expect(aggregate(signing.session, shares).ok).toBe(true);
  const commitments = signing.nonces.map((pair) => pair.commitments);
  const otherMessage = must(
    openSigningSession(key.publicKeyPackage, { message: rng(32), tweak: noTweak, commitments }),
  );
  expect(fault(aggregate(otherMessage, shares)).code).toBe("invalidSignatureShare");
  const third = commit(keyOf(key, 3), 1, rng)[0]!.commitments;
  const otherSet = must(
    openSigningSession(key.publicKeyPackage, {
      message,
      tweak: noTweak,
      commitments: [...commitments, third],
    }),
  );
  const [first, second] = shares as [(typeof shares)[0], (typeof shares)[0]];
  expect(
    fault(aggregate(otherSet, [first, second, { identifier: third.identifier, z: 1n }])).culprits,
  ).toHaveLength(3);
});

test("a message changed after the session was opened changes nothing", () => {
  const rng = seededRng("mutation");
  const key = dealtKey(2, 2, rng);
  const mutable = message.slice();
  const signing = openSession(key, [1, 2], rng, { message: mutable });
  mutable.fill(0);
  expect([...signing.session.message]).toEqual([...message]);
});

test("no share exists before the whole list is fixed: every binding factor changes with every entry", () => {
  const { key, rng, commitments } = list([1, 2, 3]);
  const factorsOf = (entries: readonly SigningCommitments[]) => {
    const session = must(
      openSigningSession(key.publicKeyPackage, { message, tweak: noTweak, commitments: entries }),
    );
    return session.identifiers.map((identifier) => session.bindingFactor(identifier));
  };
  const before = factorsOf(commitments);
  const changed = factorsOf([...commitments.slice(0, 2), commit(keyOf(key, 3), 1, rng)[0]!.commitments]);
  changed.forEach((factor, i) => expect(factor).not.toBe(before[i]));
});

test("the list is sorted by number, not by text: 10 comes after 2, whatever order it arrives in", () => {
  const rng = seededRng("order");
  const key = dealtKey(2, 11, rng);
  const commitments = [10, 2, 9, 1].map((number) => commit(keyOf(key, number), 1, rng)[0]!.commitments);
  const open = (entries: readonly SigningCommitments[]) =>
    must(openSigningSession(key.publicKeyPackage, { message, tweak: noTweak, commitments: entries }));
  const session = open(commitments);
  expect(session.identifiers).toEqual([1, 2, 9, 10].map(identifierFromNumber));
  expect(open([...commitments].reverse()).groupCommitment.equals(session.groupCommitment)).toBe(true);
});

test("an identifier that does not sign has no factor and no coefficient", () => {
  const rng = seededRng("stranger");
  const { session } = openSession(dealtKey(2, 3, rng), [1, 2], rng);
  const stranger = identifierFromNumber(3);
  expect(() => session.bindingFactor(stranger)).toThrow(
    expect.objectContaining({ code: "unknownIdentifier" }),
  );
  expect(() => session.lambda(stranger)).toThrow(expect.objectContaining({ code: "unknownIdentifier" }));
});

test("a tweak that BIP-341 does not know, or for the plain suite, is refused", () => {
  const rng = seededRng("tweak");
  const key = dealtKey(2, 2, rng);
  const commitments = [1, 2].map((number) => commit(keyOf(key, number), 1, rng)[0]!.commitments);
  const wrong: Tweak = { kind: "merkleRoot", root: new Uint8Array(31) };
  expect(fault(openSigningSession(key.publicKeyPackage, { message, tweak: wrong, commitments })).code).toBe(
    "invalidTweak",
  );
  const plain = dealtKey(2, 2, rng, secp256k1Plain);
  const root: Tweak = { kind: "merkleRoot", root: new Uint8Array(32) };
  expect(fault(openSigningSession(plain.publicKeyPackage, { message, tweak: root, commitments })).code).toBe(
    "invalidTweak",
  );
});

test("a share of another key, or nonces of another identifier, are our own mistake and throw", () => {
  const rng = seededRng("misuse");
  const key = dealtKey(2, 3, rng);
  const { session, nonces } = openSession(key, [1, 2], rng);
  const otherKey = dealtKey(2, 3, rng);
  expect(() => sign(session, keyOf(otherKey, 1), nonces[0]!)).toThrow(
    expect.objectContaining({ code: "mismatchedInputs" }),
  );
  expect(() => sign(session, keyOf(key, 3), nonces[1]!)).toThrow(
    expect.objectContaining({ code: "mismatchedInputs" }),
  );
});

test("an erased share signs nothing", () => {
  const rng = seededRng("erased");
  const key = dealtKey(2, 3, rng);
  const { session, signers, nonces } = openSession(key, [1, 2], rng);
  signers[0]!.signingShare.erase();
  expect(() => sign(session, signers[0]!, nonces[0]!)).toThrow(
    expect.objectContaining({ code: "erasedSecret" }),
  );
});

test("a public key package that contradicts itself cannot be made", () => {
  const rng = seededRng("package");
  const { publicKeyPackage } = dealtKey(2, 3, rng);
  const fields = publicKeyPackage.fields();
  const stranger = new Map([[identifierFromNumber(9), publicKeyPackage.verifyingKey]]);
  for (const wrong of [
    { ...fields, verifyingShares: stranger },
    { ...fields, verifyingKey: publicKeyPackage.verifyingKey.negate() },
    { ...fields, threshold: 3 },
    { ...fields, commitment: undefined, verifyingShares: undefined },
  ]) {
    expect(() => new PublicKeyPackage(wrong)).toThrow(expect.objectContaining({ code: "mismatchedInputs" }));
  }
  expect(() => new PublicKeyPackage({ ...fields, threshold: 1 })).toThrow(
    expect.objectContaining({ code: "invalidParameters" }),
  );
  expect(() => publicKeyPackage.verifyingShare(identifierFromNumber(9))).toThrow(
    expect.objectContaining({ code: "unknownIdentifier" }),
  );
});
