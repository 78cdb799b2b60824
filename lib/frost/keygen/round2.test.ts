import fc from "fast-check";
import { expect, test } from "vitest";
import {
  checkVerifyingShares,
  identifierFromNumber,
  keyHash,
  part2,
  part3,
  PublicKeyPackage,
  restoreSecretShares,
  revealGroupSecret,
  revealSecretShares,
  type Round1Context,
  round1Hash,
  secp256k1Plain,
  type SecretShares,
  toRound2Secret,
  verifyRound1,
  verifySecretShares,
} from "../index.ts";
import { generatorMultiples } from "../math/index.ts";
import { concatBytes } from "../suite/bytes.ts";
import { mod, scalarFromBytes, scalarToBytes } from "../suite/scalar.ts";
import { fault, generateKey, must, seededRng } from "../testing/groups.ts";
import { hex } from "../testing/hex.ts";
import { firstRound, secondRound } from "../testing/rounds.ts";
import { makeRound2Secret } from "./round2.ts";
import { makeSecretShares } from "./secrets.ts";

// spec/frost.md §5: pitfalls 6, 7, 9, 16–18 as far as this layer goes, and 22 for dealt shares.

/** Adds `by` to the first share. */
function wrong(shares: SecretShares, by = 1n): SecretShares {
  const bytes = revealSecretShares(shares);
  const first = scalarToBytes(mod(scalarFromBytes(bytes.subarray(0, 32)) + by));
  return restoreSecretShares(concatBytes(first, bytes.subarray(32)), shares.count);
}

test("all dealers of bad shares are named, and only they, whatever the weights", () =>
  fc.assert(
    fc.property(
      fc.integer(),
      fc.subarray([1, 2, 3], { minLength: 1 }),
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 }),
      (seed, guilty, weights) => {
        const rng = seededRng(seed);
        const round = firstRound(3, weights, rng);
        const { transcript, inbox } = secondRound(round, rng);
        const me = round.names[0]!;
        const received = inbox.get(me)!;
        for (const i of guilty)
          received.set(round.names[i]!, wrong(received.get(round.names[i]!)!, BigInt(i)));
        expect(fault(part3(round.secrets.get(me)!, transcript, received))).toEqual({
          code: "invalidSecretShare",
          culprits: guilty.map((i) => round.names[i]),
          remedy: "restartKeygenWithoutCulprits",
        });
      },
    ),
    { numRuns: 20 },
  ));

test("the evidence of a bad share convinces anyone who opens it, that of a good one convicts nobody", () => {
  const rng = seededRng("evidence");
  const round = firstRound(2, [1, 2], rng);
  const { transcript, inbox } = secondRound(round, rng);
  const [dealer, recipient] = round.names as [(typeof round.names)[0], (typeof round.names)[0]];
  const shares = inbox.get(recipient)!.get(dealer)!;
  expect(verifySecretShares(transcript, dealer, recipient, shares)).toBe(true);
  expect(verifySecretShares(transcript, dealer, recipient, wrong(shares))).toBe(false);
  expect(verifySecretShares(transcript, recipient, recipient, shares)).toBe(false);
  expect(verifySecretShares(transcript, dealer, dealer, shares)).toBe(false);
  expect(() => verifySecretShares(transcript, dealer, identifierFromNumber(9), shares)).toThrow(
    expect.objectContaining({ code: "unknownIdentifier" }),
  );
});

test("bad shares that cancel leave a right sum, which is what is kept: nobody is blamed", () => {
  const rng = seededRng("cancel");
  const round = firstRound(2, [1, 1, 1], rng);
  const { transcript, inbox } = secondRound(round, rng);
  const [me, one, two] = round.names as [
    (typeof round.names)[0],
    (typeof round.names)[0],
    (typeof round.names)[0],
  ];
  const honest = must(part3(round.secrets.get(me)!, transcript, inbox.get(me)!));
  const received = new Map(inbox.get(me)!);
  received.set(one, wrong(received.get(one)!, 77n));
  received.set(two, wrong(received.get(two)!, -77n));
  const material = must(part3(round.secrets.get(me)!, transcript, received));
  expect(material.keyPackages[0]!.verifyingShare.equals(honest.keyPackages[0]!.verifyingShare)).toBe(true);
});

test("missing shares are named as missing, shares of a stranger are refused", () => {
  const rng = seededRng("missing");
  const round = firstRound(2, [1, 1, 1], rng);
  const { transcript, inbox } = secondRound(round, rng);
  const me = round.names[0]!;
  const secret = round.secrets.get(me)!;
  const received = inbox.get(me)!;
  expect(fault(part3(secret, transcript, new Map([...received].slice(1))))).toMatchObject({
    code: "missingShares",
    missing: [round.names[1]],
  });
  const stranger = new Map([...received, [identifierFromNumber(9), received.get(round.names[1]!)!]]);
  expect(fault(part3(secret, transcript, stranger)).code).toBe("wrongParticipants");
});

