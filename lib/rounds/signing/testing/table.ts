import type { Fact, Message, Out } from "../../core/machine.ts";
import {
  ALL,
  type Epoch,
  epochOf,
  type Hash,
  msgId,
  NO_ROUND,
  type PartyId,
  roundId,
  type RoundId,
} from "../../core/names.ts";
import type { Decision } from "../../core/decision.ts";
import { isRoomSealed, type Kind } from "../../core/kind.ts";
import type { Notice } from "../../core/notice.ts";
import { openDirect, openSigned, readFrame, sealFrame } from "../../envelope/frames.ts";
import { batchOperation } from "../../operation/batch.ts";
import { operationRegistry } from "../../operation/operation.ts";
import { textOperation, textToSign } from "../../operation/text.ts";
import { dealtGroup, type DealtGroup } from "../../simulation/dealt-group.ts";
import { createPrng, type Prng } from "../../simulation/prng.ts";
import { defaultTimes, type SigningContext } from "../context.ts";
import { stepCoordinator } from "../coordinator.ts";
import {
  type CoordinatorCommand,
  type CoordinatorFact,
  type CoordinatorState,
  initialCoordinator,
} from "../coordinator-state.ts";
import { replayCoordinator } from "../coordinator-replay.ts";
import { stepSigner } from "../signer.ts";
import { replaySigner } from "../signer-replay.ts";
import { initialSigner, type SignerCommand, type SignerFact, type SignerState } from "../signer-state.ts";

export const operations = operationRegistry([textOperation, batchOperation([textOperation])]);

/** A frame on the table: who sent it to whom, sealed and signed as it would travel. */
export interface Posted {
  readonly from: PartyId;
  readonly to: PartyId;
  readonly kind: Kind;
  readonly frame: Uint8Array;
}

/** One seat with both machines, without a driver: facts are kept in a list, frames are put on the table. */
export class Seat {
  signer: SignerState = initialSigner;
  coordinator: CoordinatorState = initialCoordinator;
  epoch: Epoch;
  facts: Fact[] = [];
  decisions: Decision[] = [];
  notices: Notice[] = [];
  wakes: number[] = [];
  outbox = new Map<string, Posted>();
  /** Every frame ever said, for checks. */
  said: Posted[] = [];
  /** Answers approvals at once; null leaves them open. */
  policy: ((decision: Decision) => boolean) | null = () => true;
  readonly context: SigningContext;
  /** What leaves in the place of a frame: a seat that lies. */
  bend: (posted: Posted) => Posted = (posted) => posted;
  readonly #table: Table;
  #counter = 0n;

  constructor(table: Table, index: number) {
    const member = table.group.members[index]!;
    const { group, prng } = table;
    this.#table = table;
    this.epoch = epochOf(prng.bytes(16));
    this.context = {
      me: member.identity.id,
      groupId: group.groupId,
      epoch: this.epoch,
      roster: group.roster,
      alarm: false,
      key: member.key,
      operations,
      certificate: group.certificate,
      times: defaultTimes,
      broadcastKey: group.broadcastKey,
      ends: group.ends,
    };
  }

  get id(): PartyId {
    return this.context.me;
  }

