import { fork } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { ALL, epochOf, type GroupId, type PartyId, roundId } from "../lib/rounds/core/names.ts";
import type { PartyEvent } from "../lib/rounds/core/machine.ts";
import { Identity } from "../lib/rounds/envelope/identity.ts";
import { textToSign } from "../lib/rounds/operation/text.ts";
import type { PartyCommand } from "../lib/rounds/party/step.ts";
import { FastIdentity } from "../lib/rounds/simulation/fast-identity.ts";
import { partyFactory, type RunningParty } from "../lib/rounds/simulation/port.ts";
import { createPrng } from "../lib/rounds/simulation/prng.ts";
import { openingCommands, type People } from "../lib/rounds/simulation/shapes.ts";

/**
 * npm run bench:rounds [-- --json]
 *
 * Messages, bytes and CPU per participant of key generation and of signing one message, and round trips to a
 * signature. Frames pass between real parties in waves, as if every link took the same time; bytes are those of
 * frames sent once and received once. CPU is one seat's alone: what it was told is played to it again in a process
 * of its own, so that it shares no work with the others.
 */

type Phase = "lobby" | "dkg" | "ahead" | "sign" | "twoTrips";
interface Recorded {
  readonly phase: Phase;
  readonly event: PartyEvent<PartyCommand>;
}
/** Everything that makes one seat do again what it did. */
interface Replay {
  readonly secret: Uint8Array;
  readonly epoch: string;
  readonly invite: People["invite"];
  readonly seed: number;
  readonly events: readonly Recorded[];
}
interface Traffic {
  sentMessages: number;
  sentBytes: number;
  receivedMessages: number;
  receivedBytes: number;
}
interface Measured {
  readonly n: number;
  readonly threshold: number;
  readonly traffic: ReadonlyMap<Phase, Traffic>;
  readonly cpu: Readonly<Partial<Record<Phase, number>>>;
  readonly tripsAhead: number;
  readonly trips: number;
}

const SIZES = [3, 10, 30, 100] as const;
const NOW = 1_750_000_000_000;

/** Parties that hear each other in waves. Seat 1 is measured: it has an ordinary identity, and is recorded. */
class Waves {
  readonly people: People;
  readonly parties: readonly RunningParty[];
  readonly traffic = new Map<Phase, Traffic>();
  readonly recorded: Recorded[] = [];
  readonly #secret: Uint8Array;
  readonly #epoch: ReturnType<typeof epochOf>;
  readonly #seed: number;
  phase: Phase = "lobby";
  #next: { readonly to: number; readonly frame: Uint8Array }[] = [];

