import { ALL, type GroupId, msgId } from "../core/names.ts";
import type { Effect, Machine, MachineEvent, Message, Out, Rng, SecretRecord } from "../core/machine.ts";
import type { Notice } from "../core/notice.ts";
import type { Fact } from "../core/machine.ts";
import type { IgnoreReason } from "../core/reason.ts";
import { sealFrame } from "../envelope/frames.ts";
import { archived, archivedFact, outlived } from "./archive.ts";
import { encodeRecord } from "./journal.ts";
import { machineNames } from "./names.ts";
import { isForSigning } from "./kinds.ts";
import { FactLog, type Party, type Sent, type Stored } from "./state.ts";

/** Where a machine speaks: a lobby or a group, and the key of its broadcasts. */
export interface Room {
  readonly id: GroupId;
  readonly key: Uint8Array;
}

/** One step of a party in the making: what machines answered becomes frames, one record, and effects in order. */
export class Work {
  party: Party;
  readonly now: number;
  readonly rng: Rng;
  /** Messages of this party to itself, still to be heard by its own machines. */
  readonly loop: Message[] = [];
  readonly #facts: Stored[] = [];
  readonly #sent: (Sent & { slot: string })[] = [];
  readonly #forgotten: string[] = [];
  readonly #sends: Effect[] = [];
  readonly #rest: Effect[] = [];
  #wake = Infinity;
  #rewrite = false;

  constructor(party: Party, now: number, rng: Rng) {
    this.party = party;
    this.now = now;
    this.rng = rng;
  }

  /** Runs one machine and takes over what it answers. @returns its new state */
  run<C, S, Command, F extends { readonly tag: string }>(
    name: string,
    machine: Machine<C, S, Command, F>,
    room: Room,
    context: C,
    state: S,
    event: MachineEvent<Command>,
  ): S {
    const outcome = machine.step(context, state, event, this.rng);
    // Facts are interfaces of plain fields: what the journal stores, without an index signature of their own.
    for (const fact of outcome.facts) this.keep({ machine: name, fact: fact });
    for (const out of outcome.out) this.#carryOut(name, room, out);
    return outcome.state;
  }

  keep(stored: Stored): void {
    this.#facts.push(stored);
    this.party = { ...this.party, log: this.party.log.with([stored]) };
  }

  /** Erases facts of one machine, from storage too. */
  prune(machine: string, keep: (fact: Fact) => boolean): void {
    const facts = this.party.log.reveal();
    const kept = facts.filter((stored) => stored.machine !== machine || keep(stored.fact));
    if (kept.length === facts.length) return;
    this.party = { ...this.party, log: FactLog.of(kept) };
    this.#rewrite = true;
  }

