import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compatibleParameters,
  identifierFromNumber,
  part1,
  part2,
  participantsFromIdentifiers,
  participantsFromWeights,
  type Round1Package,
  secp256k1Plain,
  secp256k1Tr,
  sessionParameters,
  verifyRound1,
} from "../index.ts";
import { generatorMultiples, PointVector } from "../math/index.ts";
import { mod, N, Point } from "../suite/scalar.ts";
import { fault, must, seededRng } from "../testing/groups.ts";
import { firstRound } from "../testing/rounds.ts";
import { commitToPolynomial } from "./polynomial.ts";
import { prove } from "./proof.ts";

// spec/frost.md §5: pitfalls 8, 9, 10 and 11; and the rogue key that proofs of possession are for.

const suites = [secp256k1Tr, secp256k1Plain];

function replaced(
  packages: readonly Round1Package[],
  at: number,
  change: Partial<Round1Package>,
): Round1Package[] {
  return packages.map((pkg, i) => (i === at ? { ...pkg, ...change } : pkg));
}

describe.each(suites)("$id: round 1", (suite) => {
  test("a longer commitment vector raises no threshold, a shorter lowers none, an empty is none", () => {
    const rng = seededRng("length");
    const { parameters, packages, names } = firstRound(3, [1, 1, 1, 1], rng, { suite });
    for (const length of [0, 1, 2, 4, 5]) {
      const coefficients = Array.from({ length }, (_, k) => BigInt(k + 2));
      const commitment = commitToPolynomial(coefficients);
      const proof =
        length === 0 ? packages[1]!.proof : prove(parameters, names[1]!, 2n, commitment.at(0), rng);
      const error = fault(verifyRound1(parameters, replaced(packages, 1, { commitment, proof }), rng));
      expect(error).toEqual({
        code: "wrongCommitmentCount",
        culprits: [names[1]],
        remedy: "restartKeygenWithoutCulprits",
      });
    }
  });

  test("every dealer with a wrong vector is named", () => {
    const rng = seededRng("all lengths");
    const { parameters, packages, names } = firstRound(2, [1, 1, 1], rng, { suite });
    const long = generatorMultiples([1n, 2n, 3n]);
    const sent = replaced(replaced(packages, 0, { commitment: long }), 2, { commitment: long });
    expect(fault(verifyRound1(parameters, sent, rng)).culprits).toEqual([names[0], names[2]]);
  });

  test("an identity anywhere in a package is refused and its dealer named", () => {
    const rng = seededRng("identity");
    const { parameters, packages, names } = firstRound(2, [1, 1], rng, { suite });
    const identity = PointVector.fromNoble([Point.ZERO]);
    const { commitment, proof } = packages[1]!;
    for (const change of [
      { commitment: PointVector.concat([identity, commitment.at(1)]) },
      { commitment: PointVector.concat([commitment.at(0), identity]) },
      { proof: { ...proof, R: identity } },
    ]) {
      expect(fault(verifyRound1(parameters, replaced(packages, 1, change), rng))).toMatchObject({
        code: "identityElement",
        culprits: [names[1]],
      });
    }
  });

  test("keys that cancel to the identity are refused though every proof holds", () => {
    const rng = seededRng("sum");
    const { parameters, packages, names, secrets } = firstRound(2, [1, 1], rng, { suite });
    expect(secrets.size).toBe(2);
    for (const which of [0, 1]) {
      const first = [3n, 5n];
      const second = which === 0 ? [mod(-3n), 7n] : [11n, mod(-5n)];
      const cancelling = [first, second].map((coefficients, i): Round1Package => {
        const commitment = commitToPolynomial(coefficients);
        const proof = prove(parameters, names[i]!, coefficients[0]!, commitment.at(0), rng);
        return { ...packages[i]!, commitment, proof };
      });
      expect(fault(verifyRound1(parameters, cancelling, rng))).toEqual({
        code: "unusableGroupKey",
        culprits: [],
        remedy: "restartKeygen",
      });
    }
  });

  test("a proof of possession replayed under another identifier is refused", () => {
    const rng = seededRng("replay");
    for (const compatible of [false, true]) {
      const { parameters, packages, names } = firstRound(2, [1, 1, 1], rng, { suite, compatible });
      const { commitment, proof } = packages[0]!;
      const error = fault(verifyRound1(parameters, replaced(packages, 2, { commitment, proof }), rng));
      expect(error).toMatchObject({ code: "invalidProofOfPossession", culprits: [names[2]] });
    }
  });

  test("a rogue key, chosen to cancel the others', has no proof", () => {
    const rng = seededRng("rogue");
    const { parameters, packages, names } = firstRound(2, [1, 1], rng, { suite });
    const honest = packages[0]!.commitment;
    const rogue = PointVector.concat([
      PointVector.fromNoble([honest.toNoble(0).negate().add(Point.BASE)]),
      packages[1]!.commitment.at(1),
    ]);
    const error = fault(verifyRound1(parameters, replaced(packages, 1, { commitment: rogue }), rng));
    expect(error).toMatchObject({ code: "invalidProofOfPossession", culprits: [names[1]] });
  });

  test("all false proofs among many are named, and only they", () =>
    fc.assert(
      fc.property(fc.integer(), fc.subarray([0, 1, 2, 3, 4], { minLength: 1 }), (seed, guilty) => {
        const rng = seededRng(seed);
        const { parameters, packages, names } = firstRound(2, [1, 1, 1, 1, 1], rng, { suite });
        const sent = packages.map((pkg, i) =>
          guilty.includes(i) ? { ...pkg, proof: { ...pkg.proof, mu: mod(pkg.proof.mu + 1n) } } : pkg,
        );
        const error = fault(verifyRound1(parameters, sent, rng));
        expect(error).toMatchObject({
          code: "invalidProofOfPossession",
          culprits: guilty.map((i) => names[i]),
        });
      }),
      { numRuns: 15 },
    ));
});

