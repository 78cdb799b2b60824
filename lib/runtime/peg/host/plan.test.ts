import { concatBytes } from "@noble/hashes/utils.js";
import { p2wpkh } from "@scure/btc-signer";
import { expect, test } from "vitest";
import { bytesOf, groupId, Identity, type Roster } from "../../../rounds/index.ts";
import { addressOf } from "../../../sbtc/bitcoin/script.ts";
import { networks } from "../../../sbtc/network.ts";
import { parseGroupKey } from "../../../sbtc/ops/peg-script.ts";
import { SoloGroup } from "../../../sbtc/testing/peg-world.ts";
import { feeScript } from "../coordinator/bitcoin-fees.ts";
import { feeKeys } from "./fee-keys.ts";
import { setUpPlan, type HostedGroup } from "./plan.ts";

const identity = (fill: number): Identity => new Identity(new Uint8Array(32).fill(fill));
const seats = [1, 2, 3].map((n) => ({ identity: identity(n).id, name: `Seat ${n}`, weight: n }));
const account = "ST1TNW5XKBHTZPN9M345JC8M1GZR5F0DJGAYMD3R6";
const id = groupId(new Uint8Array(32).fill(8));

const group: Omit<HostedGroup, "frost"> = {
  roster: { network: "devnet", name: "Team", threshold: 4, seats } as unknown as Roster,
  groupId: id,
  key: parseGroupKey(new SoloGroup(7).key),
  fees: feeKeys(new Uint8Array(32).fill(9), id),
};
const members = { allowList: true, members: [{ who: account, allowed: true }] };

test("signers know the fee wallet's coins by the coordinator's registered key", () => {
  const { coordinator } = setUpPlan(group, account, members);
  expect(p2wpkh(coordinator.key, networks.regtest.address).script).toEqual(feeScript(group.fees.bitcoin));
});

test("every seat is registered with its weight, under the point of its identity", () => {
  const { registry } = setUpPlan(group, account, members);
  expect(registry.threshold).toBe(4);
  expect(registry.signers.map(({ weight }) => weight)).toEqual([1, 2, 3]);
  const keys = [1, 2, 3].map((n) => concatBytes(Uint8Array.of(2), bytesOf(identity(n).id)));
  expect(registry.signers.map(({ key }) => key)).toEqual(keys);
});

test("members that were removed are not written on the allow-lists", () => {
  const address = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
  const plan = setUpPlan(group, account, {
    allowList: true,
    members: [
      { who: account, allowed: false },
      { who: address, allowed: true },
    ],
  });
  expect(plan.recipients).toEqual([]);
  expect(plan.scripts.map((script) => addressOf(script, networks.regtest))).toEqual([address]);
});
