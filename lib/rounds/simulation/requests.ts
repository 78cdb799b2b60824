import type { Decision } from "../core/decision.ts";
import type { Message } from "../core/machine.ts";
import { type Hash, type PartyId, roundId, type RoundId } from "../core/names.ts";
import { type CommitmentEntry, nonceRequest, nonceResponse, signShareResponse } from "../signing/messages.ts";
import { operationDigest } from "../signing/request.ts";
import { batchToSign } from "../operation/batch.ts";
import { textToSign } from "../operation/text.ts";
import { isLive, type CoordinatorCommand, type CoordinatorRequest } from "../signing/coordinator-state.ts";
import { opinionOf } from "./people.ts";
import { groupOf } from "./port.ts";
import type { Run } from "./run.ts";

/** A request made once faults have ceased lives this long: longer than every repeat and hedge together. */
const LAST_LIFETIME = 30 * 60_000;

interface NonceWait {
  readonly coordinator: PartyId;
  readonly round: RoundId;
  readonly then: (list: readonly CommitmentEntry[]) => void;
  readonly list: Map<number, CommitmentEntry>;
  done: boolean;
}

/** Signing requests of a run: those of its plan, and one once faults have ceased. */
export class Requests {
  readonly #run: Run;
  /** Requests that were made, by the seat that made them. */
  readonly #made = new Map<RoundId, number>();
  #last: RoundId | null = null;
  /** Requests that have to end signed. */
  #owed: readonly RoundId[] = [];
  somebodyDeclined = false;
  /** Nonce commitments that anybody announced: attackers copy them. */
  readonly seenPairs: Uint8Array[] = [];
  readonly #sources = new Map<PartyId, Uint8Array[]>();
  readonly #waiting: NonceWait[] = [];

  constructor(run: Run) {
    this.#run = run;
  }

