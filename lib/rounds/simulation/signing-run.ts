import type { Decision } from "../core/decision.ts";
import type { Rng } from "../core/machine.ts";
import { type Hash, type PartyId, roundId } from "../core/names.ts";
import { batchOperation, batchToSign } from "../operation/batch.ts";
import { operationRegistry } from "../operation/operation.ts";
import { textOperation, textToSign } from "../operation/text.ts";
import { defaultTimes, type SigningContext } from "../signing/context.ts";
import { isLive } from "../signing/coordinator-state.ts";
import { Attackers } from "./attackers.ts";
import { SigningChecks, type Violation } from "./checks.ts";
import { type DealtGroup, dealtGroup } from "./dealt-group.ts";
import { Insider } from "./insider.ts";
import { opinionOf } from "./people.ts";
import type { Plan } from "./plan.ts";
import type { PartyFactory } from "./port.ts";
import { createPrng, type Prng } from "./prng.ts";
import type { Process } from "./process.ts";
import { SigningParty } from "./signing-party.ts";
import { START, World } from "./world.ts";

export type RunOutcome = "signed" | "abortedCulprit" | "abortedTimeout";

export interface RunReport {
  readonly seed: number;
  readonly outcome: RunOutcome;
  readonly violations: readonly Violation[];
  /** The message chart. */
  readonly chart: readonly string[];
}

export const operations = operationRegistry([textOperation, batchOperation([textOperation])]);

/** A request made once faults have ceased lives this long: longer than every repeat and hedge together. */
const LAST_LIFETIME = 30 * 60_000;

