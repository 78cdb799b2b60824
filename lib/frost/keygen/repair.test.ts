import fc from "fast-check";
import { expect, test } from "vitest";
import {
  aggregate,
  enrolledPublicKeyPackage,
  type Identifier,
  identifierFromNumber,
  nameOf,
  type Participant,
  participantsFromIdentifiers,
  PublicKeyPackage,
  type RepairDealing,
  type RepairParameters,
  repairParameters,
  repairPart1,
  repairPart2,
  repairPart3,
  revealSigningShare,
  type SecretShares,
  verifySchnorr,
} from "../index.ts";
import { fault, generateKey, type Group, must, seededRng } from "../testing/groups.ts";
import { hex } from "../testing/hex.ts";
import { packagesByIdentifier } from "../testing/redistribute.ts";
import { openSession, signAllShares } from "../testing/sessions.ts";
import { makeSecretShares } from "./secrets.ts";

// spec/frost.md §5, pitfall 20 (a lying helper), and 21: numeric order, more helpers than the threshold.

const ids = (...numbers: readonly number[]) => numbers.map(identifierFromNumber);
const junk = () => makeSecretShares([12345n]);

function dealings(parameters: RepairParameters, group: Group, seed: string): RepairDealing[] {
  const rng = seededRng(seed);
  const all = packagesByIdentifier(group.members.values());
  return parameters.helpers.map((helper) =>
    repairPart1(
      parameters,
      nameOf(helper),
      helper.identifiers.map((identifier) => all.get(identifier)!),
      rng,
    ),
  );
}

function inboxOf(dealt: readonly RepairDealing[], helper: Identifier): Map<Identifier, SecretShares> {
  return new Map(dealt.map((dealing) => [dealing.package.helper, dealing.deltas.get(helper)!]));
}

function sigmas(
  parameters: RepairParameters,
  dealt: readonly RepairDealing[],
): Map<Identifier, SecretShares> {
  const packages = dealt.map((dealing) => dealing.package);
  return new Map(
    parameters.helpers.map((helper) => {
      const name = nameOf(helper);
      return [name, must(repairPart2(parameters, name, packages, inboxOf(dealt, name)))];
    }),
  );
}

const group = generateKey(3, [2, 1, 1, 1], seededRng("repair"));
const [seatOne, seatTwo, seatThree] = group.parameters.participants as unknown as [
  Participant,
  Participant,
  Participant,
];

test("any helpers of at least threshold identifiers give back exactly the lost share", () =>
  fc.assert(
    fc.property(fc.integer(), fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 4 }), (seed, order) => {
      const [target, ...helpers] = order.map(identifierFromNumber);
      const parameters = repairParameters(
        group.publicKeyPackage,
        participantsFromIdentifiers(helpers),
        target!,
      );
      const dealt = dealings(parameters, group, String(seed));
      const { keyPackage, publicKeyPackage } = must(
        repairPart3(
          parameters,
          dealt.map((dealing) => dealing.package),
          sigmas(parameters, dealt),
        ),
      );
      const lost = packagesByIdentifier(group.members.values()).get(target!)!;
      expect(hex(revealSigningShare(keyPackage.signingShare))).toBe(
        hex(revealSigningShare(lost.signingShare)),
      );
      expect(publicKeyPackage).toBe(group.publicKeyPackage);
    }),
    { numRuns: 15 },
  ));

test("a new identifier is enrolled, 10 as well as 2, and signs with the others", () => {
  for (const bare of [false, true]) {
    group.publicKeyPackage.allVerifyingShares();
    const key = bare
      ? new PublicKeyPackage({ ...group.publicKeyPackage.fields(), commitment: undefined })
      : group.publicKeyPackage;
    const target = identifierFromNumber(10);
    const parameters = repairParameters(key, [seatThree, seatOne, seatTwo], target);
    const dealt = dealings(parameters, group, "enrol");
    const packages = dealt.map((dealing) => dealing.package);
    const { keyPackage, publicKeyPackage } = must(
      repairPart3(parameters, packages, sigmas(parameters, dealt)),
    );
    expect(publicKeyPackage.identifiers).toEqual(ids(1, 2, 3, 4, 5, 10));
    expect(
      enrolledPublicKeyPackage(parameters).verifyingShare(target).equals(keyPackage.verifyingShare),
    ).toBe(true);
    const keyPackages = new Map([...packagesByIdentifier(group.members.values()), [target, keyPackage]]);
    const signing = openSession({ keyPackages, publicKeyPackage }, [10, 2, 5], seededRng("enrolled"));
    const signature = must(aggregate(signing.session, signAllShares(signing)));
    expect(verifySchnorr(publicKeyPackage.xOnly, signing.session.message, signature)).toBe(true);
  }
});

