import type { PegRecord } from "../../../../../sbtc/peg/queue/record.ts";
import { shortfall } from "./books.ts";
import { brokenAtEnd, brokenNow, type Broken } from "./promises.ts";
import { depth } from "./setting.ts";
import { happen, sceneOf } from "./steps.ts";
import { SimWorld } from "./world.ts";

/** What one run came to. */
export interface RunReport {
  readonly seed: number;
  readonly broken: readonly Broken[];
  /** How often what happened: ends, steps, ways through the queue. */
  readonly happened: readonly (readonly [string, number])[];
  readonly log: readonly string[];
}

/** One random interleaving of requests, crashes and reorganisations, then time for all of it to come to an end. */
export async function runPeg(seed: number): Promise<RunReport> {
  const world = new SimWorld(seed);
  const { random, happened, log } = world;
  const scene = sceneOf(random);
  log.push(`seed ${seed}: ${scene}`);
  happened.add(`scene ${scene}`);
  const broken: Broken[] = [];
  await sBtcToStartWith(world);
  world.crashChance = random.pick([0, 0.01, 0.03]);
  const steps = random.between(16, 30);
  for (let i = 0; i < steps && broken.length === 0; i++) {
    world.disk.copy();
    await happen(world, scene);
    world.signers.release();
    await world.look();
    broken.push(...broke(world, `step ${i}`));
  }
  if (scene === "expiry" && broken.length === 0) await expire(world);
  if (broken.length === 0) broken.push(...(await comeToAnEnd(world)));
  const { records } = (await world.coordinator()).snapshot();
  count(world, records);
  return { seed, broken, happened: happened.entries(), log };
}

/** Two deposits that are minted before anything goes wrong, so that there is something to pay out from the first step on. */
async function sBtcToStartWith(world: SimWorld): Promise<void> {
  world.people.pegIn(300_000, true);
  world.people.pegIn(300_000, true);
  world.mine(depth);
  await world.look();
  await world.look();
}

/** Nobody signs a payout until everything that is locked has expired. */
async function expire(world: SimWorld): Promise<void> {
  world.signers.mood = "refusePayouts";
  world.signers.release();
  for (let i = 0; i < 4; i++) {
    world.mine(depth);
    world.wait(60 * 60_000);
    await world.look();
  }
}

function broke(world: SimWorld, when: string): readonly Broken[] {
  const { signers, unstored } = world;
  return [
    ...brokenNow(world, world.deepest),
    ...signers.undue.map((detail): Broken => ({ promise: "due", detail })),
    ...unstored.map((detail): Broken => ({ promise: "stored", detail })),
  ].map(({ promise, detail }) => ({ promise, detail: `${when}: ${detail}` }));
}

/** Everybody agrees, blocks come, nothing fails: whatever is under way has to end. */
async function comeToAnEnd(world: SimWorld): Promise<readonly Broken[]> {
  const { random, happened, people } = world;
  world.crashChance = 0;
  world.signers.mood = "agree";
  world.stacks.model.halted = false;
  world.rate = 1_000n;
  world.signers.release();
  const first = await world.coordinator();
  if (first.snapshot().paused) first.pause(false);
  await first.idle();
  const retries = random.chance(0.7);
  for (let i = 0, quiet = 0; i < 20 && quiet < 2; i++) {
    const before = tags(await records(world));
    world.wait(30 * 60_000);
    await world.look();
    await world.look();
    world.mine(i < 10 ? 2 : 4);
    if (i === 3 && retries) await retryMarked(world);
    if (i === 5) await recover(world);
    people.reclaim();
    const broken = broke(world, `at the end, ${i}`);
    if (broken.length > 0) return broken;
    const isStill = world.chain.mempool.size === 0 && tags(await records(world)) === before;
    quiet = i > 7 && isStill ? quiet + 1 : 0;
  }
  if (happened.of("recovered by a top-up") === 0 && shortfall(world) > 0n) await recover(world);
  await world.look();
  const { broken: faults, fault, records: last } = (await world.coordinator()).snapshot();
  return [
    ...brokenAtEnd(world, last),
    ...faults.map(({ id, reason }): Broken => ({ promise: "sound", detail: `${id}: ${reason}` })),
    ...(fault === null ? [] : [{ promise: "sound", detail: fault } as const]),
  ];
}

const records = async (world: SimWorld): Promise<readonly PegRecord[]> =>
  (await world.coordinator()).snapshot().records;
const tags = (all: readonly PegRecord[]): string =>
  all.map(({ id, state, hold }) => `${id} ${state.tag} ${hold?.code ?? ""}`).join();

async function retryMarked(world: SimWorld): Promise<void> {
  for (const { id, state } of await records(world)) {
    if (state.tag !== "needsPerson" || state.reason !== "marked") continue;
    await (await world.coordinator()).command(id, { tag: "retry" });
    world.happened.add("person: Retry of what was marked");
  }
}

/** A deposit that is gone for good leaves sBTC without bitcoin behind it, until somebody gives the peg what is missing. */
async function recover(world: SimWorld): Promise<void> {
  const missing = shortfall(world);
  if (missing === 0n) return;
  world.people.topUp(missing < 1_000n ? 1_000n : missing);
  world.mine(2);
  await world.look();
  if (shortfall(world) === 0n) world.happened.add("recovered by a top-up");
}

function count(world: SimWorld, all: readonly PegRecord[]): void {
  const { happened } = world;
  if (world.deepest >= depth) happened.add("run with a deep reorganisation");
  for (const { kind, state, hold, signed } of all) {
    const reason =
      state.tag === "needsPerson" ? ` (${state.reason})` : hold === null ? "" : ` (${hold.code})`;
    happened.add(`end: ${kind} ${state.tag}${reason}`);
    for (const purpose of ["payout", "cancel", "return", "sweep"] as const) {
      const times = signed.filter((one) => one.purpose === purpose).length;
      if (times > 1) happened.add(`${purpose} replaced`, times - 1);
    }
    if (new Set(signed.map(({ purpose }) => purpose)).size > 1)
      happened.add("payout and cancel of one request");
  }
}
