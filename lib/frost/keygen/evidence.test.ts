import { describe, expect, test } from "vitest";
import {
  compatibleParameters,
  isValidPackage,
  matchesPackage,
  nameOf,
  part1,
  part2,
  participantsFromWeights,
  type Round1Package,
  secp256k1Plain,
  secp256k1Tr,
  sessionParameters,
  verifyRound1,
} from "../index.ts";
import { PointVector } from "../math/index.ts";
import { Point } from "../suite/scalar.ts";
import { must, seededRng } from "../testing/groups.ts";

const rng = seededRng("evidence");
const common = { suite: secp256k1Tr, threshold: 2, participants: participantsFromWeights([1, 2]) };
const parameters = sessionParameters({ ...common, session: rng(32) });
const [alice, bob] = parameters.participants.map(nameOf);
if (alice === undefined || bob === undefined) throw new Error("two participants");
const first = [alice, bob].map((name) => part1(parameters, name, rng));
const pkg = first[0]!.package;
const identity = PointVector.fromNoble([Point.ZERO]);

describe("one dealer's package, judged by itself", () => {
  test("is right where it is what an honest dealer made, in both suites", () => {
    expect(isValidPackage(parameters, pkg)).toBe(true);
    const plain = compatibleParameters({ ...common, suite: secp256k1Plain });
    expect(isValidPackage(plain, part1(plain, alice, rng).package)).toBe(true);
  });

  const commitments = (points: PointVector): Round1Package => ({ ...pkg, commitment: points });
  const other = part1(parameters, alice, rng).package;
  const wrong: [string, Round1Package][] = [
    ["made for another binding", part1(compatibleParameters(common), alice, rng).package],
    [
      "by nobody of this key generation",
      { ...pkg, identifier: pkg.identifier.replace(/.$/, "9") as typeof alice },
    ],
    ["with a commitment too many", commitments(PointVector.concat([pkg.commitment, pkg.commitment.at(0)]))],
    ["with a commitment too few", commitments(pkg.commitment.at(0))],
    [
      "with an identity among its commitments",
      commitments(PointVector.concat([pkg.commitment.at(0), identity])),
    ],
    ["with a proof whose nonce is the identity", { ...pkg, proof: { ...pkg.proof, R: identity } }],
    ["with a proof whose nonce has odd y", { ...pkg, proof: { ...pkg.proof, R: pkg.proof.R.negate() } }],
    ["with somebody else's proof", { ...pkg, proof: other.proof }],
    ["of another session", part1(sessionParameters({ ...common, session: rng(32) }), alice, rng).package],
  ];
  test.each(wrong)("is wrong %s", (_, bad) => {
    expect(isValidPackage(parameters, bad)).toBe(false);
  });
});

describe("dealt shares, judged by a third party", () => {
  const transcript = must(
    verifyRound1(
      parameters,
      first.map((own) => own.package),
      rng,
    ),
  );
  const toBob = part2(first[0]!.secret, transcript).get(bob)!;
  const toAlice = part2(first[1]!.secret, transcript).get(alice)!;

  test("are right where they lie on the dealer's polynomial, one for each identifier", () => {
    expect(matchesPackage(parameters, pkg, bob, toBob)).toBe(true);
  });
  test("are wrong under another dealer's commitments, and where there are too few", () => {
    expect(matchesPackage(parameters, first[1]!.package, bob, toBob)).toBe(false);
    expect(matchesPackage(parameters, pkg, bob, toAlice)).toBe(false);
  });
});
