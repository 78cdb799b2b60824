/**
 * `npm run bench:peg`: how many requests a minute the peg carries from end to end, and how long a confirmed request takes
 * until its payout is broadcast. Both devnet chains run in this process, the group is 3-of-5 and signs at once, blocks are
 * mined whenever nothing else is left to do: what is measured is the product, not people and not the ten minutes of a block.
 * `--json` prints one JSON object last: `requests_per_min`, `confirmed_to_broadcast_ms`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import type { FrostCoordinator } from "../lib/sbtc/peg/coordinator/rounds.ts";
import { keyWallet } from "../lib/sbtc/testing/wallets.ts";
import type { PegCoordinator } from "../lib/runtime/peg/coordinator/coordinator.ts";
import { DevnetWorld, settle } from "../lib/runtime/peg/coordinator/testing/devnet-world.ts";

const pegIns = 6;
const pegOuts = 6;

const spent = new Map<string, number>();
/** Counts the time that work of one kind takes. */
async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begin = performance.now();
  try {
    return await work();
  } finally {
    spent.set(what, (spent.get(what) ?? 0) + performance.now() - begin);
  }
}

/** Every method of a port, timed under one name. */
function watched<T extends object>(port: T, what: string): T {
  return new Proxy(port, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) =>
        timed(what, async () => (await Reflect.apply(value, target, args)) as unknown);
    },
  });
}

async function untilAll(
  world: DevnetWorld,
  coordinator: PegCoordinator,
  kind: "pegIn" | "pegOut",
  end: "minted" | "settled",
): Promise<void> {
  for (let i = 0; i < 20; i++) {
    await timed("mining", () => world.mine(1));
    const records = await settle(coordinator);
    const own = records.filter((record) => record.kind === kind);
    if (own.length > 0 && own.every(({ state }) => state.tag === end)) return;
  }
  throw new Error(`not everything became ${end}`);
}

console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}, ${new Date().toISOString()}`,
);
const dataDir = mkdtempSync(join(tmpdir(), "hoarfrost-bench-peg-"));
const world = await DevnetWorld.start(dataDir, { members: [3, 5] });
try {
  const frost: FrostCoordinator = {
    sign: (round) => timed("signing", () => world.frost.sign(round)),
    withdraw: (round) => world.frost.withdraw(round),
  };
  const ports = {
    bitcoin: watched(world.bitcoin, "Bitcoin node"),
    stacks: watched(world.stacks, "Stacks node"),
    frost,
  };
  const coordinator = await world.open(ports);
  await settle(coordinator);
  spent.clear();
  const begin = performance.now();
  for (let i = 0; i < pegIns; i++) {
    await world.pegIn(200_000n);
    await world.mine(1);
  }
  await untilAll(world, coordinator, "pegIn", "minted");
  for (let i = 0; i < pegOuts; i++) {
    await world.pegOut(20_000n + BigInt(i), keyWallet(0x90 + i).script);
    await world.mine(1);
  }
  // From the look that finds the last lock deep enough to the look that has broadcast every payout.
  await settle(coordinator);
  await world.mine(1);
  const confirmed = performance.now();
  await settle(coordinator);
  const broadcastMs = performance.now() - confirmed;
  await untilAll(world, coordinator, "pegOut", "settled");
  const seconds = (performance.now() - begin) / 1000;
  const perMinute = ((pegIns + pegOuts) * 60) / seconds;
  console.log(
    `${pegIns} peg-ins and ${pegOuts} peg-outs, 3-of-5, in ${seconds.toFixed(1)} s: ${perMinute.toFixed(1)} requests a minute`,
  );
  console.log(`confirmed to broadcast: ${broadcastMs.toFixed(0)} ms`);
  console.log(
    `${world.frost.rounds.length} rounds for ${world.frost.rounds.reduce((sum, { items }) => sum + items.length, 0)} proposals`,
  );
  for (const [what, ms] of [...spent].sort((a, b) => b[1] - a[1]))
    console.log(`  ${what.padEnd(14)} ${(ms / 1000).toFixed(2)} s`);
  if (process.argv.includes("--json"))
    console.log(
      JSON.stringify({
        requests_per_min: Number(perMinute.toFixed(1)),
        confirmed_to_broadcast_ms: Math.round(broadcastMs),
      }),
    );
} finally {
  await world.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
