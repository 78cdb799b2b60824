import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addressOf } from "../../../sbtc/bitcoin/script.ts";
import { actionDigest } from "../../../sbtc/contract/digest.ts";
import { configQueries, sharedQueries, tokenQueries } from "../../../sbtc/contract/queries.ts";
import { networks } from "../../../sbtc/network.ts";
import type { SetUpPlan } from "../../../sbtc/peg/coordinator/set-up.ts";
import { account } from "../../../sbtc/testing/peg-world.ts";
import { PegSetUp, type SetUpPorts, type SetUpState } from "./set-up.ts";
import { DevnetWorld, settle, stateOf, worldLimits } from "./testing/devnet-world.ts";

let world: DevnetWorld;
let dataDir: string;
let refusals = 0;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "hoarfrost-set-up-"));
  world = await DevnetWorld.start(dataDir, { bare: true });
});
afterAll(async () => {
  await world.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const person = (number: number) => {
  const { key, address } = account(number);
  return { address, key: secp256k1.getPublicKey(key) };
};

function plan(): SetUpPlan {
  return {
    network: "devnet",
    limits: worldLimits,
    allowList: true,
    coordinator: { ...person(900), address: world.account.address },
    registry: { threshold: 2, signers: [901, 902, 903].map((n) => ({ ...person(n), weight: 1 })) },
    recipients: [world.userAccount],
    scripts: [world.user.script],
    wallet: { key: world.group.key, address: addressOf(world.group.script, networks.regtest) ?? "" },
  };
}

function ports(): SetUpPorts {
  const { stacks, store, account: payer, group } = world;
  return {
    stacks,
    store,
    account: payer,
    askGroup: ({ action, ...context }) => {
      if (refusals-- > 0) return Promise.resolve({ tag: "refused", reason: "not today" });
      return Promise.resolve({
        tag: "signed",
        signature: group.sign(actionDigest(context, action), { kind: "none" }),
      });
    },
  };
}

/** Opens it anew for every look, as if the tab were closed each time. */
async function throughReloads(): Promise<readonly SetUpState[]> {
  const seen: SetUpState[] = [];
  for (let i = 0; i < 60; i++) {
    const state = await (await PegSetUp.open(ports(), plan())).look();
    seen.push(state);
    if (state.tag === "done" || state.tag === "failed") return seen;
  }
  throw new Error("setting up does not come to an end");
}

test("setting up goes on where it stopped, tab after tab, until the group's wallet is on the contract", async () => {
  refusals = 1;
  expect((await throughReloads()).at(-1)).toEqual({ tag: "failed", step: "wallet", reason: "not today" });
  const rest = await throughReloads();
  expect(rest.at(-1)).toEqual({ tag: "done", token: world.token });
  expect(new Set(rest.flatMap((state) => ("step" in state ? [state.step] : [])))).toEqual(
    new Set(["wallet"]),
  );

  const config = `${world.token}-config`;
  expect(await world.stacks.read(configQueries.limits(config))).toEqual(worldLimits);
  expect(await world.stacks.read(sharedQueries.threshold(config))).toBe(2);
  expect(await world.stacks.read(configQueries.signerCount(config))).toBe(3);
  expect(await world.stacks.read(configQueries.recipientAllowed(config, world.userAccount))).toBe(true);
  expect(await world.stacks.read(configQueries.recipientAllowed(config, person(7).address))).toBe(false);
  const { wallet } = await world.stacks.read(tokenQueries.wallet(world.token));
  expect(wallet?.key).toEqual(Uint8Array.from(world.group.key));
});

test("what was set up serves a deposit", async () => {
  const coordinator = await world.open();
  const deposit = await world.pegIn(50_000n);
  await world.mine(2);
  await settle(coordinator);
  expect(stateOf(coordinator, deposit)).toBe("minted");
});
