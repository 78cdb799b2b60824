import type { Decision, Verdict } from "../core/decision.ts";
import type { Effect, PartyEvent, Rng } from "../core/machine.ts";
import type { GroupId, PartyId } from "../core/names.ts";
import { identifierNumbers } from "../core/roster.ts";
import type { Notice } from "../core/notice.ts";
import { signingContext } from "../party/contexts.ts";
import type { PartyCommand } from "../party/step.ts";
import type { SigningContext, SigningGroup } from "../signing/context.ts";
import { Attackers } from "./attackers.ts";
import { Insider } from "./insider.ts";
import { KeygenChecks } from "./keygen-checks.ts";
import { opinionOf } from "./people.ts";
import type { Plan } from "./plan.ts";
import { groupOf, partyFactory } from "./port.ts";
import { createPrng, type Prng } from "./prng.ts";
import type { Process } from "./process.ts";
import { Requests } from "./requests.ts";
import { START } from "./scheduler.ts";
import { drawPeople, openingCommands, type People, shapedGroup } from "./shapes.ts";
import { SigningChecks, type Truth, type Violation, Violations } from "./signing-checks.ts";
import { World } from "./world.ts";
import { lobbyKeys } from "../envelope/invite.ts";

export type RunOutcome = "signed" | "abortedCulprit" | "abortedTimeout";

export interface RunReport {
  readonly seed: number;
  readonly outcome: RunOutcome;
  readonly violations: readonly Violation[];
  /** The message chart. */
  readonly chart: readonly string[];
}

/** Longest time from the healing until a key generation without attackers is done, and for others to get as far. */
const KEYGEN_TIME = 10 * 60_000;
const KEYGEN_TIME_ATTACKED = 2 * 60_000;

/** One run of one plan: people, tabs, network, attackers and checks. */
export class Run implements Truth {
  readonly plan: Plan;
  readonly prng: Prng;
  readonly people: People;
  readonly world: World;
  readonly violations = new Violations();
  readonly honest: ReadonlySet<PartyId>;
  readonly corrupted: number;
  readonly insider: Insider;
  readonly signing: SigningChecks;
  readonly keygen: KeygenChecks;
  readonly requests: Requests;
  readonly attackers: Attackers;
  /** The group that requests are made in; null until one is sealed. */
  groupId: GroupId | null = null;
  readonly #rooms = new Map<GroupId, Uint8Array>();
  readonly #observed = new WeakSet<Uint8Array>();
  readonly #ends = new Map<PartyId, Uint8Array>();
  #signingGroup: SigningGroup | null = null;

