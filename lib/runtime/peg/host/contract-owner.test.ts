import { expect, test } from "vitest";
import { networks } from "../../../sbtc/network.ts";
import type { StacksNode } from "../../../sbtc/stacks/node.ts";
import { stacksAccount } from "../coordinator/stacks-account.ts";
import { ContractOwner } from "./contract-owner.ts";

const stacks = "ST1TNW5XKBHTZPN9M345JC8M1GZR5F0DJGAYMD3R6";
const bitcoin = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

test("members that are misspelt or of another network are named, before anything is asked of a node", () => {
  const silent = new Proxy({} as StacksNode, {
    get: (_, name) => {
      throw new Error(`asked for ${String(name)}`);
    },
  });
  const clock = { now: () => 0, after: () => () => undefined };
  const account = stacksAccount(new Uint8Array(32).fill(7), "testnet");
  const owner = new ContractOwner({ stacks: silent, clock }, account, networks.regtest);
  const check = (...names: string[]) => {
    owner.checkMembers(names.map((who) => ({ who, allowed: true })));
  };
  expect(() => {
    check(stacks, bitcoin, `${stacks}.vault`);
  }).not.toThrow();
  const misspelt = stacks.replace("TNW", "TNV");
  expect(() => {
    check(stacks, misspelt);
  }).toThrow(`other network: ${misspelt}. Nothing`);
  expect(() => {
    check(bitcoin.replace("t080", "t081"), "SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7", bitcoin);
  }).toThrow("and 1 more. Nothing was changed");
});