  #context(): SigningContext {
    return { ...this.context, epoch: this.epoch };
  }

  command(command: SignerCommand): void {
    const now = this.#table.now;
    const done = stepSigner(this.#context(), this.signer, { tag: "command", now, command }, this.#table.rng);
    this.#follow("signer", this.signer, done.facts, (state, fact) =>
      replaySigner(this.#context(), state, fact),
    );
    this.signer = done.state;
    this.#take(done.facts, done.out);
  }

  coordinate(command: CoordinatorCommand): void {
    const now = this.#table.now;
    const event = { tag: "command", now, command } as const;
    const done = stepCoordinator(this.#context(), this.coordinator, event, this.#table.rng);
    this.#follow("coordinator", this.coordinator, done.facts, (state, fact) =>
      replayCoordinator(this.#context(), state, fact),
    );
    this.coordinator = done.state;
    this.#take(done.facts, done.out);
  }

  hear(message: Message): void {
    this.#both({ tag: "message", now: this.#table.now, message });
  }

  tick(): void {
    this.#both({ tag: "tick", now: this.#table.now });
  }

  decide(id: string, yes: boolean, reason = "no-thanks"): void {
    const verdict = yes ? ({ tag: "yes" } as const) : ({ tag: "no", reason } as const);
    this.#both({ tag: "decided", now: this.#table.now, id, verdict });
  }

  #both(
    event:
      | { readonly tag: "message"; readonly now: number; readonly message: Message }
      | { readonly tag: "tick"; readonly now: number }
      | {
          readonly tag: "decided";
          readonly now: number;
          readonly id: string;
          readonly verdict: { readonly tag: "yes" } | { readonly tag: "no"; readonly reason: string };
        },
  ): void {
    const a = stepSigner(this.#context(), this.signer, event, this.#table.rng);
    this.#follow("signer", this.signer, a.facts, (state, fact) => replaySigner(this.#context(), state, fact));
    this.signer = a.state;
    const b = stepCoordinator(this.#context(), this.coordinator, event, this.#table.rng);
    this.#follow("coordinator", this.coordinator, b.facts, (state, fact) =>
      replayCoordinator(this.#context(), state, fact),
    );
    this.coordinator = b.state;
    this.#take(a.facts, a.out);
    this.#take(b.facts, b.out);
  }

  #follow<S extends { readonly requests: ReadonlyMap<Hash, { readonly tag: string }> }, F extends Fact>(
    machine: "signer" | "coordinator",
    before: S,
    facts: readonly F[],
    replay: (state: S, fact: F) => S,
  ): void {
    const { observe } = this.#table;
    if (observe === null) return;
    facts.reduce((state, fact) => {
      const next = replay(state, fact);
      const digest = fact["digest"] as Hash | undefined;
      const tagIn = ({ requests }: S): string =>
        (digest === undefined ? undefined : requests.get(digest))?.tag ?? "unknown";
      if (digest !== undefined) observe(machine, fact, tagIn(state), tagIn(next));
      return next;
    }, before);
  }

  /** Stops the tab and starts it again from its facts, in a new epoch. */
  reload(): void {
    this.epoch = epochOf(this.#table.prng.bytes(16));
    this.signer = this.#facts("signer/").reduce(
      (state, fact) => replaySigner(this.#context(), state, fact as unknown as SignerFact),
      initialSigner,
    );
    this.coordinator = this.#facts("coordinator/").reduce(
      (state, fact) => replayCoordinator(this.#context(), state, fact as unknown as CoordinatorFact),
      initialCoordinator,
    );
  }

  #facts(prefix: string): Fact[] {
    return this.facts.filter((fact) => fact.tag.startsWith(prefix));
  }

  #take(facts: readonly Fact[], out: readonly Out[]): void {
    this.facts.push(...facts);
    for (const item of out) {
      switch (item.tag) {
        case "say":
          this.#say(item);
          break;
        case "again": {
          const kept = this.outbox.get(item.slot);
          if (kept !== undefined) this.#post(kept);
          break;
        }
        case "forget":
          for (const slot of [...this.outbox.keys()]) {
            if (slot.startsWith(item.slotPrefix)) this.outbox.delete(slot);
          }
          break;
        case "prune":
          this.facts = this.facts.filter((fact) => item.keep(fact));
          break;
        case "wakeAt":
          this.wakes.push(item.ms);
          break;
        case "decide":
          this.decisions.push(item.decision);
          break;
        case "notify":
          this.notices.push(item.notice);
          break;
      }
    }
  }

  #say(item: Extract<Out, { tag: "say" }>): void {
    const kept = item.slot === undefined ? undefined : this.outbox.get(item.slot);
    if (kept !== undefined) {
      this.#post(kept);
      return;
    }
    const posted = this.write(item.kind, item.payload, item.roundId, item.to);
    if (item.slot !== undefined) this.outbox.set(item.slot, posted);
    this.#post(posted);
  }

  /** Seals and signs a frame of this seat, whatever it says: attacks use it too. */
  write(kind: Kind, payload: Uint8Array, round: RoundId = NO_ROUND, to: PartyId = ALL): Posted {
    const { group, prng, rng } = this.#table;
    const member = group.members.find((item) => item.identity.id === this.id)!;
    const letter = {
      kind,
      groupId: group.groupId,
      roundId: round,
      to,
      epoch: this.epoch,
      counter: this.#counter++,
      msgId: msgId(prng.bytes(16)),
      payload,
    };
    const frame = sealFrame(member.identity, group.broadcastKey, letter, rng)!;
    return { from: this.id, to, kind, frame };
  }

  #post(honest: Posted): void {
    const posted = this.bend(honest);
    this.said.push(posted);
    this.#table.posted.push(posted);
  }
}