  constructor(plan: Plan) {
    this.plan = plan;
    this.prng = createPrng(plan.seed, "run");
    const rng: Rng = (length) => this.prng.bytes(length);
    const shaped = plan.keygen ? null : shapedGroup(plan.weights, plan.threshold);
    this.people = shaped ?? drawPeople(plan.weights, rng);
    const { identities, invite } = this.people;
    this.#rooms.set(lobbyKeys(invite).lobbyId, lobbyKeys(invite).lobbyKey);
    if (shaped !== null) {
      this.groupId = shaped.groupId;
      this.#rooms.set(shaped.groupId, shaped.broadcastKey);
    }
    const isHonest = (seat: number): boolean => !plan.corrupted.includes(seat);
    this.honest = new Set(identities.filter((_, seat) => isHonest(seat)).map(({ id }) => id));
    this.corrupted = plan.corrupted.reduce((sum, seat) => sum + (plan.weights[seat] ?? 0), 0);
    this.insider = new Insider(identities, this.#rooms, rng);
    this.signing = new SigningChecks(this, this.violations);
    this.keygen = new KeygenChecks(this, this.violations);
    const factories = identities.map((identity, seat) =>
      partyFactory(identity, invite, (epoch) => {
        const stream = this.prng.fork(`party/${seat}/${epoch}`);
        return (length) => stream.bytes(length);
      }),
    );
    this.world = new World(plan, factories, shaped?.records ?? [], {
      stepped: (process, event, effects, now) => this.#stepped(process, event, effects, now),
      leaving: (process, frame) => this.#leaving(process, frame),
      notified: (process, notice) => this.#notified(process, notice),
      asked: (process, decision) => this.#asked(process, decision),
      started: (process) => this.signing.started(process),
    });
    this.world.insider = this.insider;
    this.requests = new Requests(this);
    const corrupted = identities.filter((_, seat) => !isHonest(seat));
    this.attackers = new Attackers(this, new Insider(corrupted, this.#rooms, rng));
    this.attackers.begin();
  }

  nameOf = (party: PartyId): string => this.world.nameOf(party);

  /** Key of a room, for attackers who are members of it. */
  roomKey(room: GroupId): Uint8Array {
    return this.#rooms.get(room) ?? new Uint8Array(32);
  }

  /** The DKG_END frame of a seat; in a group from before the run, any member has it. */
  endOf(party: PartyId): Uint8Array {
    const known = this.#ends.get(party);
    if (known !== undefined) return known;
    for (const { context } of this.#contexts()) {
      const end = context.ends.get(party);
      if (end !== undefined) return end;
    }
    return new Uint8Array();
  }

  /** What every running tab knows about signing: owners' own, copies and second tabs. */
  *#contexts(): Generator<{ readonly id: PartyId; readonly context: SigningContext }> {
    for (const { id, party } of [...this.world.processes, ...this.world.others]) {
      const group = groupOf(party, this.groupId);
      const context = group === undefined || party === null ? null : signingContext(party.state, group);
      if (context !== null) yield { id, context };
    }
  }

  keysOf(party: PartyId): readonly number[] {
    const roster = this.group()?.roster;
    return roster === undefined ? [] : identifierNumbers(roster, party);
  }

  isHonest(party: PartyId): boolean {
    return this.honest.has(party);
  }

  group(): SigningGroup | null {
    if (this.#signingGroup !== null || this.groupId === null) return this.#signingGroup;
    for (const { id, context } of this.#contexts()) if (this.isHonest(id)) this.#signingGroup ??= context;
    return this.#signingGroup;
  }

  #stepped(process: Process, event: PartyEvent<PartyCommand>, effects: readonly Effect[], now: number): void {
    this.#learnRooms(process);
    if (!this.isHonest(process.id)) {
      for (const effect of effects) if (effect.tag === "send") this.signing.learn(effect.frame);
      return;
    }
    this.signing.stepped(process, event, effects, now);
    this.keygen.stepped(process);
  }

  #learnRooms(process: Process): void {
    for (const [id, group] of process.party?.state.groups ?? []) {
      if (this.#rooms.has(id)) continue;
      this.#rooms.set(id, group.sealed.broadcastKey);
      this.groupId = id;
    }
  }

  #leaving(process: Process, frame: Uint8Array): void {
    const message = this.insider.read(frame);
    if (message !== null && !this.#observed.has(frame)) {
      this.#observed.add(frame);
      this.requests.observe(message);
      this.attackers.observe(message);
      if (message.kind === "DKG_END") this.#ends.set(message.from, frame);
    }
    if (!this.isHonest(process.id)) return;
    this.signing.leaving(process, frame);
    this.keygen.leaving(process, frame);
  }

  #notified(process: Process, notice: Notice): void {
    if (this.isHonest(process.id)) this.signing.notified(process, notice);
  }

  #asked(process: Process, decision: Decision): void {
    const isHonest = this.isHonest(process.id);
    const alwaysYes = !isHonest || this.requests.isLast(decision);
    const opinion = opinionOf(this.plan.seed, process.id, decision, alwaysYes);
    if (opinion.after === null) return;
    this.world.scheduler.after(opinion.after, () => {
      if (!process.running) return;
      if (decision.tag === "approveOperation" && opinion.verdict.tag === "yes")
        this.signing.approve(process.id, decision.request);
      const verdict: Verdict = opinion.verdict;
      process.decided(decision.id, verdict);
    });
  }

  /** Seats that count when something has to succeed: honest, on one device. */
  dependable(): number[] {
    const { weights, corrupted, clone } = this.plan;
    return weights.map((_, seat) => seat).filter((seat) => !corrupted.includes(seat) && clone?.seat !== seat);
  }

  keys(seats: readonly number[]): number {
    return seats.reduce((sum, seat) => sum + (this.plan.weights[seat] ?? 0), 0);
  }