  /** Notes what is announced by whom, as any member of the group can. */
  observe(message: Message): void {
    if (message.kind !== "NONCE_RESPONSE" && message.kind !== "SIGN_SHARE_RESPONSE") return;
    const entries =
      message.kind === "NONCE_RESPONSE"
        ? nonceResponse.decode(message.payload, message)?.entries
        : signShareResponse.decode(message.payload, message)?.next;
    for (const entry of entries ?? []) this.seenPairs.push(...entry.pairs);
    const known = this.#sources.get(message.from) ?? [];
    known.push(message.frame);
    this.#sources.set(message.from, known);
    for (const wait of this.#waiting) {
      if (wait.coordinator !== message.to || wait.round !== message.roundId) continue;
      for (const entry of entries ?? []) wait.list.set(entry.identifier, entry);
      if (wait.done || wait.list.size < this.#run.plan.threshold) continue;
      wait.done = true;
      wait.then([...wait.list.values()].sort((a, b) => a.identifier - b.identifier));
    }
  }

  /** Tells an attacker who asked for nonces when enough seats have answered. */
  awaitNonces(coordinator: PartyId, round: RoundId, then: (list: readonly CommitmentEntry[]) => void): void {
    this.#waiting.push({ coordinator, round, then, list: new Map(), done: false });
  }

  sourcesOf(party: PartyId): readonly Uint8Array[] {
    return (this.#sources.get(party) ?? []).slice(-20);
  }

  /** Some point of the curve, in 33 bytes. */
  somePoint(): Uint8Array {
    return this.seenPairs[0]?.slice(0, 33) ?? new Uint8Array(33);
  }

  digestOf(message: Message): Hash | null {
    const asked = nonceRequest.decode(message.payload, message);
    return asked?.request == null ? null : operationDigest(asked.request);
  }

  isLast(decision: Decision): boolean {
    return decision.tag === "approveOperation" && decision.request.roundId === this.#last;
  }

  #coordinate(seat: number, command: CoordinatorCommand): void {
    const { groupId, world } = this.#run;
    if (groupId !== null) world.processes[seat]?.command({ tag: "coordinateSigning", groupId, command });
  }

  #ask(seat: number, texts: readonly string[], lifetime: number): RoundId | null {
    const process = this.#run.world.processes[seat];
    if (process?.running !== true) return null;
    const [first] = texts;
    const operation =
      texts.length === 1 && first !== undefined ? textToSign(first) : batchToSign(texts.map(textToSign));
    const round = roundId(this.#run.prng.bytes(16));
    this.#made.set(round, seat);
    this.#coordinate(seat, { tag: "sign", roundId: round, operation, expiry: process.now() + lifetime });
    return round;
  }

  /** What the coordinator of a request knows of it. */
  #find(round: RoundId): readonly [Hash, CoordinatorRequest] | null {
    const seat = this.#made.get(round);
    const process = seat === undefined ? undefined : this.#run.world.processes[seat];
    const group = groupOf(process?.party ?? null, this.#run.groupId);
    for (const found of group?.signing?.requests ?? []) if (found[1].request.roundId === round) return found;
    return null;
  }

  schedule(): void {
    const { plan, world, prng } = this.#run;
    // In a run with key generation, requests of the plan come while it may not be done yet: then nothing happens.
    if (plan.ahead !== null) {
      const { seat, pairs } = plan.ahead;
      world.scheduler.after(10, () => {
        this.#coordinate(seat, { tag: "prepare", roundId: roundId(prng.bytes(16)), pairs });
      });
    }
    for (const { at, seat, texts, lifetime, cancelAfter } of plan.requests) {
      world.scheduler.after(at, () => {
        const round = this.#ask(seat, texts, lifetime);
        if (round === null || cancelAfter === null) return;
        world.scheduler.after(cancelAfter, () => {
          const found = this.#find(round);
          if (found !== null)
            this.#coordinate(seat, { tag: "cancel", digest: found[0], reason: "changed-my-mind" });
        });
      });
    }
  }

  /** Makes the last request, and runs until everything that has to end signed has ended. */
  finish(): void {
    const { world } = this.#run;
    this.#owed = this.#stillOwed();
    this.#askLast();
    const until = world.scheduler.now() + (this.#last === null ? 60_000 : LAST_LIFETIME + 60_000);
    world.run(until, () => this.#isOver());
    this.#check();
  }

  /** Requests from before the healing that have to end signed: their coordinator and enough seats are sound. */
  #stillOwed(): RoundId[] {
    const { world, plan } = this.#run;
    const owed: RoundId[] = [];
    for (const [round, seat] of this.#made) {
      const found = this.#find(round);
      if (found === null || !this.#run.dependable().includes(seat)) continue;
      const [digest, entry] = found;
      if (!isLive(entry) || entry.request.expiry < world.scheduler.now() + 15 * 60_000) continue;
      if (plan.requests.some(({ cancelAfter }) => cancelAfter !== null)) continue;
      const willing = this.#run.dependable().filter((other) => this.#isWilling(other, digest, entry));
      if (this.#run.keys(willing) >= plan.threshold) owed.push(round);
    }
    return owed;
  }

  #isWilling(seat: number, digest: Hash, entry: CoordinatorRequest): boolean {
    const { plan, world, groupId } = this.#run;
    const process = world.processes[seat];
    if (process === undefined) return false;
    // One loss of nonces is accepted; a restart at the healing may be the second.
    const standing = entry.standings.get(process.id);
    if (standing?.tag !== "asked" || standing.reloads > 0) return false;
    const opinion = opinionOf(plan.seed, process.id, { id: `approve/${digest}` }, false);
    if (opinion.verdict.tag !== "yes" || opinion.after === null) return false;
    const known = groupOf(process.party, groupId)?.signer?.requests.get(digest)?.tag;
    return known === undefined || known === "deciding" || known === "approved";
  }

  #askLast(): void {
    const run = this.#run;
    const seats = run.dependable();
    if (run.keys(seats) < run.plan.threshold) return;
    const coordinator = run.prng.pick(seats);
    this.#last = this.#ask(coordinator, ["last request"], LAST_LIFETIME);
    const round = this.#last;
    if (round === null) return;
    run.world.run(run.world.scheduler.now() + 5_000, () => this.#find(round) !== null);
    if (this.#find(round) === null) {
      const name = run.world.processes[coordinator]?.name ?? "";
      run.violations.add("a request can be made once faults have ceased", name);
    }
  }

  #isOver(): boolean {
    return [this.#last, ...this.#owed].every((round) => {
      const entry = round === null ? null : this.#find(round);
      return entry !== null && !isLive(entry[1]);
    });
  }

  #check(): void {
    const { signing, violations } = this.#run;
    for (const round of new Set([this.#last, ...this.#owed])) {
      const found = round === null ? null : this.#find(round);
      if (found === null) continue;
      const [digest, entry] = found;
      if (entry.tag === "signed") signing.checkApprovals(digest);
      else
        violations.add(
          "a request ends signed once faults have ceased",
          `${digest.slice(0, 8)} is ${entry.tag}`,
        );
    }
    this.#checkReasons();
  }

  /** Whoever stops says why. */
  #checkReasons(): void {
    const { world, violations, groupId } = this.#run;
    for (const process of world.processes) {
      if (!this.#run.isHonest(process.id)) continue;
      for (const entry of groupOf(process.party, groupId)?.signer?.requests.values() ?? []) {
        if ((entry.tag === "refused" || entry.tag === "cancelled") && entry.reason === "")
          violations.add("whoever stops records a reason", process.name);
      }
    }
  }

  isSigned(): boolean {
    const rounds = this.#last === null ? [...this.#made.keys()] : [this.#last];
    return rounds.some((round) => this.#find(round)?.[1].tag === "signed");
  }
}
