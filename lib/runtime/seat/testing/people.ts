import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import {
  ALL,
  createParty,
  type Decision,
  type Effect,
  epochOf,
  type GroupState,
  Identity,
  type Notice,
  type Party,
  type PartyCommand,
  type PartyConfig,
  type PartyEvent,
  type PartyId,
  replay,
  type Rng,
  roundId,
  step,
} from "../../../rounds/index.ts";
import { batchToSign } from "../../../rounds/operation/batch.ts";
import type { Operation } from "../../../rounds/operation/operation.ts";
import { textToSign } from "../../../rounds/operation/text.ts";
import { Availability } from "../availability.ts";
import { FrameLog } from "../frame-log.ts";
import { History } from "../history.ts";
import { operations } from "../seat.ts";
import type { SeatSecrets } from "../secrets.ts";
import type { ReadableSeat } from "../views/readable-seat.ts";

/** What every tab says of itself before a key is made. */
export const readiness = { software: "test", storageProtected: true, backupVerified: false };

function testRng(seed: string): Rng {
  let block = 0;
  return (length) => {
    const out: Uint8Array[] = [];
    for (let have = 0; have < length; have += 32) out.push(sha256(utf8ToBytes(`${seed}/${block++}`)));
    return concatBytes(...out).slice(0, length);
  };
}

/** One tab in memory: a real party, and what views read of an open seat. */
export class Person implements ReadableSeat {
  readonly name: string;
  readonly table: Table;
  readonly identity: Identity;
  party: Party;
  frames: FrameLog;
  history = new History();
  readonly availability = new Availability();
  readonly notices: { notice: Notice; at: number }[] = [];
  readonly open = new Map<string, Decision>();
  readonly present: ReadonlySet<string> = new Set();
  relay: ReadableSeat["relay"] = null;
  /** A tab that is closed hears nothing and does nothing. */
  closed = false;
  records: readonly Uint8Array[] = [];
  #rng: Rng;
  #starts = 0;

  constructor(table: Table, name: string, identity: Identity) {
    this.table = table;
    this.name = name;
    this.identity = identity;
    this.#rng = testRng(`${name}/0`);
    this.party = createParty(this.#config());
    this.frames = new FrameLog(table.clock);
  }

  get group(): GroupState {
    const group = [...this.party.groups.values()].at(-1);
    if (group === undefined) throw new Error(`${this.name} has no group`);
    return group;
  }
  get secrets(): SeatSecrets {
    const plan = { group: "Test", network: "devnet", threshold: 2, seats: [] };
    const invite = { ...this.table.invite, relay: "http://127.0.0.1" };
    return { identity: new Uint8Array(32), invite, name: this.name, plan, trial: false };
  }
  decision(id: string): Decision | undefined {
    return this.open.get(id);
  }

  #config(): PartyConfig {
    const epoch = epochOf(testRng(`${this.name}/epoch/${this.#starts++}`)(16));
    return { identity: this.identity, epoch, invite: this.table.invite, operations };
  }