/** Requests made on a group that was dealt by one hand: signing, and nothing else. */
export class SigningRun {
  readonly #plan: Plan;
  readonly #prng: Prng;
  readonly #group: DealtGroup;
  readonly #checks: SigningChecks;
  readonly #world: World;
  readonly #mine = new Map<Hash, { readonly seat: number }>();
  #last: Hash | null = null;
  #lastRound: string | null = null;
  #owed: readonly Hash[] = [];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#prng = createPrng(plan.seed, "run");
    const rng: Rng = (length) => this.#prng.bytes(length);
    this.#group = dealtGroup(plan.weights, plan.threshold, rng);
    const { roster, groupId, members, broadcastKey } = this.#group;
    const identities = members.map((member) => member.identity);
    const isHonest = (seat: number): boolean => !plan.corrupted.includes(seat);
    const first = members[0];
    if (first === undefined) throw new RangeError("a group has a seat");
    const insider = new Insider(identities, broadcastKey, rng);
    this.#checks = new SigningChecks({
      roster,
      group: { groupId, roster, key: first.key },
      honest: new Set(identities.filter((_, seat) => isHonest(seat)).map((identity) => identity.id)),
      corrupted: plan.corrupted.reduce((sum, seat) => sum + (plan.weights[seat] ?? 0), 0),
      insider,
      nameOf: (party) => this.#world.nameOf(party),
    });
    this.#world = new World(plan, members.map((_, seat) => this.#factory(seat)), {
      stepped: (process, event, effects, now) => {
        if (this.#isHonest(process.id)) this.#checks.stepped(process, event, effects, now);
        else for (const effect of effects) if (effect.tag === "send") this.#checks.learn(effect.frame);
      },
      leaving: (process, frame) => {
        if (this.#isHonest(process.id)) this.#checks.leaving(process, frame);
      },
      notified: (process, notice) => {
        if (this.#isHonest(process.id)) this.#checks.notified(process, notice);
      },
      asked: (process, decision) => this.#ask(process, decision),
    });
    this.#world.insider = insider;
    const attackers = new Attackers(
      this.#world,
      new Insider(
        identities.filter((_, seat) => !isHonest(seat)),
        broadcastKey,
        rng,
      ),
      this.#group,
      (frame) => this.#checks.learn(frame),
    );
    attackers.begin();
  }

  #isHonest(party: PartyId): boolean {
    const seat = this.#group.roster.seats.findIndex(({ identity }) => identity === party);
    return !this.#plan.corrupted.includes(seat);
  }

  #factory(seat: number): PartyFactory {
    const member = this.#group.members[seat];
    if (member === undefined) throw new RangeError("no such seat");
    const { roster, groupId, broadcastKey, ends, certificate } = this.#group;
    const context: Omit<SigningContext, "epoch"> = {
      me: member.identity.id,
      groupId,
      roster,
      alarm: false,
      key: member.key,
      operations,
      certificate,
      times: defaultTimes,
      broadcastKey,
      ends,
    };
    return {
      id: member.identity.id,
      // Each start draws from its own stream: a reloaded tab does not repeat the random bytes of the one before.
      start: (records, epoch) => {
        const prng = this.#prng.fork(`party/${seat}/${epoch}`);
        return new SigningParty(member.identity, context, (length) => prng.bytes(length), records, epoch);
      },
    };
  }

  #ask(process: Process, decision: Decision): void {
    if (decision.tag !== "approveOperation") return;
    const isLast = decision.request.roundId === this.#lastRound;
    const alwaysYes = isLast || !this.#isHonest(process.id);
    const { verdict, after } = opinionOf(this.#plan.seed, process.id, decision, alwaysYes);
    if (after === null) return;
    this.#world.scheduler.after(after, () => {
      if (!process.running) return;
      if (verdict.tag === "yes") this.#checks.approve(process.id, decision.digest);
      process.decided(decision.id, verdict);
    });
  }

  /** Seat `seat` asks for signatures on these texts. @returns the digest of its request, if it was made */
  #request(seat: number, texts: readonly string[], lifetime: number): Hash | null {
    const process = this.#world.processes[seat];
    if (process?.running !== true) return null;
    const [first] = texts;
    const operation = texts.length === 1 && first !== undefined ? textToSign(first) : batchToSign(texts.map(textToSign));
    const round = roundId(this.#prng.bytes(16));
    const expiry = process.now() + lifetime;
    process.command({ to: "coordinator", command: { tag: "sign", roundId: round, operation, expiry } });
    const made = [...(process.party?.view().coordinator?.requests ?? [])].find(
      ([, entry]) => entry.request.roundId === round,
    );
    if (made === undefined) return null;
    this.#checks.learnRequest(made[0], made[1].request);
    this.#mine.set(made[0], { seat });
    return made[0];
  }

  #schedule(): void {
    const { requests, ahead } = this.#plan;
    const { scheduler, processes } = this.#world;
    if (ahead !== null) {
      scheduler.after(10, () => {
        const command = { tag: "prepare", roundId: roundId(this.#prng.bytes(16)), pairs: ahead.pairs } as const;
        processes[ahead.seat]?.command({ to: "coordinator", command });
      });
    }
    for (const planned of requests) {
      scheduler.after(planned.at, () => {
        const digest = this.#request(planned.seat, planned.texts, planned.lifetime);
        const { cancelAfter } = planned;
        if (digest === null || cancelAfter === null) return;
        scheduler.after(cancelAfter, () => {
          const command = { tag: "cancel", digest, reason: "changed-my-mind" } as const;
          processes[planned.seat]?.command({ to: "coordinator", command });
        });
      });
    }
  }

  /** Seats that count when a request has to end signed: honest, one device, willing. */
  #dependable(): number[] {
    const { weights, corrupted, clone } = this.#plan;
    return weights.map((_, seat) => seat).filter((seat) => !corrupted.includes(seat) && clone?.seat !== seat);
  }

  #keys(seats: readonly number[]): number {
    return seats.reduce((sum, seat) => sum + (this.#plan.weights[seat] ?? 0), 0);
  }

  /** Requests from before the healing that have to end signed, as their coordinator and enough seats are sound. */
  #stillOwed(): Hash[] {
    const owed: Hash[] = [];
    const now = this.#world.scheduler.now();
    for (const [digest, { seat }] of this.#mine) {
      if (!this.#dependable().includes(seat)) continue;
      const entry = this.#world.processes[seat]?.party?.view().coordinator?.requests.get(digest);
      if (entry === undefined || !isLive(entry) || entry.request.expiry < now + 15 * 60_000) continue;
      const willing = this.#dependable().filter((other) => {
        const id = this.#group.roster.seats[other]?.identity;
        if (id === undefined || entry.standings.get(id)?.tag !== "asked") return false;
        // One more loss of nonces is accepted, but a restart at the healing may already have used it up.
        const standing = entry.standings.get(id);
        if (standing?.tag === "asked" && standing.reloads > 0) return false;
        const decision = { id: `approve/${digest}` } as Decision;
        const opinion = opinionOf(this.#plan.seed, id, decision, false);
        const state = this.#world.processes[other]?.party?.view().signer?.requests.get(digest)?.tag;
        return (
          opinion.verdict.tag === "yes" &&
          opinion.after !== null &&
          (state === undefined || state === "deciding" || state === "approved")
        );
      });
      const planned = this.#plan.requests.some((item) => item.cancelAfter !== null);
      if (!planned && this.#keys(willing) >= this.#plan.threshold) owed.push(digest);
    }
    return owed;
  }

  run(): RunReport {
    const world = this.#world;
    world.start();
    this.#schedule();
    world.run(START + this.#plan.heal + 2_000, () => false);
    this.#owed = this.#stillOwed();
    this.#askLast();
    const end = world.scheduler.now() + LAST_LIFETIME + 60_000;
    const settle = (): boolean => this.#isOver();
    world.run(this.#last === null ? world.scheduler.now() + 60_000 : end, settle);
    this.#checkLiveness();
    this.#checkReasons();
    return {
      seed: this.#plan.seed,
      outcome: this.#outcome(),
      violations: this.#checks.violations,
      chart: world.chart.lines,
    };
  }

  /** Once faults have ceased, a sound coordinator with enough sound seats gets its signature. */
  #askLast(): void {
    const seats = this.#dependable();
    const [coordinator] = this.#prng.shuffle(seats);
    if (coordinator === undefined || this.#keys(seats) < this.#plan.threshold) return;
    const round = this.#prng.fork("last");
    const before = new Set(this.#mine.keys());
    this.#lastRound = null;
    const process = this.#world.processes[coordinator];
    if (process === undefined) return;
    const id = roundId(round.bytes(16));
    this.#lastRound = id;
    const operation = textToSign("last request");
    const expiry = process.now() + LAST_LIFETIME;
    process.command({ to: "coordinator", command: { tag: "sign", roundId: id, operation, expiry } });
    this.#world.run(this.#world.scheduler.now() + 5_000, () => this.#findLast(process, id, before));
    if (this.#last === null) this.#checks.violate("a request can be made once faults have ceased", process.name);
  }

  #findLast(process: Process, id: string, before: ReadonlySet<Hash>): boolean {
    for (const [digest, entry] of process.party?.view().coordinator?.requests ?? []) {
      if (entry.request.roundId !== id || before.has(digest)) continue;
      this.#last = digest;
      this.#checks.learnRequest(digest, entry.request);
      this.#mine.set(digest, { seat: this.#world.processes.indexOf(process) });
      return true;
    }
    return false;
  }

  #tagOf(digest: Hash): string | undefined {
    const seat = this.#mine.get(digest)?.seat;
    return seat === undefined
      ? undefined
      : this.#world.processes[seat]?.party?.view().coordinator?.requests.get(digest)?.tag;
  }

  #isOver(): boolean {
    if (this.#last === null) return false;
    return [this.#last, ...this.#owed].every((digest) => {
      const tag = this.#tagOf(digest);
      return tag !== "collectingCommitments" && tag !== "collectingShares";
    });
  }

  #checkLiveness(): void {
    for (const digest of [...(this.#last === null ? [] : [this.#last]), ...this.#owed]) {
      const tag = this.#tagOf(digest);
      if (tag !== "signed")
        this.#checks.violate("a request ends signed once faults have ceased", `${digest.slice(0, 8)} is ${tag ?? "gone"}`);
      else this.#checks.checkApprovals(digest);
    }
  }

  /** Whoever stops says why: no ended request of an honest party is without a reason. */
  #checkReasons(): void {
    for (const process of this.#world.processes) {
      if (!this.#isHonest(process.id)) continue;
      const view = process.party?.view();
      for (const entry of view?.signer?.requests.values() ?? []) {
        if ((entry.tag === "refused" || entry.tag === "cancelled") && entry.reason === "")
          this.#checks.violate("whoever stops records a reason", process.name);
      }
    }
  }

  #outcome(): RunOutcome {
    const digests = this.#last === null ? [...this.#mine.keys()] : [this.#last];
    if (digests.some((digest) => this.#tagOf(digest) === "signed")) return "signed";
    return this.#checks.blamed.size > 0 ? "abortedCulprit" : "abortedTimeout";
  }
}
