import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { measureFlood, ratioOf, type Flooded, type FloodProcess } from "./relay/flood.ts";
import { loadBare, loadRelay, percentile, type Measured } from "./relay/load.ts";
import { RawConnection } from "../test/relay/in-process.ts";
import { credentialsOf, makeGroup, makePerson } from "../test/relay/people.ts";
import { RelayProcess } from "../test/relay-process.ts";

// `npm run bench:relay [-- --json]`: our relay beside a bare Socket.IO server, on the same machine in the same run.

const ROUNDS = 5;
/** Rounds before those that count: both sides' code has to be compiled, and ours is more. */
const WARM_UPS = 2;
const COUNT = 20_000;
const IDLE = 1_000;
const ROOM_SIZE = 100;

const say = (line: string) => console.log(line);
const median = (values: readonly number[]) => percentile(values, 0.5);

const unlimited = {
  HOARFROST_LIMITS_MESSAGES_PER_SECOND: "10000000",
  HOARFROST_LIMITS_MESSAGE_BURST: "10000000",
  HOARFROST_LIMITS_BYTES_PER_SECOND: "10000000000",
  HOARFROST_LIMITS_BYTE_BURST: "10000000000",
  HOARFROST_LIMITS_SOCKETS_PER_ADDRESS: "10000",
};

function startScript(file: string, args: readonly string[] = []) {
  const path = join(import.meta.dirname, "relay", file);
  return spawn(process.execPath, ["--import", "tsx", path, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function startBare(): Promise<{ url: string; stop: () => void }> {
  const child = startScript("bare-server.ts");
  const url = await new Promise<string>((resolve) => {
    child.stdout.on("data", (text: Buffer) => {
      const match = /Open (\S+)/.exec(text.toString());
      if (match?.[1] !== undefined) resolve(match[1]);
    });
  });
  return { url, stop: () => child.kill("SIGKILL") };
}

async function startFlood(url: string): Promise<FloodProcess> {
  const child = startScript("flood-process.ts", [url]);
  let said = "";
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (text: Buffer) => {
      said += text.toString();
      if (said.includes("ready")) resolve();
    });
  });
  return {
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      return JSON.parse(said.slice(said.indexOf("{"))) as Flooded;
    },
  };
}

function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

/** Resident memory of a fresh relay with many connections that are logged in and say nothing. */
async function idleMemory(): Promise<number> {
  const relay = new RelayProcess(unlimited, "test/relay-only.ts");
  await relay.start();
  const connections: RawConnection[] = [];
  for (let room = 0; room < IDLE / ROOM_SIZE; room++) {
    const people = Array.from({ length: ROOM_SIZE }, () => makePerson());
    const group = await makeGroup(people[0]!, people);
    for (const person of people) {
      const connection = new RawConnection(relay.url);
      const answer = await connection.logIn(credentialsOf(person, group));
      if ((answer as { ok: boolean }).ok) connections.push(connection);
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  if (connections.length !== IDLE) throw new Error(`only ${connections.length} of ${IDLE} logged in`);
  const mb = residentMb(relay.pid ?? 0);
  for (const connection of connections) connection.close();
  await relay.dispose();
  return mb;
}

const relay = new RelayProcess(unlimited, "test/relay-only.ts");
await relay.start();
const bare = await startBare();
const ours: Measured[] = [];
const theirs: Measured[] = [];
for (let round = 1 - WARM_UPS; round <= ROUNDS; round++) {
  const measureOurs = () => loadRelay(relay.url, COUNT);
  const measureTheirs = () => loadBare(bare.url, COUNT);
  // Who comes first changes with every round, so that nobody is always measured after the other.
  const theirsFirst = round % 2 === 0 ? await measureTheirs() : null;
  const one = await measureOurs();
  const other = theirsFirst ?? (await measureTheirs());
  const name = round < 1 ? "warm-up" : `round ${round}`;
  say(
    `${name}: ${Math.round(one.perSecond)} durable, ${Math.round(other.perSecond)} bare acknowledged per second, ` +
      (one.perSecond / other.perSecond).toFixed(2),
  );
  if (round < 1) continue;
  ours.push(one);
  theirs.push(other);
}
bare.stop();
await relay.dispose();

const limited = new RelayProcess({}, "test/relay-only.ts");
await limited.start();
const floods = await measureFlood(
  limited.url,
  () => startFlood(limited.url),
  (round) =>
    say(
      `flood: p99 ${round.before.toFixed(1)} ms before, ${round.flooded.toFixed(1)} ms during, ` +
        `${round.after.toFixed(1)} ms after ${round.done.messages} messages (${round.done.mebibytes} MiB) in ` +
        `${round.done.logins} logins: ${ratioOf(round).toFixed(2)} times`,
    ),
);
await limited.dispose();
const rss = await idleMemory();

const latencies = ours.flatMap(({ latenciesMs }) => latenciesMs);
const ratios = ours.map(({ perSecond }, index) => perSecond / (theirs[index]?.perSecond ?? Number.NaN));
const rounded = (value: number) => Math.round(value * 100) / 100;
const result = {
  acked_per_s: Math.round(median(ours.map(({ perSecond }) => perSecond))),
  ratio_bare: rounded(median(ratios)),
  ratio_bare_worst: rounded(Math.min(...ratios)),
  p50_ms: rounded(percentile(latencies, 0.5)),
  p99_ms: rounded(percentile(latencies, 0.99)),
  rss_mb_1000: Math.round(rss),
  flood_p99_ratio: rounded(median(floods.map(ratioOf))),
  flood_p99_ratio_worst: rounded(Math.max(...floods.map(ratioOf))),
};
if (!process.argv.includes("--json")) {
  say(`bare Socket.IO: ${Math.round(median(theirs.map(({ perSecond }) => perSecond)))} per second`);
  say("goals: acked_per_s >= 10000, ratio_bare >= 0.5, flood_p99_ratio <= 2");
}
console.log(JSON.stringify(result));
process.exit(0);
