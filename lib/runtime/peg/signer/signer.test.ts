import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { seededRng } from "../../../frost/testing/groups.ts";
import { dealtGroup } from "../../../rounds/simulation/dealt-group.ts";
import { configCalls } from "../../../sbtc/contract/config-calls.ts";
import { networks } from "../../../sbtc/network.ts";
import { refusedCodes } from "../../../sbtc/peg/checks/check.ts";
import { FeeWallet, type Submission } from "../../../sbtc/peg/fee-wallet/fee-wallet.ts";
import { manualPolicy } from "../../../sbtc/peg/policy/policy.ts";
import type { Proposal } from "../../../sbtc/peg/proposal.ts";
import type { StacksNode } from "../../../sbtc/stacks/node.ts";
import { keyWallet } from "../../../sbtc/testing/wallets.ts";
import { MemoryStore } from "../../memory-store.ts";
import type { PegCoordinator } from "../coordinator/coordinator.ts";
import { regtestOf } from "../coordinator/regtest.ts";
import { DevnetWorld, settle, stateOf } from "../coordinator/testing/devnet-world.ts";
import { readPegMemory, restoringWrites } from "./memory-file.ts";
import { PegSigner, type PegSignerPorts } from "./signer.ts";

// A coordinator and a signer on two real chains: what one proposes, the other judges from its own sources alone.

let world: DevnetWorld;
let dataDir: string;
let signer: PegSigner;
const store = new MemoryStore();
const sealer = {
  seal: (_: string, bytes: Uint8Array) => bytes,
  open: (_: string, bytes: Uint8Array) => bytes,
};
const byHand = { request: "07".repeat(32), automatic: false };
/** Codes of rounds this signer refused. */
const refusals: string[] = [];

async function open(change: Partial<PegSignerPorts> = {}): Promise<PegSigner> {
  const parameters = await regtestOf(world.bitcoin);
  const { height, hash } = parameters.start;
  return PegSigner.open(
    {
      bitcoin: [world.bitcoin],
      stacks: [world.stacks],
      minSources: 1,
      store,
      sealer,
      clock: world.ports.clock,
      successor: () => null,
      alarm: () => false,
      ...change,
    },
    {
      group: "ab".repeat(32),
      roster: dealtGroup([1, 1, 1], 2, seededRng("signer")).roster,
      setting: {
        network: networks.regtest,
        dialect: "D2",
        groupKey: world.group.key,
        expiredPegScripts: [],
        chainId: 0x80000000,
        confirmations: 2,
        stacksConfirmations: 2,
        expiryMargin: 1,
        feeRates: { least: 1_000n, most: 300_000n },
      },
      parameters,
      start: { height, hash },
      contractNetwork: "devnet",
    },
  );
}

/** The group signs what this signer approves. */
function attach(): void {
  world.frost.objection = async ({ items }) => {
    const proposals = items.map(({ proposal }) => proposal);
    const review = await signer.approve(proposals, byHand, (writes) => store.commit(writes));
    if (review.approved) return null;
    const codes = review.checks.flatMap(refusedCodes).join(", ");
    refusals.push(codes);
    return codes;
  };
}

/** The fee wallet's key is the coordinator's, as the contract has it registered. */
async function register(): Promise<void> {
  const wallet = new FeeWallet({ node: world.stacks, ...world.account, save: () => Promise.resolve() }, []);
  const data = { address: world.account.address, key: secp256k1.getPublicKey(world.feeKey) };
  const call = configCalls.setCoordinator(`${world.token}-config`, data);
  const submission: Submission = { tag: "call", call };
  await wallet.send("coordinator", submission, 0);
  const status = await wallet.send("coordinator", submission, 0);
  if (status.tag !== "done") throw new Error(`not registered: ${status.tag}`);
}