test("false proofs whose errors cancel do not pass the batch", () => {
  const rng = seededRng("cancelling proofs");
  const { parameters, packages, names } = firstRound(2, [1, 1, 1], rng);
  const moved = (pkg: Round1Package, by: bigint): Round1Package => ({
    ...pkg,
    proof: { ...pkg.proof, mu: mod(pkg.proof.mu + by) },
  });
  const sent = [moved(packages[0]!, 9n), moved(packages[1]!, -9n), packages[2]!];
  expect(fault(verifyRound1(parameters, sent, rng)).culprits).toEqual([names[0], names[1]]);
});

test("in the taproot suite a proof whose R has odd y is refused", () => {
  const rng = seededRng("odd R");
  const { parameters, packages, names } = firstRound(2, [1, 1], rng);
  const { proof } = packages[1]!;
  const odd = { ...packages[1]!, proof: { R: proof.R.negate(), mu: N - proof.mu } };
  expect(fault(verifyRound1(parameters, [packages[0]!, odd], rng)).culprits).toEqual([names[1]]);
});

describe("a package of another session", () => {
  test("is refused: the proof covers the session", () => {
    const rng = seededRng("session");
    const one = firstRound(2, [1, 1], rng);
    const two = firstRound(2, [1, 1], rng);
    const error = fault(verifyRound1(two.parameters, [one.packages[0]!, two.packages[1]!], rng));
    expect(error).toMatchObject({ code: "invalidProofOfPossession", culprits: [one.names[0]] });
  });

  test("of the compatible kind has no context: the same package is accepted again, as in noble and frost-secp256k1-tr", () => {
    const rng = seededRng("no session");
    const one = firstRound(2, [1, 1], rng, { compatible: true });
    const two = firstRound(2, [1, 1], rng, { compatible: true });
    expect(verifyRound1(two.parameters, [one.packages[0]!, two.packages[1]!], rng).ok).toBe(true);
  });

  test("of the other kind is refused, relabelled or not", () => {
    const rng = seededRng("kinds");
    const session = firstRound(2, [1, 1], rng);
    const compatible = firstRound(2, [1, 1], rng, { compatible: true });
    const mixed = [compatible.packages[0]!, session.packages[1]!];
    expect(fault(verifyRound1(session.parameters, mixed, rng)).code).toBe("wrongParticipants");
    const relabelled = { ...mixed[0]!, binding: "session" as const };
    const error = fault(verifyRound1(session.parameters, [relabelled, mixed[1]!], rng));
    expect(error.code).toBe("invalidProofOfPossession");
  });
});