test("a share set under one's own name is not taken from outside", () => {
  const rng = seededRng("own name");
  const round = firstRound(2, [1, 1, 1], rng);
  const { transcript, inbox } = secondRound(round, rng);
  const me = round.names[0]!;
  const forged = new Map([...inbox.get(me)!, [me, makeSecretShares([1n])]]);
  expect(fault(part3(round.secrets.get(me)!, transcript, forged)).code).toBe("wrongParticipants");
});

test("too few or too many shares for a weight convict their dealer", () => {
  const rng = seededRng("count");
  const round = firstRound(2, [2, 1, 1], rng);
  const { transcript, inbox } = secondRound(round, rng);
  const me = round.names[0]!;
  const dealer = round.names[1]!;
  for (const count of [1, 3]) {
    const received = new Map(inbox.get(me)!);
    received.set(dealer, makeSecretShares(Array.from({ length: count }, () => 1n)));
    expect(fault(part3(round.secrets.get(me)!, transcript, received)).culprits).toEqual([dealer]);
    expect(verifySecretShares(transcript, dealer, me, received.get(dealer)!)).toBe(false);
  }
});

test("a share of zero is a share: its commitment decides", () => {
  const rng = seededRng("zero");
  const round = firstRound(2, [1, 1], rng);
  const { transcript } = secondRound(round, rng);
  const [me, dealer] = round.names as [(typeof round.names)[0], (typeof round.names)[0]];
  const zero = restoreSecretShares(new Uint8Array(32), 1);
  expect(verifySecretShares(transcript, dealer, me, zero)).toBe(false);
});

test("an equivocating dealer gives two keys, which the round-1 hash tells apart", () => {
  const rng = seededRng("equivocation");
  const session = rng(32);
  const honest = firstRound(2, [1, 1, 1], rng, { session });
  const twoFaced = firstRound(2, [1, 1, 1], rng, { session });
  const seenByOther = [honest.packages[0]!, twoFaced.packages[1]!, honest.packages[2]!];
  const context: Round1Context = { version: 1, groupId: session, roundId: rng(16) };
  expect(verifyRound1(honest.parameters, honest.packages, rng).ok).toBe(true);
  expect(verifyRound1(honest.parameters, seenByOther, rng).ok).toBe(true);
  expect(hex(round1Hash(context, honest.parameters, honest.packages))).not.toBe(
    hex(round1Hash(context, honest.parameters, seenByOther)),
  );
});

test("the round-1 hash covers every field, ignores arrival order, and takes one package each", () => {
  const rng = seededRng("hash");
  const { parameters, packages, names } = firstRound(2, [1, 2], rng);
  const base: Round1Context = {
    version: 1,
    groupId: rng(32),
    roundId: rng(16),
    extra: new Map(names.map((name) => [name, rng(64)])),
  };
  const hash = (context: Round1Context, of = packages, under = parameters) =>
    hex(round1Hash(context, under, of));
  const other = firstRound(2, [1, 2], rng, { suite: secp256k1Plain });
  const seen = [
    hash(base),
    hash({ ...base, version: 2 }),
    hash({ ...base, groupId: rng(32) }),
    hash({ ...base, roundId: rng(16) }),
    hash({ ...base, extra: new Map([...base.extra!, [names[0]!, rng(64)]]) }),
    hash({ version: base.version, groupId: base.groupId, roundId: base.roundId }),
    hash(base, packages, { ...parameters, threshold: 3 }),
    hash(base, packages, { ...parameters, suite: other.parameters.suite }),
    hash(base, packages, { ...parameters, session: rng(32) }),
    hash(base, [packages[0]!, { ...packages[1]!, proof: packages[0]!.proof }]),
  ];
  expect(new Set(seen).size).toBe(seen.length);
  expect(hash(base, [...packages].reverse())).toBe(seen[0]);
  for (const few of [
    packages.slice(1),
    [packages[0]!, packages[0]!],
    [{ ...packages[0]!, identifier: names[1]! }, packages[1]!],
  ]) {
    expect(() => hash(base, few)).toThrow(expect.objectContaining({ code: "mismatchedInputs" }));
  }
  const strangers = [packages[0]!, { ...packages[1]!, identifier: identifierFromNumber(9) }];
  expect(() => hash(base, strangers)).toThrow(expect.objectContaining({ code: "mismatchedInputs" }));
});

test("the key hash changes with the transcript and with the key", () => {
  const rng = seededRng("key hash");
  const one = generateKey(2, [1, 1], rng).publicKeyPackage;
  const two = generateKey(2, [1, 1], rng).publicKeyPackage;
  const first = rng(32);
  const seen = new Set([keyHash(first, one), keyHash(first, two), keyHash(rng(32), one)].map(hex));
  expect(seen.size).toBe(3);
});