  run(): RunReport {
    try {
      this.#play();
    } catch (error) {
      // Parties answer everything: whatever throws, here or in them, is shown with the chart that led to it.
      const detail =
        error instanceof Error ? `${error.message} ${error.stack?.split("\n")[1] ?? ""}` : String(error);
      this.violations.add("no event makes a party throw", detail);
    }
    return {
      seed: this.plan.seed,
      outcome: this.#outcome(),
      violations: this.violations.list,
      chart: this.world.chart.lines,
    };
  }

  #play(): void {
    const { world, plan } = this;
    world.start();
    if (plan.keygen) this.#open();
    this.requests.schedule();
    world.run(START + plan.heal + 2_000, () => false);
    if (plan.keygen) this.#finishKeygen();
    if (this.#isReady()) this.requests.finish();
    else world.run(world.scheduler.now() + 30_000, () => false);
    this.keygen.finish(world.processes.filter((process) => this.isHonest(process.id)));
  }

  /** From the invite on: the lobby's tab opens, others join, the coordinator proposes and runs the DKG. */
  #open(): void {
    const { weights, threshold } = this.plan;
    const { scheduler, processes } = this.world;
    const commands = openingCommands(weights, threshold, this.people);
    const last = commands.length - 1;
    commands.forEach(({ by, command }, i) => {
      // A person repeats what did not take: the tab may have been closed, or a seat not filled yet.
      const attempt = (left: number): void => {
        const process = processes[by];
        if (process?.running === true && !this.#isDone(by, command)) process.command(command);
        if (left > 0) scheduler.after(3_000, () => attempt(left - 1));
      };
      scheduler.after(i === last ? 4_000 : 20 * i, () => attempt(60));
    });
    const start = (left: number): void => {
      const process = processes[this.people.coordinator];
      const group = groupOf(process?.party ?? null, this.groupId);
      if (group?.keygenCoordinator?.phase.tag === "idle" && this.groupId !== null) {
        const command = { tag: "runDkg" } as const;
        process?.command({ tag: "coordinateKeygen", groupId: this.groupId, command });
      }
      if (left > 0) scheduler.after(2_000, () => start(left - 1));
    };
    scheduler.after(5_000, () => start(120));
  }

  #isDone(by: number, command: PartyCommand): boolean {
    const state = this.world.processes[by]?.party?.state;
    if (state === undefined || state.groups.size > 0) return true;
    if (command.tag === "member") return state.member.phase.tag !== "idle";
    if (command.tag !== "lobby") return false;
    const phase = state.lobby?.phase.tag;
    return command.command.tag === "open" ? phase !== "closed" && phase !== "idle" : phase === "proposed";
  }

  /** Faults have ceased: without attackers everybody ends with the key, and with them everybody ends somehow. */
  #finishKeygen(): void {
    const { world } = this;
    const honest = this.world.processes.filter((process) => this.isHonest(process.id));
    const isSettled = (): boolean =>
      honest.every(({ party }) => {
        const group = groupOf(party, this.groupId);
        const tag = (group?.keygen ?? group?.keygenCoordinator)?.phase.tag;
        return tag === "ready" || tag === "unusable" || tag === "stopped";
      });
    const time = this.plan.corrupted.length === 0 ? KEYGEN_TIME : KEYGEN_TIME_ATTACKED;
    world.run(world.scheduler.now() + time, isSettled);
    const everybodyIn = this.plan.corrupted.length === 0 && !this.requests.somebodyDeclined;
    if (everybodyIn && !this.#isReady()) {
      const states = honest.map((process) => {
        const group = groupOf(process.party, this.groupId);
        return `${process.name} ${(group?.keygen ?? group?.keygenCoordinator)?.phase.tag ?? "no group"}`;
      });
      this.violations.add("without attackers a key generation ends with a key", states.join(", "));
    }
  }

  #isReady(): boolean {
    if (this.groupId === null) return false;
    return this.dependable().every((seat) => {
      const group = groupOf(this.world.processes[seat]?.party ?? null, this.groupId);
      return (group?.keygen ?? group?.keygenCoordinator)?.phase.tag === "ready";
    });
  }

  #outcome(): RunOutcome {
    if (this.requests.isSigned()) return "signed";
    const blamed = this.signing.blamed.size + this.keygen.blamed.size;
    return blamed > 0 ? "abortedCulprit" : "abortedTimeout";
  }
}
