import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { give } from "../../../../devnet/stacks/faucet.ts";
import { seededRng } from "../../../frost/testing/groups.ts";
import { hashOf, type Hash } from "../../../rounds/index.ts";
import { dealtGroup } from "../../../rounds/simulation/dealt-group.ts";
import type { CoordinatorRequest } from "../../../rounds/signing/coordinator-state.ts";
import { scriptOfAddress } from "../../../sbtc/bitcoin/script.ts";
import { configQueries, tokenQueries } from "../../../sbtc/contract/queries.ts";
import { networks } from "../../../sbtc/network.ts";
import { parseGroupKey } from "../../../sbtc/ops/peg-script.ts";
import { proposalsOf } from "../../../sbtc/peg/operation/kinds.ts";
import { groupWith, type ThresholdGroup } from "../../../sbtc/testing/signing-group.ts";
import { messagesOf } from "../coordinator/testing/group.ts";
import { DevnetWorld } from "../coordinator/testing/devnet-world.ts";
import type { PegCoordinatorView } from "../../views/peg-coordinator.ts";
import { feeKeys } from "./fee-keys.ts";
import { hostView } from "./host-view.ts";
import { PegHost, type HostPorts } from "./host.ts";
import type { PegGroup } from "./plan.ts";
import { SeatFrost } from "./seat-frost.ts";

// The coordinator's tab, without its pages: a peg is set up, takes a deposit, and goes over to a newer group of the seat.

let world: DevnetWorld;
let dataDir: string;
let host: PegHost;
const groups: PegGroup[] = [];
const faults: unknown[] = [];
/** What each group was asked to sign, by its number. */
const asked: string[] = [];
let answers = true;
const refusal = { tag: "refused", reason: "successorNotConfirmed" } as const;

/** A group that signs whatever it is asked for, through the same requests as a seat's. */
function newGroup(number: number): ThresholdGroup {
  const dealt = dealtGroup([1, 1, 1], 2, seededRng(`group ${number}`));
  const key = dealt.members[0]!.key.publicKeyPackage;
  const shares = dealt.members.flatMap((member) => member.key.keyPackages);
  const group = groupWith(key, shares, 2, seededRng(`signs ${number}`));
  const requests = new Map<Hash, CoordinatorRequest>();
  const frost: SeatFrost = new SeatFrost({
    clock,
    requests: () => requests,
    ask: (operation) => {
      const proposals = proposalsOf(operation) ?? [];
      asked.push(
        ...proposals.map((one) => `${number} ${one.tag === "action" ? one.action.tag : one.purpose.tag}`),
      );
      const signatures = proposals
        .flatMap(messagesOf)
        .map(({ message, tweak }) => group.sign(message, tweak));
      const entry = answers
        ? { tag: "signed", request: { operation }, signatures, standings: new Map() }
        : { tag: "failed", request: { operation }, standings: new Map([["seat", refusal]]) };
      const digest = hashOf(new Uint8Array(32).fill(requests.size + 1));
      requests.set(digest, entry as unknown as CoordinatorRequest);
      return Promise.resolve();
    },
    cancel: () => Promise.resolve(),
    nameOf: () => "Ann",
    canDoWithout: () => true,
  });
  const roster = { ...dealt.roster, network: "devnet" as const };
  groups.push({ roster, groupId: dealt.groupId, key: parseGroupKey(key.xOnly), frost });
  return group;
}

let now = 1_800_000_000_000;
const clock = {
  now: () => (now += 1_000),
  after: (_: number, run: () => void) => {
    const timer = setTimeout(run, 30);
    return () => clearTimeout(timer);
  },
};

async function open(): Promise<PegHost> {
  const ports: HostPorts = {
    bitcoin: world.bitcoin,
    stacks: world.stacks,
    store: world.store,
    clock,
    rng: { bytes: (length) => world.rng(length) },
    groups: () => groups,
    faucet: async ({ stacks, bitcoin }) => {
      await give(world.stacksChain.chain, stacks, 1_000_000_000n);
      for (let i = 0; i < 4; i++) world.faucet(scriptOfAddress(bitcoin, networks.regtest), 250_000n);
    },
    site: "http://127.0.0.1",
    signers: () => [],
    onChange: () => undefined,
    onFault: (error) => faults.push(error),
  };
  const [home] = groups;
  if (home === undefined) throw new Error("there is no group");
  return PegHost.open(ports, { ...home, fees: feeKeys(new Uint8Array(32).fill(5), home.groupId) });
}

