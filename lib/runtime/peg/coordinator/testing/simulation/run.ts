import { brokenAtEnd, brokenNow, type Broken } from "./promises.ts";
import { SimWorld } from "./world.ts";

/** What one run came to. */
export interface RunReport {
  readonly seed: number;
  readonly broken: readonly Broken[];
  readonly crashes: number;
  readonly deepest: number;
  /** Requests by the state they ended in. */
  readonly ended: ReadonlyMap<string, number>;
  readonly log: readonly string[];
}

/** One random interleaving of requests, crashes and reorganisations, then time for all of it to come to an end. */
export async function runPeg(seed: number): Promise<RunReport> {
  const world = new SimWorld(seed);
  const { random } = world;
  let crashes = 0;
  let broken: readonly Broken[] = [];
  const check = (when: string): void => {
    if (broken.length === 0) broken = brokenNow(world).map((one) => `${when}: ${one}`);
  };
  world.crashChance = random.pick([0, 0.01, 0.04]);
  const actions = random.between(14, 30);
  for (let i = 0; i < actions && broken.length === 0; i++) {
    const dice = random.below(100);
    if (dice < 22) world.pegIn();
    else if (dice < 40) world.pegOut();
    else if (dice < 78) mine(world);
    else if (dice < 84) reorganise(world);
    else if (dice < 90) {
      const isRefusing = random.chance(0.5);
      world.frost.objection = () => (isRefusing && random.chance(0.6) ? "not now" : null);
      world.log.push(`signers ${isRefusing ? "refuse much" : "sign"}`);
    } else if (dice < 94) world.rate = BigInt(random.pick([1_000, 2_000, 8_000]));
    else if (dice < 97) world.stacks.model.halted = !world.stacks.model.halted;
    else world.wait(random.between(1, 120) * 60_000);
    const before = await world.coordinator();
    await world.look();
    if ((await world.coordinator()) !== before) {
      crashes += 1;
      world.log.push("crash");
    }
    check(`after step ${i}`);
  }
  world.crashChance = 0;
  world.frost.objection = () => null;
  world.stacks.model.halted = false;
  world.rate = 1_000n;
  for (let i = 0; i < 16 && broken.length === 0; i++) {
    world.wait(30 * 60_000);
    await world.look();
    await world.look();
    world.mine(i < 10 ? 2 : 4);
    check(`at the end, ${i}`);
  }
  await world.look();
  const { records, broken: faults, fault } = (await world.coordinator()).snapshot();
  if (broken.length === 0)
    broken = [
      ...brokenAtEnd(world, records),
      ...faults.map(({ id, reason }) => `${id}: ${reason}`),
      ...(fault === null ? [] : [fault]),
    ];
  const ended = new Map<string, number>();
  for (const { kind, state } of records) {
    const key = `${kind} ${state.tag}`;
    ended.set(key, (ended.get(key) ?? 0) + 1);
  }
  return { seed, broken, crashes, deepest: world.deepest, ended, log: world.log };
}

function mine(world: SimWorld): void {
  const { random } = world;
  const blocks = random.between(1, 3);
  // Sometimes miners leave cheap transactions waiting.
  const least = random.chance(0.1) ? 4 : 0;
  world.mine(blocks, least);
  world.log.push(`mine ${blocks}${least === 0 ? "" : " above 4 sat/vB"}`);
}

function reorganise(world: SimWorld): void {
  const { random } = world;
  const isDeep = random.chance(0.15);
  const blocks = isDeep ? random.between(3, 8) : random.between(1, 2);
  const drop = random.chance(0.3);
  world.reorg(blocks, drop);
  world.log.push(`reorg ${blocks}${drop ? ", transactions dropped" : ""}`);
}
