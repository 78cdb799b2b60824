import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seededRng } from "../../../frost/testing/groups.ts";
import { dealtGroup } from "../../../rounds/simulation/dealt-group.ts";
import { addressOf } from "../../../sbtc/bitcoin/script.ts";
import { tokenQueries } from "../../../sbtc/contract/queries.ts";
import { networks } from "../../../sbtc/network.ts";
import { refusedCodes } from "../../../sbtc/peg/checks/check.ts";
import type { HandOffTerms } from "../../../sbtc/peg/coordinator/hand-off.ts";
import type { SetUpPlan } from "../../../sbtc/peg/coordinator/set-up.ts";
import { unfinishedOf } from "../../../sbtc/peg/coordinator/unfinished.ts";
import type { Proposal } from "../../../sbtc/peg/proposal.ts";
import { account } from "../../../sbtc/testing/peg-world.ts";
import { groupWith, type ThresholdGroup } from "../../../sbtc/testing/signing-group.ts";
import { keyWallet } from "../../../sbtc/testing/wallets.ts";
import { MemoryStore } from "../../memory-store.ts";
import { PegSigner } from "../signer/signer.ts";
import { PegCoordinator } from "./coordinator.ts";
import { loadHandOffs, PegHandOff, type GroupAnswer, type HandOffPorts } from "./hand-off.ts";
import { regtestOf } from "./regtest.ts";
import { PegSetUp } from "./set-up.ts";
import { DevnetWorld, settle, stateOf, worldLimits } from "./testing/devnet-world.ts";
import { GroupCoordinator, messagesOf } from "./testing/group.ts";

// A peg on two real chains goes over to another group. Every look opens everything anew, as if the tab were closed between
// any two steps, and a signer of each group judges what its group is asked for.

let world: DevnetWorld;
let dataDir: string;
const dealt = dealtGroup([1, 1, 1], 2, seededRng("next group"));
const next: ThresholdGroup = groupWith(
  dealt.members[0]!.key.publicKeyPackage,
  dealt.members.flatMap(({ key }) => key.keyPackages),
  2,
  seededRng("next group signs"),
);
let coordinator: PegCoordinator;
const judges: { old: PegSigner; next: PegSigner } = {} as never;
/** What each group was asked, in order; refusals by code. */
const asked: string[] = [];
/** Who does not answer now. */
let silent: "old" | "next" | null = null;

const sealer = {
  seal: (_: string, bytes: Uint8Array) => bytes,
  open: (_: string, bytes: Uint8Array) => bytes,
};

async function judge(group: ThresholdGroup, carried: string | null): Promise<PegSigner> {
  const parameters = await regtestOf(world.bitcoin);
  const { height, hash } = parameters.start;
  return PegSigner.open(
    {
      bitcoin: [world.bitcoin],
      stacks: [world.stacks],
      minSources: 1,
      store: new MemoryStore(),
      sealer,
      clock: world.ports.clock,
      alarm: () => false,
      successor: () => ({
        certificate: { bytes: dealt.certificate, roster: dealt.roster, code: "" },
        alive: true,
        tookPart: true,
        confirmed: true,
      }),
    },
    {
      group: "cd".repeat(32),
      roster: dealt.roster,
      setting: {
        network: networks.regtest,
        dialect: "D2",
        groupKey: group.key,
        expiredPegScripts: [],
        chainId: 0x80000000,
        confirmations: 2,
        stacksConfirmations: 2,
        expiryMargin: 1,
        feeRates: { least: 1_000n, most: 300_000n },
      },
      carried,
      parameters,
      start: { height, hash },
      contractNetwork: "devnet",
    },
  );
}

async function ask(by: "next" | "old", proposal: Proposal): Promise<GroupAnswer> {
  const what = proposal.tag === "action" ? proposal.action.tag : proposal.purpose.tag;
  if (silent === by) return { tag: "missing", reason: "nobody answered" };
  const signer = judges[by];
  const review = await signer.look([proposal]);
  const codes = review.checks.flatMap(refusedCodes);
  asked.push(`${by} ${what}${codes.length > 0 ? `: ${codes.join()}` : ""}`);
  if (codes.length > 0) return { tag: "refused", reason: codes.join() };
  await signer.approve([proposal], { request: String(asked.length), automatic: false }, () =>
    Promise.resolve(),
  );
  const group = by === "old" ? world.group : next;
  return {
    tag: "signed",
    signatures: messagesOf(proposal).map(({ message, tweak }) => group.sign(message, tweak)),
  };
}

