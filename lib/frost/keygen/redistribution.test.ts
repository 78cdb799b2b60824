import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  aggregate,
  identifierFromNumber,
  type KeyMaterial,
  participantsFromIdentifiers,
  participantsFromWeights,
  PublicKeyPackage,
  redistributionHash,
  redistributionPart1,
  redistributionPart2,
  refreshParameters,
  reshareParameters,
  revealGroupSecret,
  revealSecretShares,
  verifyRedistributedShares,
  verifyRedistribution,
  verifySchnorr,
} from "../index.ts";
import { PointVector } from "../math/index.ts";
import { Point } from "../suite/scalar.ts";
import { fault, generateKey, must, seededRng } from "../testing/groups.ts";
import { hex } from "../testing/hex.ts";
import { packagesByIdentifier, redistribute } from "../testing/redistribute.ts";
import { openSession, signAllShares } from "../testing/sessions.ts";
import { makeSecretShares } from "./secrets.ts";

// spec/frost.md §5, pitfall 19, and the resharing of §4.

const ids = (...numbers: readonly number[]) => numbers.map(identifierFromNumber);

/** Signs with these identifiers and says whether the signature holds under the key. */
function signs(members: readonly KeyMaterial[], numbers: readonly number[], seed: string): boolean {
  const rng = seededRng(seed);
  const keyPackages = packagesByIdentifier(members);
  const { publicKeyPackage } = members[0]!;
  const signing = openSession({ keyPackages, publicKeyPackage }, numbers, rng);
  const signature = must(aggregate(signing.session, signAllShares(signing)));
  return verifySchnorr(publicKeyPackage.xOnly, signing.session.message, signature);
}

describe("refresh", () => {
  const group = () => generateKey(2, [1, 2, 1], seededRng("refresh group"));

  test("keeps the key, changes every share, and verifying shares follow", () => {
    const { members, publicKeyPackage, parameters } = group();
    const old = packagesByIdentifier(members.values());
    const run = redistribute(
      refreshParameters(publicKeyPackage, parameters.participants),
      old,
      seededRng("run"),
    );
    const fresh = run.finishAll();
    for (const { keyPackages, publicKeyPackage: key } of fresh) {
      expect(key.verifyingKey.equals(publicKeyPackage.verifyingKey)).toBe(true);
      expect(key.threshold).toBe(2);
      for (const own of keyPackages) {
        expect(own.verifyingShare.equals(old.get(own.identifier)!.verifyingShare)).toBe(false);
        expect(own.verifyingShare.equals(key.verifyingShare(own.identifier))).toBe(true);
      }
    }
    expect(signs(fresh, [1, 4], "fresh")).toBe(true);
    expect(signs(fresh, [2, 3], "fresh")).toBe(true);
  });

  test("has no argument for the threshold, and cannot go below it", () => {
    const { publicKeyPackage } = group();
    expect(refreshParameters(publicKeyPackage, participantsFromIdentifiers(ids(1, 2))).threshold).toBe(2);
    expect(() => refreshParameters(publicKeyPackage, participantsFromIdentifiers(ids(1)))).toThrow(
      expect.objectContaining({ code: "invalidParameters" }),
    );
  });

  test("may leave a member out; its old share does not fit the new ones", () => {
    const { members, publicKeyPackage } = group();
    const old = packagesByIdentifier(members.values());
    const run = redistribute(
      refreshParameters(publicKeyPackage, participantsFromIdentifiers(ids(1, 2, 3))),
      old,
      seededRng("leave out"),
    );
    const fresh = run.finishAll();
    expect(signs(fresh, [1, 3], "rest")).toBe(true);
    const mixed = [old.get(identifierFromNumber(4))!, fresh[0]!.keyPackages[0]!];
    expect(() => revealGroupSecret(mixed)).toThrow("do not belong to one key");
    expect(fresh[0]!.publicKeyPackage.has(identifierFromNumber(4))).toBe(false);
  });

  test("old shares mixed with new ones make no signature, and the mixer is named", () => {
    const { members, publicKeyPackage, parameters } = group();
    const old = packagesByIdentifier(members.values());
    const fresh = redistribute(
      refreshParameters(publicKeyPackage, parameters.participants),
      old,
      seededRng("mix"),
    ).finishAll();
    const stale = old.get(identifierFromNumber(4))!;
    const keyPackages = new Map([...packagesByIdentifier(fresh), [stale.identifier, stale]]);
    const signing = openSession(
      { keyPackages, publicKeyPackage: fresh[0]!.publicKeyPackage },
      [1, 4],
      seededRng("mixed"),
    );
    expect(fault(aggregate(signing.session, signAllShares(signing))).culprits).toEqual([stale.identifier]);
  });

  test("works for a key imported without its commitment", () => {
    const { members, publicKeyPackage, parameters } = group();
    const old = packagesByIdentifier(members.values());
    publicKeyPackage.allVerifyingShares();
    const bare = new PublicKeyPackage({ ...publicKeyPackage.fields(), commitment: undefined });
    const fresh = redistribute(
      refreshParameters(bare, parameters.participants),
      old,
      seededRng("bare"),
    ).finishAll();
    expect(signs(fresh, [2, 4], "bare")).toBe(true);
    expect(fresh[0]!.publicKeyPackage.commitment).toBeUndefined();
  });

  test("without the old key package of an identifier there is nothing to add to", () => {
    const { members, publicKeyPackage, parameters } = group();
    const old = packagesByIdentifier(members.values());
    const run = redistribute(
      refreshParameters(publicKeyPackage, parameters.participants),
      old,
      seededRng("nothing"),
    );
    const [me] = ids(1);
    expect(() => redistributionPart2(run.transcript, me!, run.inbox.get(me!)!)).toThrow(
      expect.objectContaining({ code: "mismatchedInputs" }),
    );
  });
});