async function minesAndSettles(coordinator: PegCoordinator, ...blocks: number[]): Promise<void> {
  for (const count of blocks) {
    await world.mine(count);
    await settle(coordinator);
  }
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "hoarfrost-signer-"));
  world = await DevnetWorld.start(dataDir);
  await register();
  signer = await open();
}, 60_000);
afterAll(async () => {
  await world.stop();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(() => {
  refusals.length = 0;
  attach();
});

test("a deposit is minted, a deposit script swept and minted, a request locked, paid and settled", async () => {
  const coordinator = await world.open();
  const deposit = await world.pegIn(300_000n);
  await minesAndSettles(coordinator, 2);
  expect(refusals).toEqual([]);
  expect(stateOf(coordinator, deposit)).toBe("minted");
  const swept = await world.pegIn(80_000n, "script");
  await minesAndSettles(coordinator, 2, 2);
  expect(refusals).toEqual([]);
  expect(stateOf(coordinator, swept)).toBe("minted");
  const recipient = keyWallet(0x61).script;
  const request = await world.pegOut(100_000n, recipient);
  await minesAndSettles(coordinator, 2, 1, 2);
  expect(refusals).toEqual([]);
  expect(stateOf(coordinator, request)).toBe("settled");
  expect(await world.received(recipient)).toBe(100_294n);
});

test("what a seat approved is there after a restart, and pins its contract", async () => {
  const again = await open();
  expect(again.approved.map(({ proposal }) => proposal)).toEqual(
    signer.approved.map(({ proposal }) => proposal),
  );
  expect(again.setting.contract).toBe(world.token);
  const [mint] = again.approved;
  if (mint?.proposal.tag !== "action") throw new Error("the first approval is no action");
  const elsewhere = { ...mint.proposal, contract: `${world.account.address}.sbtc-2` };
  const review = await again.look([elsewhere]);
  expect(review.mayApprove).toBe(false);
  const replayed = await again.look([mint.proposal]);
  expect(replayed.checks.flatMap(refusedCodes)).toContain("depositAlreadyMinted");
});

test("an expired request is cancelled and refunded, a rejected deposit returned", async () => {
  const coordinator = await world.open();
  const request = await world.pegOut(50_000n, keyWallet(0x63).script);
  const refuse = world.frost.objection;
  world.frost.objection = (round) =>
    round.items.some(
      ({ proposal }) => proposal.tag === "transaction" && proposal.purpose.tag === "fulfilment",
    )
      ? "not this one"
      : refuse(round);
  await minesAndSettles(coordinator, 2, 1);
  world.wait(60 * 60_000);
  await minesAndSettles(coordinator, 14);
  world.wait(60 * 60_000);
  await minesAndSettles(coordinator, 1, 2);
  expect(refusals).toEqual([]);
  expect(stateOf(coordinator, request)).toBe("refunded");
  const deposit = await world.pegIn(5_000_001n);
  await minesAndSettles(coordinator, 2, 1, 2);
  expect(refusals).toEqual([]);
  expect(stateOf(coordinator, deposit)).toBe("returned");
});

test("a policy answers by itself within its limits alone", async () => {
  const [mint] = signer.approved;
  const automatic = { ...manualPolicy, mode: "automatic" } as const;
  expect(await signer.setPolicy({ ...automatic, window: { blocks: 0, in: 0n, out: 0n } })).toBe("window");
  expect(await signer.setPolicy(automatic)).toBeNull();
  expect((await open()).policy).toEqual(automatic);
  const review = await signer.approve([mint?.proposal as Proposal], { ...byHand, automatic: true }, () =>
    Promise.reject(new Error("it was approved")),
  );
  expect(review).toMatchObject({ approved: false, verdict: { reason: "notApprovable" } });
  await signer.setPolicy(manualPolicy);
});

test("a seat out of a backup remembers, and its policy waits for a window from its first look", async () => {
  const group = "ab".repeat(32);
  const elsewhere = new MemoryStore();
  await elsewhere.commit(restoringWrites(await readPegMemory(group, store, sealer), sealer));
  const restored = await open({ store: elsewhere });
  expect(restored.approved).toEqual(signer.approved);
  expect(restored.setting.contract).toBe(world.token);
  expect(await restored.setPolicy({ ...manualPolicy, mode: "automatic" })).toBeNull();
  expect(restored.isRestored).toBe(true);
  const [known] = restored.approved;
  await restored.look([known?.proposal as Proposal]);
  const { height } = await world.bitcoin.tip();
  expect(restored).toMatchObject({ isRestored: false, policy: { mode: "automatic", restoredAt: height } });
  const again = await open({ store: elsewhere });
  expect(again).toMatchObject({ isRestored: false, policy: { restoredAt: height } });
});

test("one of two Stacks sources that lies, hides or is gone refuses", async () => {
  const coordinator = await world.open();
  const lying = (change: Partial<StacksNode>): StacksNode =>
    new Proxy(world.stacks, {
      get: (node, name: keyof StacksNode) => change[name] ?? (node[name] as unknown as () => void).bind(node),
    });
  const named = (name: string, change: Partial<StacksNode>): StacksNode => lying({ ...change, name });
  let asked: readonly Proposal[] = [];
  world.frost.objection = ({ items }) => {
    asked = items.map(({ proposal }) => proposal);
    return "only asked";
  };
  await world.pegIn(20_000n);
  await minesAndSettles(coordinator, 2);
  expect(asked.length).toBeGreaterThan(0);
  const judged = async (second: Partial<StacksNode>) => {
    const ports = { stacks: [named("a", {}), named("b", second)], bitcoin: [world.bitcoin] };
    const two = await open({ ...ports, minSources: 1 });
    return (await two.look(asked)).checks.flatMap(refusedCodes);
  };
  expect(await judged({})).toEqual([]);
  const halted: StacksNode["read"] = async (query) => {
    const answer = await world.stacks.read(query);
    return query.functionName === "get-total-supply" ? ((1n + (answer as bigint)) as typeof answer) : answer;
  };
  expect(await judged({ read: halted })).toEqual(["stacksSourcesDisagree"]);
  const gone = await open({ stacks: [named("a", {})], minSources: 1 });
  expect((await gone.look(asked)).mayApprove).toBe(true);
  await expect(open({ minSources: 2 })).rejects.toMatchObject({ code: "sourceMissing" });
});