  constructor(n: number, seed: number) {
    const prng = createPrng(seed, "people");
    this.#seed = seed;
    this.#secret = prng.bytes(32);
    this.#epoch = epochOf(prng.bytes(16));
    const identities = Array.from({ length: n }, (_, i) =>
      i === 1 ? new Identity(this.#secret) : FastIdentity.create((length) => prng.bytes(length)),
    );
    const coordinator = identities[0]!.id;
    this.people = { identities, coordinator: 0, invite: { coordinator, lobbySecret: prng.bytes(32) } };
    this.parties = identities.map((identity, i) => {
      const stream = createPrng(seed, `party/${i}`);
      const factory = partyFactory(identity, this.people.invite, () => (length) => stream.bytes(length));
      return factory.start([], i === 1 ? this.#epoch : epochOf(prng.bytes(16)));
    });
  }

  replay(): Replay {
    const { invite } = this.people;
    return { secret: this.#secret, epoch: this.#epoch, invite, seed: this.#seed, events: this.recorded };
  }

  #traffic(): Traffic {
    const known = this.traffic.get(this.phase);
    if (known !== undefined) return known;
    const fresh = { sentMessages: 0, sentBytes: 0, receivedMessages: 0, receivedBytes: 0 };
    this.traffic.set(this.phase, fresh);
    return fresh;
  }

  /** Feeds one event; questions are answered at once, by a policy that says yes. */
  feed(at: number, event: PartyEvent<PartyCommand>): void {
    if (at === 1) this.recorded.push({ phase: this.phase, event });
    const traffic = this.#traffic();
    for (const effect of this.parties[at]!.step(event)) {
      if (effect.tag === "decide") {
        this.feed(at, { tag: "decided", now: NOW, id: effect.decision.id, verdict: { tag: "yes" } });
      }
      if (effect.tag !== "send") continue;
      traffic.sentMessages++;
      traffic.sentBytes += effect.frame.length;
      this.#post(at, effect.to, effect.frame);
    }
  }

  #post(from: number, to: PartyId, frame: Uint8Array): void {
    const traffic = this.#traffic();
    this.people.identities.forEach((identity, i) => {
      if (i === from || (to !== ALL && to !== identity.id)) return;
      traffic.receivedMessages++;
      traffic.receivedBytes += frame.length;
      this.#next.push({ to: i, frame });
    });
  }

  /** Delivers wave after wave. @returns how many it took until `done`, or until all was quiet */
  run(done: () => boolean = () => false): number {
    let waves = 0;
    while (this.#next.length > 0 && !done()) {
      const wave = this.#next;
      this.#next = [];
      waves++;
      for (const { to, frame } of wave) this.feed(to, { tag: "frame", now: NOW, frame });
    }
    return waves;
  }
}

const command = (what: PartyCommand): PartyEvent<PartyCommand> => ({
  tag: "command",
  now: NOW,
  command: what,
});

function runGroup(
  n: number,
  seed: number,
): { readonly waves: Waves; readonly tripsAhead: number; readonly trips: number } {
  const threshold = Math.max(2, Math.round((2 * n) / 3));
  const waves = new Waves(n, seed);
  const weights = Array.from({ length: n }, () => 1);
  for (const { by, command: what } of openingCommands(weights, threshold, waves.people)) {
    waves.feed(by, command(what));
    waves.run();
  }
  const [groupId] = waves.parties[0]!.state.groups.keys();
  if (groupId === undefined) throw new Error("no group was sealed");
  waves.phase = "dkg";
  waves.feed(0, command({ tag: "coordinateKeygen", groupId, command: { tag: "runDkg" } }));
  waves.run();
  if (waves.parties[1]!.state.groups.get(groupId)?.keygen?.phase.tag !== "ready")
    throw new Error("no key was made");
  waves.phase = "twoTrips";
  const trips = sign(waves, groupId, "without nonces ahead", seed);
  waves.phase = "ahead";
  const prepare = {
    tag: "prepare",
    roundId: roundId(createPrng(seed, "ahead").bytes(16)),
    pairs: 1,
  } as const;
  waves.feed(0, command({ tag: "coordinateSigning", groupId, command: prepare }));
  waves.run();
  waves.phase = "sign";
  return { waves, trips, tripsAhead: sign(waves, groupId, "with nonces ahead", seed) };
}

/** One request by the first seat. @returns round trips until it holds the signature */
function sign(waves: Waves, groupId: GroupId, text: string, seed: number): number {
  const round = roundId(createPrng(seed, text).bytes(16));
  const request = {
    tag: "sign",
    roundId: round,
    operation: textToSign(text),
    expiry: NOW + 600_000,
  } as const;
  waves.feed(0, command({ tag: "coordinateSigning", groupId, command: request }));
  const isSigned = (): boolean =>
    [...(waves.parties[0]!.state.groups.get(groupId)?.signing?.requests.values() ?? [])].some(
      (entry) => entry.request.roundId === round && entry.tag === "signed",
    );
  const taken = waves.run(isSigned);
  waves.run();
  if (!isSigned()) throw new Error("the request did not end signed");
  return Math.ceil(taken / 2);
}

/** Plays a seat's events to a fresh party. @returns CPU milliseconds by phase */
function play({ secret, epoch, invite, seed, events }: Replay): Partial<Record<Phase, number>> {
  const stream = createPrng(seed, "party/1");
  const factory = partyFactory(new Identity(secret), invite, () => (length) => stream.bytes(length));
  const party = factory.start([], epoch as ReturnType<typeof epochOf>);
  const cpu: Partial<Record<Phase, number>> = {};
  for (const { phase, event } of events) {
    const before = process.cpuUsage();
    party.step(event);
    const { user, system } = process.cpuUsage(before);
    cpu[phase] = (cpu[phase] ?? 0) + (user + system) / 1000;
  }
  return cpu;
}

/** Measures in a process of its own, after two groups of ten have warmed it up. */
async function cpuOf(replay: Replay, warmUp: readonly Replay[]): Promise<Partial<Record<Phase, number>>> {
  const child = fork(fileURLToPath(import.meta.url), ["--measure"], {
    execArgv: process.execArgv,
    serialization: "advanced",
  });
  const answer = new Promise<Partial<Record<Phase, number>>>((resolve, reject) => {
    child.once("message", (cpu) => resolve(cpu as Partial<Record<Phase, number>>));
    child.once("exit", (code) => reject(new Error(`the measuring process ended with ${code ?? "a signal"}`)));
  });
  child.send([...warmUp, replay]);
  return answer;
}

async function measure(n: number, warmUp: readonly Replay[]): Promise<Measured> {
  const { waves, trips, tripsAhead } = runGroup(n, n);
  return {
    n,
    threshold: Math.max(2, Math.round((2 * n) / 3)),
    traffic: waves.traffic,
    cpu: await cpuOf(waves.replay(), warmUp),
    trips,
    tripsAhead,
  };
}

function row(
  { n, threshold, traffic, cpu, trips, tripsAhead }: Measured,
  phase: Phase,
): Record<string, string | number> {
  const total = traffic.get(phase)!;
  return {
    "t of n": `${threshold} of ${n}`,
    what: { lobby: "lobby", dkg: "DKG", ahead: "nonces ahead", sign: "sign, nonces ahead", twoTrips: "sign" }[
      phase
    ],
    "messages sent": (total.sentMessages / n).toFixed(1),
    "bytes sent": Math.round(total.sentBytes / n),
    "messages received": (total.receivedMessages / n).toFixed(1),
    "bytes received": Math.round(total.receivedBytes / n),
    "CPU ms": (cpu[phase] ?? 0).toFixed(1),
    "round trips": phase === "sign" ? tripsAhead : phase === "twoTrips" ? trips : "",
  };
}

const bytesOf = ({ n, traffic }: Measured, phase: Phase): number => {
  const total = traffic.get(phase)!;
  return Math.round((total.sentBytes + total.receivedBytes) / n);
};

if (process.argv.includes("--measure")) {
  process.once("message", (replays) => {
    let cpu: Partial<Record<Phase, number>> = {};
    for (const replay of replays as readonly Replay[]) cpu = play(replay);
    process.send?.(cpu, () => process.disconnect());
  });
} else {
  const most = Number(process.argv[process.argv.indexOf("--most") + 1]);
  const sizes = process.argv.includes("--most") ? SIZES.filter((n) => n <= most) : SIZES;
  const warmUp = [runGroup(10, 1001).waves.replay(), runGroup(10, 1002).waves.replay()];
  const results: Measured[] = [];
  for (const n of sizes) results.push(await measure(n, warmUp));
  console.log(`Per participant, one message, ${cpus()[0]?.model ?? "unknown CPU"}, Node ${process.version}`);
  console.table(
    results.flatMap((result) =>
      (["dkg", "twoTrips", "ahead", "sign"] as const).map((phase) => row(result, phase)),
    ),
  );
  if (process.argv.includes("--json")) {
    const byN = results.map((result) => [
      String(result.n),
      {
        dkg_bytes: bytesOf(result, "dkg"),
        dkg_cpu_ms: Number((result.cpu.dkg ?? 0).toFixed(1)),
        sign_bytes: bytesOf(result, "sign"),
        sign_cpu_ms: Number((result.cpu.sign ?? 0).toFixed(1)),
        round_trips: result.tripsAhead,
      },
    ]);
    console.log(JSON.stringify(Object.fromEntries(byN)));
  }
}
