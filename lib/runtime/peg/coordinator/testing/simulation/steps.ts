import type { Prng } from "../../../../../rounds/simulation/prng.ts";
import type { PegRecord } from "../../../../../sbtc/peg/queue/record.ts";
import type { Mood } from "./signers.ts";
import type { SimWorld } from "./world.ts";

/** What a run is mostly about, so that a thousand of them see the rare things often. */
export type Scene = "everyday" | "expiry" | "deep" | "fees" | "restarts";
const scenes: readonly Scene[] = ["everyday", "expiry", "expiry", "deep", "deep", "fees", "fees", "restarts"];
export const sceneOf = (random: Prng): Scene => random.pick(scenes);

type StepName =
  | "pegIn"
  | "pegOut"
  | "mine"
  | "reorg"
  | "signers"
  | "rate"
  | "halt"
  | "wait"
  | "close"
  | "pause"
  | "command"
  | "doubleSpend"
  | "reclaim";

const usual: Readonly<Record<StepName, number>> = {
  ...{ pegIn: 14, pegOut: 18, mine: 34, reorg: 5, signers: 7, rate: 4, halt: 2, wait: 3 },
  ...{ close: 4, pause: 2, command: 4, doubleSpend: 2, reclaim: 1 },
};
const weights: Readonly<Record<Scene, Readonly<Record<StepName, number>>>> = {
  everyday: usual,
  expiry: { ...usual, pegOut: 24, pegIn: 8, mine: 46, signers: 12, reclaim: 3 },
  deep: { ...usual, reorg: 12, doubleSpend: 4 },
  fees: { ...usual, rate: 16, mine: 44, pegOut: 24 },
  restarts: { ...usual, close: 26 },
};

/** Does one thing that happens in the world. */
export async function happen(world: SimWorld, scene: Scene): Promise<void> {
  const names = Object.entries(weights[scene]) as readonly (readonly [StepName, number])[];
  let dice = world.random.below(names.reduce((sum, [, weight]) => sum + weight, 0));
  for (const [name, weight] of names) {
    if (dice < weight) {
      await steps[name](world, scene);
      return;
    }
    dice -= weight;
  }
}

const steps: Readonly<Record<StepName, (world: SimWorld, scene: Scene) => void | Promise<void>>> = {
  pegIn: ({ people }) => people.pegIn(),
  pegOut: ({ people }) => people.pegOut(),
  mine,
  reorg,
  signers,
  rate(world) {
    world.rate = BigInt(world.random.pick([1_000, 2_000, 4_000, 8_000, 20_000]));
    world.log.push(`${world.rate} sat/kvB`);
  },
  halt(world) {
    const { model } = world.stacks;
    model.halted = !model.halted;
    world.happened.add(model.halted ? "trading halted" : "trading goes on");
    world.log.push(model.halted ? "halted" : "goes on");
  },
  wait: (world) => world.wait(world.random.between(1, 120) * 60_000),
  close(world) {
    world.close(world.random.chance(0.25) ? world.random.between(1, 6) : 0);
  },
  async pause(world) {
    const coordinator = await world.coordinator();
    const { paused } = coordinator.snapshot();
    coordinator.pause(!paused);
    await coordinator.idle();
    world.happened.add(paused ? "loop goes on" : "loop paused");
    world.log.push(paused ? "goes on" : "paused");
  },
  command,
  doubleSpend: ({ people }) => void people.doubleSpend(),
  reclaim: ({ people }) => people.reclaim(),
};

function mine(world: SimWorld, scene: Scene): void {
  const { random } = world;
  const blocks = random.between(1, scene === "expiry" ? 5 : 3);
  // Sometimes miners leave cheap transactions waiting.
  const least = random.chance(scene === "fees" ? 0.65 : 0.1) ? random.pick([6, 12]) : 0;
  world.mine(blocks, least);
  world.log.push(`mine ${blocks}${least === 0 ? "" : ` above ${least} sat/vB`}`);
}

function reorg(world: SimWorld, scene: Scene): void {
  const { random } = world;
  const isDeep = random.chance(scene === "deep" ? 0.5 : 0.06);
  const blocks = isDeep ? random.between(3, 12) : random.between(1, 2);
  const drop = random.chance(isDeep ? 0.7 : 0.3);
  const keeps = random.chance(isDeep ? 0.75 : 0.2);
  world.happened.add(`reorganisation of ${blocks}`);
  if (keeps) world.happened.add("reorganisation that Stacks does not follow");
  world.log.push(
    `reorg ${blocks}${drop ? ", transactions dropped" : ""}${keeps ? ", Stacks does not follow" : ""}`,
  );
  // While the old branch is gone, those whose transactions went with it may spend their coins otherwise.
  world.reorg(blocks, drop, keeps, () => {
    if (drop && random.chance(0.5)) world.people.doubleSpend();
  });
}

const moods: Readonly<Record<Scene, readonly Mood[]>> = {
  everyday: ["agree", "agree", "agree", "refuse", "absent", "late"],
  expiry: ["refusePayouts", "refusePayouts", "refusePayouts", "absent", "agree", "late"],
  deep: ["agree", "agree", "refuse", "late"],
  fees: ["agree", "agree", "refusePayouts"],
  restarts: ["agree", "agree", "agree", "late", "refuse"],
};

function signers(world: SimWorld, scene: Scene): void {
  world.signers.mood = world.random.pick(moods[scene]);
  world.happened.add(`signers: ${world.signers.mood}`);
  world.log.push(`signers: ${world.signers.mood}`);
}

/** A person at the queue. */
async function command(world: SimWorld): Promise<void> {
  const { random } = world;
  const coordinator = await world.coordinator();
  const { records } = coordinator.snapshot();
  if (records.length === 0) return;
  const record = random.pick(records);
  const { id } = record;
  const dice = random.below(10);
  const said = await order(world, record, dice);
  world.happened.add(`person: ${said}`);
  world.log.push(`${said} ${id}`);
  await coordinator.idle();
}

async function order(world: SimWorld, record: PegRecord, dice: number): Promise<string> {
  const coordinator = await world.coordinator();
  const { id } = record;
  if (dice < 4) {
    await coordinator.command(id, { tag: "retry" });
    return "Retry";
  }
  if (dice < 7) {
    await coordinator.processNow(id);
    return "Process this one now";
  }
  if (dice < 9) {
    await coordinator.command(id, { tag: "markForPerson" });
    return "Mark for a person";
  }
  await coordinator.command(id, { tag: "reject", detail: "somebody said so" });
  return "Reject";
}