test("a helper that lies to another helper is named by it", () => {
  const parameters = repairParameters(group.publicKeyPackage, [seatOne, seatTwo], identifierFromNumber(5));
  const dealt = dealings(parameters, group, "lie");
  const received = inboxOf(dealt, nameOf(seatTwo)).set(nameOf(seatOne), junk());
  const packages = dealt.map((dealing) => dealing.package);
  expect(fault(repairPart2(parameters, nameOf(seatTwo), packages, received))).toEqual({
    code: "invalidRepair",
    culprits: [nameOf(seatOne)],
    remedy: "retryWithoutCulprits",
  });
  received.set(nameOf(seatOne), makeSecretShares([]));
  expect(fault(repairPart2(parameters, nameOf(seatTwo), packages, received)).culprits).toEqual([
    nameOf(seatOne),
  ]);
});

test("a helper that lies to the target is detected and named", () => {
  const parameters = repairParameters(group.publicKeyPackage, [seatOne, seatTwo], identifierFromNumber(5));
  const dealt = dealings(parameters, group, "lie to target");
  const packages = dealt.map((dealing) => dealing.package);
  for (const lie of [junk(), makeSecretShares([1n, 2n])]) {
    const received = sigmas(parameters, dealt).set(nameOf(seatTwo), lie);
    expect(fault(repairPart3(parameters, packages, received)).culprits).toEqual([nameOf(seatTwo)]);
  }
});

test("a helper whose commitments are not its contribution is named before anything is summed", () => {
  const parameters = repairParameters(group.publicKeyPackage, [seatOne, seatTwo], identifierFromNumber(5));
  const dealt = dealings(parameters, group, "false commitment");
  const again = dealings(parameters, group, "another");
  const forged = { ...dealt[0]!.package, commitment: dealt[0]!.package.commitment.negate() };
  const short = { ...dealt[0]!.package, commitment: dealt[0]!.package.commitment.at(0) };
  for (const wrong of [forged, short]) {
    const packages = [wrong, dealt[1]!.package];
    const name = nameOf(seatTwo);
    expect(fault(repairPart2(parameters, name, packages, inboxOf(dealt, name))).culprits).toEqual([
      nameOf(seatOne),
    ]);
    expect(fault(repairPart3(parameters, packages, sigmas(parameters, again))).culprits).toEqual([
      nameOf(seatOne),
    ]);
  }
});

test("missing and doubled messages are told apart from lies", () => {
  const parameters = repairParameters(group.publicKeyPackage, [seatOne, seatTwo], identifierFromNumber(5));
  const dealt = dealings(parameters, group, "missing");
  const packages = dealt.map((dealing) => dealing.package);
  const name = nameOf(seatTwo);
  const inbox = inboxOf(dealt, name);
  expect(fault(repairPart2(parameters, name, packages.slice(1), inbox))).toMatchObject({
    missing: [nameOf(seatOne)],
  });
  expect(fault(repairPart2(parameters, name, [...packages, packages[0]!], inbox)).code).toBe(
    "wrongParticipants",
  );
  expect(fault(repairPart2(parameters, name, packages, new Map()))).toMatchObject({ code: "missingShares" });
  expect(fault(repairPart3(parameters, packages, new Map()))).toMatchObject({ code: "missingShares" });
});

test("strangers, too few helpers, a target that helps, and foreign key packages start nothing", () => {
  const key = group.publicKeyPackage;
  const invalid = expect.objectContaining({ code: "invalidParameters" }) as Error;
  expect(() => repairParameters(key, [seatOne], identifierFromNumber(5))).toThrow(invalid);
  expect(() => repairParameters(key, [seatOne, seatTwo], nameOf(seatTwo))).toThrow(invalid);
  expect(() => repairParameters(key, [seatOne, seatTwo, seatTwo], identifierFromNumber(5))).toThrow(invalid);
  expect(() =>
    repairParameters(key, [seatOne, seatTwo, { identifiers: [] }], identifierFromNumber(5)),
  ).toThrow(invalid);
  const unknown = expect.objectContaining({ code: "unknownIdentifier" }) as Error;
  expect(() =>
    repairParameters(key, participantsFromIdentifiers(ids(7, 8, 9)), identifierFromNumber(5)),
  ).toThrow(unknown);
  const parameters = repairParameters(key, [seatOne, seatTwo], identifierFromNumber(5));
  expect(() => repairPart1(parameters, identifierFromNumber(5), [], seededRng(0))).toThrow(unknown);
  const foreign = generateKey(3, [2, 1, 1, 1], seededRng("foreign")).members.get(
    nameOf(seatOne),
  )!.keyPackages;
  const mismatched = expect.objectContaining({ code: "mismatchedInputs" }) as Error;
  expect(() => repairPart1(parameters, nameOf(seatOne), foreign, seededRng(0))).toThrow(mismatched);
  expect(() => repairPart1(parameters, nameOf(seatOne), [], seededRng(0))).toThrow(mismatched);
});

test("what a helper deals shows no secret", () => {
  const parameters = repairParameters(group.publicKeyPackage, [seatOne, seatTwo], identifierFromNumber(5));
  expect(JSON.stringify(dealings(parameters, group, "redacted")[0])).toBe('"[RepairDealing redacted]"');
});