const terms = (): HandOffTerms => ({
  network: networks.regtest,
  contract: world.token,
  chainId: world.terms.chainId,
  from: { key: world.group.key, script: world.group.script },
  to: { key: next.key, script: next.script, address: addressOf(next.script, networks.regtest) ?? "" },
});

const person = (number: number) => {
  const { key, address } = account(number);
  return { address, key: secp256k1.getPublicKey(key) };
};
const plan = (to: Pick<ThresholdGroup, "key" | "script">, people: readonly number[]): SetUpPlan => ({
  network: "devnet",
  limits: worldLimits,
  allowList: false,
  coordinator: { address: world.account.address, key: secp256k1.getPublicKey(world.feeKey) },
  registry: { threshold: 2, signers: people.map((n) => ({ ...person(n), weight: 1 })) },
  recipients: [],
  scripts: [],
  wallet: { key: to.key, address: addressOf(to.script, networks.regtest) ?? "" },
});

/** The next group's seats, under the keys they sign with. */
function nextPlan(): SetUpPlan {
  const signers = dealt.roster.seats.map(({ identity, weight }, i) => ({
    address: person(902 + i).address,
    key: hexToBytes(`02${identity}`),
    weight,
  }));
  return { ...plan(next, []), registry: { threshold: dealt.roster.threshold, signers } };
}

async function openHandOff(change: Partial<HandOffPorts> = {}): Promise<PegHandOff> {
  const { bitcoin, stacks, store, account: payer, rng } = world.ports;
  const setUpPorts = {
    stacks,
    store,
    account: payer,
    askGroup: () => Promise.reject(new Error("the contract has a wallet")),
  };
  return PegHandOff.open(
    {
      bitcoin,
      stacks,
      store,
      rng,
      account: payer,
      feeKey: world.feeKey,
      register: async () => (await PegSetUp.open(setUpPorts, nextPlan())).look(),
      ask,
      unfinished: () => {
        const { facts, records } = coordinator.snapshot();
        return facts === null ? null : unfinishedOf(records, facts.requests);
      },
      onChange: () => undefined,
      onFault: (error) => {
        throw error;
      },
      ...change,
    },
    terms(),
  );
}

/** Looks once with a hand-off that was opened for it alone. @returns where it stands */
async function oneLook(): Promise<string> {
  const handOff = await openHandOff();
  await handOff.look();
  await handOff.answered();
  const { fault, refused, next: step } = handOff.state;
  handOff.stop();
  const tag = step?.tag ?? "none";
  return refused !== null ? `${tag} refused: ${refused}` : fault === null ? tag : `${tag} (${fault})`;
}

async function until(wanted: string, mines = 1): Promise<void> {
  const seen: string[] = [];
  for (let i = 0; i < 60; i++) {
    const now = await oneLook();
    seen.push(now);
    if (now === wanted) return;
    if (now.startsWith("confirm")) await world.mine(mines);
  }
  throw new Error(seen.join("\n"));
}