  #carryOut(name: string, room: Room, out: Out): void {
    switch (out.tag) {
      case "say":
        this.say(name, room, out);
        return;
      case "again": {
        const sent = this.party.outbox.get(`${name}|${out.slot}`);
        if (sent !== undefined) this.send(sent);
        return;
      }
      case "forget": {
        const prefix = `${name}|${out.slotPrefix}`;
        const outbox = [...this.party.outbox].filter(([slot]) => !slot.startsWith(prefix));
        if (outbox.length === this.party.outbox.size) return;
        this.party = { ...this.party, outbox: new Map(outbox) };
        this.#forgotten.push(prefix);
        return;
      }
      case "prune":
        this.prune(name, out.keep);
        return;
      case "wakeAt":
        this.#wake = Math.min(this.#wake, out.ms);
        return;
      case "decide":
        this.#rest.push({ tag: "decide", decision: out.decision });
        return;
      case "notify":
        this.notify(out.notice);
    }
  }

  /** Seals and signs a message once; the same slot again sends the same bytes. */
  say(name: string, room: Room, out: Out & { tag: "say" }): void {
    const slot = out.slot === undefined ? undefined : `${name}|${out.slot}`;
    const earlier = slot === undefined ? undefined : this.party.outbox.get(slot);
    if (earlier !== undefined) {
      this.send(earlier);
      return;
    }
    const { identity, epoch } = this.party.config;
    const stream = `${room.id}/${out.to}`;
    const counter = this.party.counters.get(stream) ?? 0n;
    this.party = { ...this.party, counters: new Map(this.party.counters).set(stream, counter + 1n) };
    const { kind, roundId, to, payload } = out;
    const letter = {
      kind,
      groupId: room.id,
      roundId,
      to,
      epoch,
      counter,
      msgId: msgId(this.rng(16)),
      payload,
    };
    const frame = sealFrame(identity, room.key, letter, this.rng);
    if (frame === null) {
      this.ignore("cannot-open");
      return;
    }
    const sent = { to, frame };
    if (slot !== undefined) {
      this.party = { ...this.party, outbox: new Map(this.party.outbox).set(slot, sent) };
      this.#sent.push({ ...sent, slot });
    }
    this.send(sent);
    if (to !== ALL && isForSigning(kind)) this.archive({ ...letter, from: identity.id, frame });
    if (to === ALL || to === identity.id) this.loop.push({ ...letter, from: identity.id, frame });
  }

  /** Keeps a frame of a signing round for its transcript. */
  archive(message: Message): void {
    const { groupId } = message;
    const group = this.party.groups.get(groupId);
    const fact = group === undefined ? null : archivedFact(group.archive, message);
    if (group === undefined || fact === null) return;
    const name = machineNames.archive(groupId);
    this.keep({ machine: name, fact });
    const archive = new Map(archived(group.archive, fact));
    const old = outlived(archive);
    for (const round of old) archive.delete(round as typeof fact.roundId);
    this.party = { ...this.party, groups: new Map(this.party.groups).set(groupId, { ...group, archive }) };
    if (old.size > 0)
      this.prune(name, (kept) => typeof kept["roundId"] !== "string" || !old.has(kept["roundId"]));
  }

  /** Messages to oneself alone need no network. */
  send({ to, frame }: Sent): void {
    if (to !== this.party.config.identity.id) this.#sends.push({ tag: "send", to, frame });
  }

  notify(notice: Notice): void {
    if (notice.tag === "ignored") {
      const { ignored } = this.party;
      const count = (ignored.get(notice.reason) ?? 0) + 1;
      this.party = { ...this.party, ignored: new Map(ignored).set(notice.reason, count) };
    }
    this.#rest.push({ tag: "notify", notice });
  }

  ignore(reason: IgnoreReason, { kind, from }: Partial<Message> = {}): void {
    this.notify({ tag: "ignored", reason, kind, from });
  }

  /** The effects of this step, in the order in which a driver carries them out. */
  effects(): Effect[] {
    const effects: Effect[] = [];
    const changed = this.#facts.length > 0 || this.#sent.length > 0 || this.#forgotten.length > 0;
    if (changed || this.#rewrite) {
      const { epoch } = this.party.config;
      effects.push({ tag: "persist", record: this.#record(), ownerEpoch: epoch, replace: this.#rewrite });
    }
    effects.push(...this.#sends);
    if (this.#wake < Infinity) effects.push({ tag: "wakeAt", ms: this.#wake });
    effects.push(...this.#rest);
    return effects;
  }

  #record(): SecretRecord {
    if (this.#rewrite) return checkpoint(this.party);
    return encodeRecord({
      facts: this.#facts,
      sent: this.#sent,
      forgotten: this.#forgotten,
      replaces: false,
    });
  }
}

/** Everything a party keeps, as one record. */
export const checkpoint = ({ log, outbox }: Party): SecretRecord =>
  encodeRecord({
    facts: log.reveal(),
    sent: [...outbox].map(([slot, sent]) => ({ slot, ...sent })),
    forgotten: [],
    replaces: true,
  });