test("part 2 gives the same shares every time, so that they can be sent again", () => {
  const rng = seededRng("again");
  const round = firstRound(2, [1, 1], rng);
  const { transcript } = secondRound(round, rng);
  const once = () =>
    [...part2(round.secrets.get(round.names[0]!)!, transcript)].map(([, shares]) =>
      hex(revealSecretShares(shares)),
    );
  expect(once()).toEqual(once());
});

test("once shares are dealt, part 3 needs no polynomial", () => {
  const rng = seededRng("round 2 secret");
  const round = firstRound(3, [2, 1], rng);
  const { transcript, inbox } = secondRound(round, rng);
  const me = round.names[0]!;
  const secret = round.secrets.get(me)!;
  const rest = toRound2Secret(secret, transcript);
  const expected = must(part3(secret, transcript, inbox.get(me)!));
  secret.erase();
  expect(() => part2(secret, transcript)).toThrow(expect.objectContaining({ code: "erasedSecret" }));
  const material = must(part3(rest, transcript, inbox.get(me)!));
  expect(material.publicKeyPackage.verifyingKey.equals(expected.publicKeyPackage.verifyingKey)).toBe(true);
  const mismatched = makeRound2Secret(me, generatorMultiples([1n, 2n, 3n]), makeSecretShares([1n, 1n]));
  expect(() => part3(mismatched, transcript, inbox.get(me)!)).toThrow(
    expect.objectContaining({ code: "mismatchedInputs" }),
  );
  rest.erase();
  expect(() => part3(rest, transcript, inbox.get(me)!)).toThrow(
    expect.objectContaining({ code: "erasedSecret" }),
  );
});

test("claimed verifying shares are taken over when right, and every false claim is named", () => {
  const rng = seededRng("claims");
  const group = generateKey(3, [1, 2, 1, 1], rng);
  const truth = new Map(
    [...group.members.values()]
      .flatMap(({ keyPackages }) => keyPackages)
      .map((own) => [own.identifier, own.verifyingShare]),
  );
  const [fresh] = group.members.values();
  const key = fresh!.publicKeyPackage;
  const checked = must(checkVerifyingShares(key, truth, rng));
  expect(checked.identifiers.every((identifier) => checked.knows(identifier))).toBe(true);
  expect(checked.allVerifyingShares().equals(key.allVerifyingShares())).toBe(true);
  const [one, two, three] = truth.keys();
  const negated = new Map(truth).set(two!, truth.get(two!)!.negate());
  expect(fault(checkVerifyingShares(key, negated, rng)).culprits).toEqual([two]);
  const swapped = new Map(truth).set(one!, truth.get(three!)!).set(three!, truth.get(one!)!);
  expect(fault(checkVerifyingShares(key, swapped, rng))).toMatchObject({
    code: "invalidVerifyingShare",
    culprits: [one, three],
  });
});

test("claims for nobody, by strangers, of several points, or against no commitment", () => {
  const rng = seededRng("odd claims");
  const { publicKeyPackage: key } = generateKey(2, [1, 1], rng);
  expect(must(checkVerifyingShares(key, new Map(), rng))).toBe(key);
  const stranger = new Map([[identifierFromNumber(9), key.verifyingKey]]);
  expect(() => checkVerifyingShares(key, stranger, rng)).toThrow(
    expect.objectContaining({ code: "unknownIdentifier" }),
  );
  const two = new Map([[key.identifiers[0]!, generatorMultiples([1n, 2n])]]);
  expect(() => checkVerifyingShares(key, two, rng)).toThrow(
    expect.objectContaining({ code: "mismatchedInputs" }),
  );
  key.allVerifyingShares();
  const bare = new PublicKeyPackage({ ...key.fields(), commitment: undefined });
  expect(() => checkVerifyingShares(bare, stranger, rng)).toThrow(
    expect.objectContaining({ code: "mismatchedInputs" }),
  );
});

test("any threshold of shares recombines to the one key; fewer, doubled or foreign ones are refused", () => {
  const rng = seededRng("reveal");
  const group = generateKey(3, [2, 1, 1], rng);
  const all = [...group.members.values()].flatMap(({ keyPackages }) => keyPackages);
  const secret = hex(revealGroupSecret(all.slice(0, 3)));
  expect(hex(revealGroupSecret(all.slice(1)))).toBe(secret);
  expect(generatorMultiples([BigInt(`0x${secret}`)]).equals(group.publicKeyPackage.verifyingKey)).toBe(true);
  const foreign = [...generateKey(3, [2, 1, 1], rng).members.values()][0]!.keyPackages[0]!;
  for (const wrongSet of [[], all.slice(0, 2), [all[0]!, all[0]!, all[1]!], [foreign, ...all.slice(1, 3)]]) {
    expect(() => revealGroupSecret(wrongSet)).toThrow(expect.objectContaining({ code: "mismatchedInputs" }));
  }
});