describe("reshare", () => {
  const scenario = fc.record({
    seed: fc.integer(),
    threshold: fc.integer({ min: 2, max: 4 }),
    weights: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 4 }),
  });

  test("to any new set and threshold keeps the key, and any new threshold of identifiers signs", () =>
    fc.assert(
      fc.property(scenario, ({ seed, threshold, weights }) => {
        const rng = seededRng(seed);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const newThreshold = Math.min(threshold, total);
        const group = generateKey(3, [2, 1, 1], rng);
        const dealers = group.parameters.participants.slice(0, 2);
        const parameters = reshareParameters(
          group.publicKeyPackage,
          dealers,
          participantsFromWeights(weights),
          newThreshold,
        );
        const fresh = redistribute(parameters, packagesByIdentifier(group.members.values()), rng).finishAll();
        const all = [...packagesByIdentifier(fresh).values()];
        expect(
          fresh.every((own) => own.publicKeyPackage.verifyingKey.equals(group.publicKeyPackage.verifyingKey)),
        ).toBe(true);
        expect(hex(revealGroupSecret(all.slice(0, newThreshold)))).toBe(
          hex(revealGroupSecret(all.slice(-newThreshold))),
        );
        expect(
          signs(
            fresh,
            Array.from({ length: newThreshold }, (_, i) => total - i),
            String(seed),
          ),
        ).toBe(true);
        expect(fresh[0]!.publicKeyPackage.keyKind).toBe("output");
      }),
      { numRuns: 15 },
    ));

  test("names all dealers whose shares are not of their pinned constant, or simply wrong", () => {
    const rng = seededRng("bad dealers");
    const group = generateKey(2, [1, 1, 1], rng);
    const old = packagesByIdentifier(group.members.values());
    const parameters = reshareParameters(
      group.publicKeyPackage,
      group.parameters.participants,
      participantsFromWeights([1, 2]),
      2,
    );
    const run = redistribute(parameters, old, rng);
    const [, recipient] = parameters.recipients.map(({ identifiers }) => identifiers[0]!);
    const inbox = run.inbox.get(recipient!)!;
    const [one, two, three] = ids(1, 2, 3);
    inbox.set(one!, makeSecretShares([1n, 2n]));
    inbox.set(three!, makeSecretShares([1n]));
    expect(fault(run.finish(recipient!))).toEqual({
      code: "invalidSecretShare",
      culprits: [one, three],
      remedy: "restartKeygenWithoutCulprits",
    });
    expect(verifyRedistributedShares(run.transcript, two!, recipient!, inbox.get(two!)!)).toBe(true);
    expect(verifyRedistributedShares(run.transcript, one!, recipient!, inbox.get(one!)!)).toBe(false);
    expect(() =>
      verifyRedistributedShares(run.transcript, identifierFromNumber(9), recipient!, inbox.get(two!)!),
    ).toThrow(expect.objectContaining({ code: "unknownIdentifier" }));
  });

  test("a dealer cannot move the key: what it deals over another constant is found out", () => {
    const rng = seededRng("moved key");
    const group = generateKey(2, [1, 1, 1], rng);
    const other = generateKey(2, [1, 1, 1], rng);
    const parameters = reshareParameters(
      group.publicKeyPackage,
      group.parameters.participants.slice(0, 2),
      participantsFromWeights([1, 1]),
      2,
    );
    const pretending = { ...parameters, oldKey: other.publicKeyPackage };
    const old = packagesByIdentifier(group.members.values());
    const honest = redistributionPart1(parameters, ids(1)[0]!, [old.get(ids(1)[0]!)!], rng);
    const liar = redistributionPart1(
      pretending,
      ids(2)[0]!,
      [packagesByIdentifier(other.members.values()).get(ids(2)[0]!)!],
      rng,
    );
    const transcript = must(verifyRedistribution(parameters, [honest.package, liar.package]));
    const me = ids(1)[0]!;
    const received = new Map(
      [honest, liar].map((dealing) => [dealing.package.dealer, dealing.shares.get(me)!]),
    );
    expect(fault(redistributionPart2(transcript, me, received)).culprits).toEqual(ids(2));
  });

  test("packages and shares are refused as a set: missing, doubled, too long, identity", () => {
    const rng = seededRng("set");
    const group = generateKey(2, [1, 1, 1], rng);
    const parameters = reshareParameters(
      group.publicKeyPackage,
      group.parameters.participants.slice(0, 2),
      participantsFromWeights([1, 1, 1]),
      3,
    );
    const run = redistribute(parameters, packagesByIdentifier(group.members.values()), rng);
    const [first, second] = run.packages as [(typeof run.packages)[0], (typeof run.packages)[0]];
    const codeOf = (packages: typeof run.packages) => fault(verifyRedistribution(parameters, packages));
    expect(codeOf([first]).code).toBe("wrongParticipants");
    expect(codeOf([first, second, second]).code).toBe("wrongParticipants");
    const longer = { ...first, commitment: PointVector.concat([first.commitment, second.commitment]) };
    expect(codeOf([longer, second])).toMatchObject({
      code: "wrongCommitmentCount",
      culprits: [first.dealer],
    });
    const identity = { ...first, commitment: PointVector.fromNoble([Point.ZERO, Point.BASE]) };
    expect(codeOf([identity, second])).toMatchObject({ code: "identityElement", culprits: [first.dealer] });
    const cancelling = { ...second, commitment: first.commitment.negate() };
    expect(codeOf([first, cancelling]).code).toBe("unusableGroupKey");
    const me = ids(1)[0]!;
    const inbox = run.inbox.get(me)!;
    const dealt = inbox.get(first.dealer)!;
    inbox.delete(first.dealer);
    expect(fault(run.finish(me))).toMatchObject({ code: "missingShares", missing: [first.dealer] });
    inbox.set(first.dealer, dealt).set(identifierFromNumber(9), dealt);
    expect(fault(run.finish(me)).code).toBe("wrongParticipants");
  });

  test("too few old identifiers, strangers and empty places start nothing", () => {
    const { publicKeyPackage: key, parameters } = generateKey(3, [2, 1, 1], seededRng("refused"));
    const [heavy, light] = parameters.participants;
    const to = participantsFromWeights([1, 1]);
    const invalid = expect.objectContaining({ code: "invalidParameters" }) as Error;
    expect(() => reshareParameters(key, [heavy!], to, 2)).toThrow(invalid);
    expect(() => reshareParameters(key, [heavy!, light!], to, 3)).toThrow(invalid);
    expect(() => reshareParameters(key, [heavy!, light!], [...to, { identifiers: [] }], 2)).toThrow(invalid);
    expect(() => reshareParameters(key, [{ identifiers: ids(9) }], to, 2)).toThrow(
      expect.objectContaining({ code: "unknownIdentifier" }),
    );
    const good = reshareParameters(key, [heavy!, light!], to, 2);
    expect(() => redistributionPart1(good, identifierFromNumber(9), [], seededRng(1))).toThrow(
      expect.objectContaining({ code: "unknownIdentifier" }),
    );
  });

  test("its hash tells transcripts apart, and a dealing shows no secret", () => {
    const rng = seededRng("hash");
    const group = generateKey(2, [1, 1, 1], rng);
    const old = packagesByIdentifier(group.members.values());
    const dealers = group.parameters.participants;
    const to = participantsFromWeights([1, 1]);
    const context = { version: 1, groupId: rng(32), roundId: rng(16) };
    const one = reshareParameters(group.publicKeyPackage, dealers.slice(0, 2), to, 2);
    const two = reshareParameters(group.publicKeyPackage, dealers.slice(1), to, 2);
    const hashes = [
      redistributionHash(context, redistribute(one, old, rng).transcript),
      redistributionHash(context, redistribute(one, old, rng).transcript),
      redistributionHash(context, redistribute(two, old, rng).transcript),
      redistributionHash({ ...context, version: 2 }, redistribute(one, old, rng).transcript),
    ].map(hex);
    expect(new Set(hashes).size).toBe(4);
    const dealing = redistributionPart1(one, ids(1)[0]!, [old.get(ids(1)[0]!)!], rng);
    expect(JSON.stringify(dealing)).toBe('"[Dealing redacted]"');
    expect(revealSecretShares(dealing.shares.get(ids(2)[0]!)!)).toHaveLength(32);
  });
});