  /** Closes the tab and opens it again: memory is gone, the journal and the stored history are not. */
  reload(): void {
    this.closed = false;
    this.open.clear();
    this.frames = new FrameLog(this.table.clock);
    this.history = new History(this.history.requests);
    this.#rng = testRng(`${this.name}/${this.#starts}`);
    this.party = replay(this.#config(), [...this.records]);
    this.do({ tag: "tick", now: this.table.now });
    this.table.run();
  }

  do(event: PartyEvent<PartyCommand>): void {
    if (event.tag === "frame") this.frames.heard(event.frame);
    const { state, effects } = step(this.party, event, this.#rng);
    this.party = state;
    for (const effect of effects) this.#carryOut(effect);
    this.history.observe(this.party, this.frames, this.table.now);
  }

  #carryOut(effect: Effect): void {
    switch (effect.tag) {
      case "persist":
        this.records = effect.replace ? [effect.record] : [...this.records, effect.record];
        return;
      case "send":
        this.frames.sent(effect.frame);
        this.table.queue.push({ from: this.identity.id, to: effect.to, frame: effect.frame });
        return;
      case "decide":
        this.open.set(effect.decision.id, effect.decision);
        return;
      case "notify":
        this.notices.push({ notice: effect.notice, at: this.table.now });
        return;
      case "wakeAt":
        return;
    }
  }

  command(command: PartyCommand): void {
    this.do({ tag: "command", now: this.table.now, command });
    this.table.run();
  }

  /** Answers the open question of a kind. */
  answer(tag: Decision["tag"], no: string | null = null): void {
    const decision = [...this.open.values()].find((one) => one.tag === tag);
    if (decision === undefined) throw new Error(`${this.name} was not asked: ${tag}`);
    this.open.delete(decision.id);
    const verdict = no === null ? ({ tag: "yes" } as const) : ({ tag: "no", reason: no } as const);
    this.do({ tag: "decided", now: this.table.now, id: decision.id, verdict });
    this.table.run();
  }

  /** Asks the group to sign texts within a minute's time. */
  propose(texts: readonly string[], minutes = 10): void {
    this.ask(texts.length === 1 ? textToSign(texts[0] ?? "") : batchToSign(texts.map(textToSign)), minutes);
  }

  /** Asks the group to sign any operation. */
  ask(operation: Operation, minutes = 10): void {
    const command = {
      tag: "sign",
      roundId: roundId(this.#rng(16)),
      operation,
      expiry: this.table.now + minutes * 60_000,
    } as const;
    this.command({ tag: "coordinateSigning", groupId: this.group.sealed.groupId, command });
  }
}

/** A coordinator without a seat and some signers, on a network that delivers in order. */
export class Table {
  now = 1_700_000_000_000;
  readonly clock = { now: () => this.now, after: () => () => undefined };
  readonly queue: { from: PartyId; to: PartyId; frame: Uint8Array }[] = [];
  readonly invite: { readonly coordinator: PartyId; readonly lobbySecret: Uint8Array };
  readonly coordinator: Person;
  readonly signers: readonly Person[];
  readonly threshold: number;
  /** Drops what it answers false to. */
  network: (frame: Uint8Array, to: Person) => boolean = () => true;

  constructor(threshold: number, names: readonly string[]) {
    this.threshold = threshold;
    const identity = (name: string) => new Identity(sha256(utf8ToBytes(`person/${name}`)));
    const first = identity("Coordinator");
    this.invite = { coordinator: first.id, lobbySecret: sha256(utf8ToBytes("secret")) };
    this.coordinator = new Person(this, "Coordinator", first);
    this.signers = names.map((name) => new Person(this, name, identity(name)));
  }

  get people(): readonly Person[] {
    return [this.coordinator, ...this.signers];
  }
  signer(name: string): Person {
    const found = this.signers.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }

  run(): void {
    for (let left = 100_000; left > 0; left--) {
      const wire = this.queue.shift();
      if (wire === undefined) return;
      this.now++;
      for (const person of this.people) {
        if (person.closed || person.identity.id === wire.from) continue;
        if (wire.to !== ALL && wire.to !== person.identity.id) continue;
        if (this.network(wire.frame, person)) person.do({ tag: "frame", now: this.now, frame: wire.frame });
      }
    }
    throw new Error("the network never comes to rest");
  }

  /** Time passes; the timers of open tabs fire, and they say that they are there. */
  wait(ms: number): void {
    this.now += ms;
    for (const person of this.people) {
      if (person.closed) continue;
      person.do({ tag: "tick", now: this.now });
      person.do({ tag: "command", now: this.now, command: { tag: "present", readiness } });
    }
    this.run();
  }

  seal(): void {
    const settings = {
      name: "Test",
      network: "devnet",
      threshold: this.threshold,
      seats: this.signers.length,
    } as const;
    this.coordinator.command({ tag: "lobby", command: { tag: "open", settings, expected: [] } });
    for (const person of this.signers)
      person.command({ tag: "member", command: { tag: "join", name: person.name, readiness } });
    this.coordinator.command({ tag: "lobby", command: { tag: "propose" } });
    for (const person of this.signers) person.answer("approveRoster");
  }

  /** From the invite to the comparison of codes. */
  makeKey(): void {
    this.seal();
    const { groupId } = this.coordinator.group.sealed;
    this.coordinator.command({ tag: "coordinateKeygen", groupId, command: { tag: "runDkg" } });
  }

  /** From the invite to a key that may be used. The ceremony is run once; later tables open its journals. */
  ready(): this {
    const name = `${this.threshold}/${this.signers.map((signer) => signer.name).join("/")}`;
    const stored = journals.get(name);
    if (stored !== undefined) {
      this.people.forEach((person, i) => (person.records = stored[i] ?? []));
      for (const person of this.people) person.reload();
    } else {
      this.makeKey();
      for (const person of this.people) person.answer("compareFingerprint");
      journals.set(
        name,
        this.people.map(({ records }) => records),
      );
    }
    this.wait(1_000);
    return this;
  }
}

const journals = new Map<string, readonly (readonly Uint8Array[])[]>();