/** The loop of the group in charge, from what is on disk. */
async function openLoop(group: ThresholdGroup, earlier: readonly Uint8Array[]): Promise<PegCoordinator> {
  const parameters = await regtestOf(world.bitcoin);
  const { height, hash } = parameters.start;
  const known = new Set((await loadHandOffs(world.store, world.token)).map(({ txid }) => txid));
  return PegCoordinator.open(
    { ...world.ports, frost: group === next ? new GroupCoordinator(next) : world.frost },
    {
      terms: { ...world.terms, key: group.key, pegScript: group.script, earlier },
      parameters,
      start: { height, hash },
      feeKey: world.feeKey,
      handOffs: () => known,
    },
  );
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "hoarfrost-hand-off-"));
  world = await DevnetWorld.start(dataDir, { bare: true });
  const setUpPorts = {
    stacks: world.stacks,
    store: world.store,
    account: world.account,
    askGroup: (proposal: Proposal) =>
      Promise.resolve({
        tag: "signed",
        signature: messagesOf(proposal).map(({ message, tweak }) => world.group.sign(message, tweak))[0]!,
      } as const),
  };
  const setUp = await PegSetUp.open(setUpPorts, plan(world.group, [901, 902, 903]));
  for (let i = 0; i < 60 && (await setUp.look()).tag !== "done"; i++);
  for (let i = 0; i < 8; i++) world.faucet(world.user.script, 2_000_000n);
  await world.mine(1);
  coordinator = await openLoop(world.group, []);
  judges.old = await judge(world.group, world.token);
  judges.next = await judge(next, null);
}, 60_000);
afterAll(async () => {
  await world.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const recipient = keyWallet(0x61).script;
let early: Awaited<ReturnType<DevnetWorld["pegIn"]>>;

test("what only the old group can finish is finished first, and nothing of that kind begins", async () => {
  await world.pegIn(300_000n);
  await world.mine(2);
  await settle(coordinator);
  const paid = await world.pegOut(50_000n, recipient);
  await world.mine(2);
  await settle(coordinator);
  expect(stateOf(coordinator, paid)).toBe("locked");

  coordinator.leave(next.script);
  const waits = await world.pegOut(20_000n, recipient);
  await world.mine(1);
  await settle(coordinator);
  expect(await oneLook()).toBe("drain");
  await world.mine(2);
  await settle(coordinator);
  expect(stateOf(coordinator, waits)).toContain("handOff");
  await world.mine(2);
  await settle(coordinator);
  expect(stateOf(coordinator, paid)).toBe("settled");
  // beside the payment, both requests paid it their dust
  expect(await world.received(recipient)).toBe(50_000n + 2n * 294n);
});

test("a group that does not answer or refuses holds it up, and the peg goes on", async () => {
  silent = "old";
  await until("sign refused: nobody answered");
  expect(asked).toEqual(["next setWallet"]);
  const { wallet, epoch } = await world.stacks.read(tokenQueries.wallet(world.token));
  expect([wallet?.key, epoch]).toEqual([Uint8Array.from(world.group.key), 1n]);
  const deposit = await world.pegIn(10_000n);
  await world.mine(2);
  await settle(coordinator);
  expect(stateOf(coordinator, deposit)).toBe("minted");
  // on its way while the wallet changes
  early = await world.pegIn(30_000n);
  await world.mine(1);
  await settle(coordinator);
  expect(stateOf(coordinator, early)).toBe("confirming");
  silent = null;
});

test("closed after every step, it ends with all coins under the next group's key", async () => {
  await until("done");
  expect(asked).toEqual(["next setWallet", "old setWallet", "old handOff"]);
  expect(await world.received(world.group.script)).toBe(0n);
  expect(await world.received(next.script)).toBe(290_000n + 1_000n);
  const { wallet, epoch } = await world.stacks.read(tokenQueries.wallet(world.token));
  expect([wallet?.key, epoch]).toEqual([Uint8Array.from(next.key), 2n]);
  // the old loop asks for nothing any more
  const rounds = world.frost.rounds.length;
  await settle(coordinator);
  expect(world.frost.rounds).toHaveLength(rounds);
});

test("the loop goes on with the next group: a deposit that was under way is minted for once, nothing else again", async () => {
  coordinator = await openLoop(next, [world.group.script]);
  const before = await world.balance();
  await world.mine(2);
  await settle(coordinator);
  expect(stateOf(coordinator, early)).toBe("minted");
  expect(await world.balance()).toBe(before + 30_000n);
  const states = coordinator.snapshot().records.map(({ state }) => state.tag);
  expect(states.filter((tag) => tag === "minted")).toHaveLength(3);
  expect(states.filter((tag) => tag === "declined")).toHaveLength(1);
});

test("late: a deposit to the old address follows and is minted for; a request to it is declined", async () => {
  const late = await world.pegIn(40_000n);
  const old = await world.pegOut(15_000n, recipient, 2_000n);
  await world.mine(2);
  await settle(coordinator);
  expect(stateOf(coordinator, late)).toContain("earlierWallet");
  expect(stateOf(coordinator, old)).toContain("earlierWallet");
  await until("done");
  coordinator = await openLoop(next, [world.group.script]);
  await world.mine(2);
  await settle(coordinator);
  expect(stateOf(coordinator, late)).toBe("minted");
  expect(await world.received(world.group.script)).toBe(0n);
});

test("a peg-out is paid by the next group, and its signers know which wallet it took over", async () => {
  const request = await world.pegOut(60_000n, recipient, 1_000n, next);
  for (const blocks of [2, 1, 2]) {
    await world.mine(blocks);
    await settle(coordinator);
  }
  await settle(coordinator);
  expect(stateOf(coordinator, request)).toBe("settled");
  expect(await world.received(recipient)).toBe(110_000n + 4n * 294n);
  expect(judges.next.setting.expiredPegScripts).toEqual([Uint8Array.from(world.group.script)]);
  expect(judges.next.setting.contract).toBe(world.token);
});
