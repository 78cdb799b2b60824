import { hexToBytes } from "@noble/hashes/utils.js";
import { beforeEach, describe, expect, test } from "vitest";
import { dealtGroup } from "../../../rounds/simulation/dealt-group.ts";
import { seededRng } from "../../../frost/testing/groups.ts";
import { SignerWorld } from "../testing/signer-world.ts";
import { checkProposal, refusedCodes } from "./check.ts";
import { rosterDifference, type Registry } from "./registry.ts";

const { roster } = dealtGroup([1, 2, 1], 3, seededRng("registered group"));
const same: Registry = {
  threshold: 3,
  signers: roster.seats.map(({ identity, weight }) => ({
    address: "ST",
    key: hexToBytes(`02${identity}`),
    weight,
  })),
};

test("a group is the one a contract has registered by keys, weights and threshold, in any order", () => {
  expect(rosterDifference(roster, same)).toBeNull();
  expect(rosterDifference(roster, { ...same, signers: same.signers.toReversed() })).toBeNull();
  const name = roster.seats[1]!.name;
  expect(rosterDifference(roster, { ...same, threshold: 2 })).toContain("2 keys");
  const without = same.signers.filter((_, i) => i !== 1);
  expect(rosterDifference(roster, { ...same, signers: without })).toContain(name);
  const lighter = same.signers.map((one) => ({ ...one, weight: 1 }));
  expect(rosterDifference(roster, { ...same, signers: lighter })).toContain(`${name} as 1 keys`);
  const stranger = { address: "ST", key: new Uint8Array(33).fill(3), weight: 1 };
  expect(rosterDifference(roster, { ...same, signers: [...same.signers, stranger] })).toContain("4 signers");
});

describe("a group's first wallet", () => {
  let world: SignerWorld;
  beforeEach(async () => {
    world = new SignerWorld();
    await world.pegIn(10_000n);
    world.facts = { ...world.facts, wallet: { epoch: 0n, wallet: null } };
  });
  const judged = (registry: Registry) => {
    const address = world.addressOf(world.group.script);
    const proposal = world.action({ tag: "setWallet", address, key: world.group.key });
    const { epoch } = world.facts.wallet;
    return checkProposal(
      { ...proposal, epoch },
      {
        standing: world.standing,
        subject: { tag: "registry", roster, registry: { ok: true, value: registry } },
      },
    );
  };

  test("is approved where the contract has registered this group, and refused where another", () => {
    expect(refusedCodes(judged(same))).toEqual([]);
    expect(refusedCodes(judged({ ...same, threshold: 1 }))).toEqual(["otherRoster"]);
  });
  test("after another group's asks a person: the registry may follow the wallet", () => {
    world.facts = {
      ...world.facts,
      wallet: { epoch: 2n, wallet: { key: new Uint8Array(32), address: "x" } },
    };
    const checks = judged({ ...same, threshold: 1 });
    expect(refusedCodes(checks)).toEqual([]);
    expect(checks.find(({ id }) => id === "G1")?.state).toBe("asks");
  });
});
