import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { give } from "../../../../devnet/stacks/faucet.ts";
import { addressOf, scriptOfAddress } from "../../../sbtc/bitcoin/script.ts";
import { networks } from "../../../sbtc/network.ts";
import { account } from "../../../sbtc/testing/peg-world.ts";
import { CoordinatorDesk, feeKeys } from "./desk.ts";
import { regtestOf } from "./regtest.ts";
import { DevnetWorld, worldLimits } from "./testing/devnet-world.ts";

let world: DevnetWorld;
let dataDir: string;
let desk: CoordinatorDesk;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "hoarfrost-desk-"));
  world = await DevnetWorld.start(dataDir, { bare: true });
});
afterAll(async () => {
  await desk.close();
  await world.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const keys = feeKeys(new Uint8Array(32).fill(9));
const signer = (number: number) => {
  const { key, address } = account(number);
  return { address, key: secp256k1.getPublicKey(key), weight: 1 };
};

async function openDesk(): Promise<CoordinatorDesk> {
  const parameters = await regtestOf(world.bitcoin);
  const { height, hash } = parameters.start;
  const { bitcoin, stacks, store, rng, clock } = world.ports;
  return new CoordinatorDesk(
    { bitcoin, stacks, store, rng, clock, frost: world.frost, onChange: () => undefined },
    {
      network: "devnet",
      terms: world.terms,
      parameters,
      start: { height, hash },
      keys,
      lookEveryMs: 1_000,
      plan: {
        network: "devnet",
        limits: worldLimits,
        allowList: false,
        coordinatorKey: secp256k1.getPublicKey(keys.stacks),
        registry: { threshold: 2, signers: [signer(901), signer(902), signer(903)] },
        wallet: { key: world.group.key, address: addressOf(world.group.script, networks.regtest) ?? "" },
      },
    },
  );
}

const states = () => desk.view().setup.map(({ id, state }) => `${id} ${state}`);
async function look(times: number): Promise<void> {
  for (let i = 0; i < times; i++) await desk.look();
}

test("nothing starts before the fee wallet can pay and a person says so", async () => {
  desk = await openDesk();
  await look(2);
  expect(states().slice(0, 3)).toEqual(["key done", "fee-wallet now", "deploy next"]);
  const { feeWallet } = desk.view();
  await give(world.stacksChain.chain, feeWallet.stacks, 500_000_000n);
  world.faucet(scriptOfAddress(feeWallet.bitcoin, networks.regtest), 1_000_000n);
  await world.mine(1);
  await look(1);
  expect(states().slice(0, 3)).toEqual(["key done", "fee-wallet done", "deploy now"]);
  expect(desk.view().setup.find(({ id }) => id === "deploy")?.action).toBe("Start");
  expect(desk.view().feeWallet).toMatchObject({ ustx: 500_000_000n, sats: 1_000_000n, low: false });
});

test("one click sets up everything, and another tab goes on where it was left", async () => {
  await desk.act({ do: "peg-setup", step: "deploy" });
  await look(3);
  await desk.close();
  desk = await openDesk();
  for (let i = 0; i < 60 && desk.view().contract === undefined; i++) await look(1);
  expect(new Set(desk.view().setup.map(({ state }) => state))).toEqual(new Set(["done"]));
  expect(desk.view().loop.state).toBe("running");
  expect(desk.view().testers).toBe(`/peg#/${desk.view().contract ?? ""}/in`);
});

test("what a click cannot find or the contract refuses is said, and changes nothing", async () => {
  await desk.act({ do: "peg-process-txid", txid: "ab".repeat(32) });
  expect(desk.view().problem?.what).toBe("There is no such request");
  await desk.act({ do: "peg-members", entries: [{ who: "not an address", allowed: true }] });
  expect(desk.view().problem?.what).toBe("It could not be done");
  await desk.act({ do: "peg-pause", paused: true });
  expect(desk.view().loop.state).toBe("paused");
  await desk.act({ do: "peg-pause", paused: false });
  expect(desk.view().loop.state).toBe("running");
});