const view = (): PegCoordinatorView => hostView(host.snapshot());
/** Looks every few milliseconds until something is so. @throws Error where it never is */
async function until(
  what: () => unknown,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const end = Date.now() + 40_000;
  while (!(await what())) {
    if (Date.now() > end)
      throw new Error(
        JSON.stringify({ asked, faults: faults.map(String), at: shown() }, (_, one: unknown) =>
          typeof one === "bigint" ? one.toString() : one,
        ),
      );
    await between();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const shown = (): unknown => {
  const { queue, loop, handOff, problem } = view();
  return { queue: queue.map(({ state, stuck }) => [state, stuck?.code]), loop: loop.state, handOff, problem };
};
/** Blocks come until something is so. */
const minesUntil = (what: () => unknown): Promise<void> =>
  until(what, async () => {
    await world.mine(1);
    await new Promise((resolve) => setTimeout(resolve, 400));
  });

let first: ThresholdGroup;
let second: ThresholdGroup;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "hoarfrost-host-"));
  world = await DevnetWorld.start(dataDir, { bare: true });
  for (let i = 0; i < 3; i++) world.faucet(world.user.script, 2_000_000n);
  await world.mine(1);
  first = newGroup(1);
  host = await open();
  await host.command({ do: "peg-setup", step: "fee-wallet" });
  await world.mine(1);
  await host.command({ do: "peg-setup", step: "deploy" });
  await until(() => view().loop.state === "running");
}, 90_000);
afterAll(async () => {
  host.close();
  await world.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test("there is nothing to hand over to before another group has a key", async () => {
  await world.pegIn(300_000n, "direct", first);
  await minesUntil(() => view().queue[0]?.state === "minted");
  expect(view().offers).not.toContain("peg-hand-off");
  await host.command({ do: "peg-hand-off" });
  expect(view().problem?.detail).toContain("make the key of the next group first");
});

test("a hand-off that is refused waits, says who refused and why, and can be given up", async () => {
  second = newGroup(2);
  await until(() => view().offers.includes("peg-hand-off"));
  answers = false;
  await host.command({ do: "peg-hand-off" });
  await until(() => view().handOff?.stuck !== undefined);
  expect(view().handOff).toMatchObject({
    canStop: true,
    stuck: "Ann: This signer has not confirmed the next group",
    to: { people: ["Seat 1", "Seat 2", "Seat 3"] },
  });
  await host.command({ do: "peg-hand-off-stop" });
  expect(view().handOff).toBeUndefined();
  answers = true;
});

test("begun again, and closed on the way, it ends with the next group in charge of the same queue", async () => {
  await host.command({ do: "peg-hand-off" });
  host.close();
  host = await open();
  await minesUntil(() => view().handOff?.steps.every(({ state }) => state === "done") === true);
  const token = host.snapshot().token;
  expect((await world.stacks.read(tokenQueries.wallet(token))).wallet?.key).toEqual(
    Uint8Array.from(second.key),
  );
  expect(await world.received(first.script)).toBe(0n);
  expect(await world.received(second.script)).toBe(300_000n);
  const config = `${token}-config`;
  expect(await world.stacks.read(configQueries.signerCount(config))).toBe(3);
  expect(view().handOff).toMatchObject({ canStop: false, moved: [{ sats: 300_000n, confirmed: true }] });
  await until(() => view().queue.some(({ state }) => state === "minted"));
  await until(() => view().loop.state === "running");
});

test("the next group mints, what comes late follows, and a new tab says the same", async () => {
  const mints = asked.filter((one) => one.endsWith("mint"));
  expect(mints).toEqual(["1 mint"]);
  await world.pegIn(70_000n, "direct", second);
  await minesUntil(() => view().queue.filter(({ state }) => state === "minted").length === 2);
  world.faucet(first.script, 90_000n);
  await minesUntil(async () => (await world.received(second.script)) === 460_000n);
  expect(asked.filter((one) => one.endsWith("mint"))).toEqual(["1 mint", "2 mint"]);
  host.close();
  host = await open();
  await until(() => view().queue.filter(({ state }) => state === "minted").length === 2);
  await until(() => view().handOff?.canStop === false);
  expect(faults).toEqual([]);
});