describe("packages are refused as a set", () => {
  const rng = seededRng("set");
  const { parameters, packages, names } = firstRound(2, [1, 1, 1], rng);
  const expected = { code: "wrongParticipants", culprits: [], remedy: "restartKeygen" };

  test("with one missing", () => {
    expect(fault(verifyRound1(parameters, packages.slice(1), rng))).toEqual(expected);
  });
  test("with one twice", () => {
    expect(fault(verifyRound1(parameters, [...packages, packages[0]!], rng))).toEqual(expected);
    expect(fault(verifyRound1(parameters, [packages[0]!, packages[0]!, packages[1]!], rng))).toEqual(
      expected,
    );
  });
  test("with one of a stranger", () => {
    const stranger = { ...packages[0]!, identifier: identifierFromNumber(9) };
    expect(fault(verifyRound1(parameters, [...packages, stranger], rng))).toEqual(expected);
    expect(fault(verifyRound1(parameters, [stranger, ...packages.slice(1)], rng))).toEqual(expected);
  });
  test("a transcript without our own package, as dealt, is our own mistake and throws", () => {
    const other = part1(parameters, names[0]!, rng);
    const transcript = must(verifyRound1(parameters, packages, rng));
    expect(() => part2(other.secret, transcript)).toThrow(
      expect.objectContaining({ code: "mismatchedInputs" }),
    );
    expect(() => transcript.packageOf(identifierFromNumber(9))).toThrow(
      expect.objectContaining({ code: "unknownIdentifier" }),
    );
  });
});

describe("parameters are refused", () => {
  const rng = seededRng("parameters");
  const suite = secp256k1Tr;
  const ids = [1, 2, 3].map(identifierFromNumber);
  const invalid = expect.objectContaining({ code: "invalidParameters" }) as Error;

  test("where an identifier is held twice", () => {
    const participants = participantsFromIdentifiers([ids[0]!, ids[1]!, ids[0]!]);
    expect(() => compatibleParameters({ suite, threshold: 2, participants })).toThrow(invalid);
  });
  test("where a participant holds none", () => {
    const participants = [{ identifiers: ids }, { identifiers: [] }];
    expect(() => compatibleParameters({ suite, threshold: 2, participants })).toThrow(invalid);
  });
  test.each([1, 0, 4, 2.5, NaN])("with threshold %d of 3", (threshold) => {
    const participants = participantsFromIdentifiers(ids);
    expect(() => compatibleParameters({ suite, threshold, participants })).toThrow(invalid);
  });
  test("with a session context that is too short to be one", () => {
    const participants = participantsFromIdentifiers(ids);
    expect(() => sessionParameters({ suite, threshold: 2, participants, session: rng(15) })).toThrow(invalid);
  });
  test("with a weight that is none, or too many identifiers", () => {
    for (const weights of [[0], [1.5], [-1], [65_535, 1]]) {
      expect(() => participantsFromWeights(weights)).toThrow(invalid);
    }
    const many = Array.from({ length: 65_536 }, (_, i) => identifierFromNumber(i + 1));
    expect(() =>
      compatibleParameters({ suite, threshold: 2, participants: [{ identifiers: many }] }),
    ).toThrow(invalid);
  });
  test("a stranger, or a zero secret, starts nothing", () => {
    const parameters = compatibleParameters({
      suite,
      threshold: 2,
      participants: participantsFromIdentifiers(ids),
    });
    expect(() => part1(parameters, identifierFromNumber(4), rng)).toThrow(
      expect.objectContaining({ code: "unknownIdentifier" }),
    );
    expect(() => part1(parameters, ids[0]!, rng, new Uint8Array(32))).toThrow(invalid);
  });
});