/** Seats around a table: frames lie on it until they are handed over, in any order a test likes. */
export class Table {
  readonly prng: Prng;
  readonly rng: (length: number) => Uint8Array;
  readonly group: DealtGroup;
  readonly seats: readonly Seat[];
  now = 1_000_000;
  posted: Posted[] = [];
  /** Told of every kept fact, with the tag of the request it is about before and after. */
  observe: ((machine: "signer" | "coordinator", fact: Fact, from: string, to: string) => void) | null = null;

  constructor(weights: readonly number[], threshold: number, seed = 1) {
    this.prng = createPrng(seed, "table");
    this.rng = (length) => this.prng.bytes(length);
    this.group = dealtGroup(weights, threshold, this.rng);
    this.seats = weights.map((_, i) => new Seat(this, i));
  }

  seat(index: number): Seat {
    return this.seats[index]!;
  }

  open(posted: Posted): Message {
    const signed = readFrame(posted.frame);
    if (typeof signed === "string") throw new Error(signed);
    const recipient = this.group.members.find((item) => item.identity.id === posted.to);
    const opened =
      recipient === undefined || isRoomSealed(posted.kind)
        ? openSigned(posted.frame, this.group.groupId, this.group.broadcastKey)
        : openDirect(signed, recipient.identity);
    if (typeof opened === "string") throw new Error(opened);
    return opened;
  }

  deliver(posted: Posted, only?: Seat): void {
    const message = this.open(posted);
    for (const seat of only === undefined ? this.seats : [only]) {
      if (posted.to === ALL || posted.to === seat.id) seat.hear(message);
    }
    this.answer();
  }

  /** Lets every seat's policy answer what it is asked. */
  answer(): void {
    for (const seat of this.seats) {
      for (const decision of seat.decisions.splice(0)) {
        if (seat.policy === null) seat.decisions.push(decision);
        else seat.decide(decision.id, seat.policy(decision));
        if (seat.policy === null) break;
      }
    }
  }

  /** Hands over what lies on the table, in order, until nothing is left; `drop` decides what is lost. */
  run(drop: (posted: Posted, to: Seat) => boolean = () => false): void {
    this.answer();
    for (let guard = 0; this.posted.length > 0; guard++) {
      if (guard > 10_000) throw new Error("the table never empties");
      const posted = this.posted.shift()!;
      for (const seat of this.seats) {
        if (posted.to !== ALL && posted.to !== seat.id) continue;
        if (!drop(posted, seat)) seat.hear(this.open(posted));
      }
      this.answer();
    }
  }

  /** Moves the clock and wakes everybody. */
  wait(ms: number): void {
    this.now += ms;
    for (const seat of this.seats) seat.tick();
  }

  newRound(): RoundId {
    return roundId(this.prng.bytes(16));
  }

  /** Seat `index` asks for a signature on a text. @returns the request's digest */
  ask(index: number, text = "hello", minutes = 10): Hash {
    const seat = this.seat(index);
    const before = new Set(seat.coordinator.requests.keys());
    seat.coordinate({
      tag: "sign",
      roundId: this.newRound(),
      operation: textToSign(text),
      expiry: this.now + minutes * 60_000,
    });
    const digest = [...seat.coordinator.requests.keys()].find((key) => !before.has(key));
    if (digest === undefined) throw new Error("no request was made");
    return digest;
  }
}
