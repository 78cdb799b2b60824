import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Decision, Verdict } from "../../core/decision.ts";
import type { Effect, PartyEvent, Rng } from "../../core/machine.ts";
import { ALL, epochOf, type GroupId, type PartyId } from "../../core/names.ts";
import type { Notice } from "../../core/notice.ts";
import type { Identity } from "../../envelope/identity.ts";
import type { KeygenTimes } from "../../keygen/context.ts";
import { operationRegistry } from "../../operation/operation.ts";
import { textOperation } from "../../operation/text.ts";
import { FastIdentity } from "../../simulation/fast-identity.ts";
import { replay } from "../replay.ts";
import { createParty, type Party, type PartyConfig } from "../state.ts";
import { type PartyCommand, step } from "../step.ts";

/** A random source that gives the same bytes in every run. */
export function testRng(seed: string): Rng {
  let block = 0;
  return (length) => {
    const out: Uint8Array[] = [];
    for (let have = 0; have < length; have += 32) out.push(sha256(utf8ToBytes(`${seed}/${block++}`)));
    return concatBytes(...out).slice(0, length);
  };
}

export interface Wire {
  readonly from: PartyId;
  readonly to: PartyId;
  readonly frame: Uint8Array;
}

export const readiness = { software: "test", storageProtected: true, backupVerified: false };

/** One person's tab: a party with its journal, and what it asked and was told. */
export class Tab {
  readonly name: string;
  readonly identity: Identity;
  readonly hub: Hub;
  party: Party;
  records: Uint8Array[] = [];
  readonly notices: Notice[] = [];
  readonly decisions: Decision[] = [];
  epochs = 0;
  rng: Rng;

  constructor(hub: Hub, name: string, identity: Identity) {
    this.hub = hub;
    this.name = name;
    this.identity = identity;
    this.rng = testRng(`${hub.seed}/${name}/0`);
    this.party = createParty(this.config());
  }

  config(): PartyConfig {
    this.epochs++;
    const epoch = epochOf(testRng(`${this.hub.seed}/${this.name}/epoch/${this.epochs}`)(16));
    return {
      identity: this.identity,
      epoch,
      invite: this.hub.invite,
      operations: this.hub.operations,
      times: { ...(this.hub.keygenTimes === undefined ? {} : { keygen: this.hub.keygenTimes }) },
    };
  }

  /** Stops the process and starts it again from its journal. */
  reload(): void {
    this.rng = testRng(`${this.hub.seed}/${this.name}/${this.epochs}`);
    this.party = replay(this.config(), this.records);
  }

  do(event: PartyEvent<PartyCommand>): readonly Effect[] {
    const { state, effects } = step(this.party, event, this.rng);
    this.party = state;
    for (const effect of effects) this.hub.carryOut(this, effect);
    return effects;
  }

  command(command: PartyCommand): void {
    this.do({ tag: "command", now: this.hub.now, command });
    this.hub.run();
  }

  tick(): void {
    this.do({ tag: "tick", now: this.hub.now });
    this.hub.run();
  }

  receive(frame: Uint8Array): void {
    this.do({ tag: "frame", now: this.hub.now, frame });
  }

  heard(tag: Notice["tag"]): Notice[] {
    return this.notices.filter((notice) => notice.tag === tag);
  }
}

export interface HubOptions {
  readonly seed?: string;
  readonly seats: number;
  readonly threshold: number;
  readonly weights?: readonly number[];
  /** The coordinator holds the first seat too. */
  readonly coordinatorSits?: boolean;
  readonly keygenTimes?: KeygenTimes;
}

/** Some tabs around a network that delivers in order, with hooks to lose, change and hold back. */
export class Hub {
  readonly seed: string;
  readonly options: HubOptions;
  readonly invite: { readonly coordinator: PartyId; readonly lobbySecret: Uint8Array };
  readonly operations = operationRegistry([textOperation]);
  readonly keygenTimes: KeygenTimes | undefined;
  readonly coordinator: Tab;
  readonly signers: Tab[];
  readonly tabs: Tab[];
  readonly queue: Wire[] = [];
  now = 1_000_000;
  /** Says what is delivered in the place of a frame: itself, others, or nothing. */
  network: (wire: Wire, to: Tab) => readonly Uint8Array[] = (wire) => [wire.frame];
  /** What a person answers; null leaves the question open. */
  person: (tab: Tab, decision: Decision) => Verdict | null = () => ({ tag: "yes" });

  constructor(options: HubOptions) {
    this.options = options;
    this.seed = options.seed ?? "hub";
    this.keygenTimes = options.keygenTimes;
    const identity = (name: string): Identity =>
      new FastIdentity(sha256(utf8ToBytes(`${this.seed}/${name}`)));
    const first = identity("coordinator");
    this.invite = { coordinator: first.id, lobbySecret: sha256(utf8ToBytes(`${this.seed}/secret`)) };
    this.coordinator = new Tab(this, "Coordinator", first);
    const sits = options.coordinatorSits === true;
    const others = Array.from(
      { length: options.seats - (sits ? 1 : 0) },
      (_, i) => new Tab(this, `Signer ${i + 1}`, identity(`signer ${i + 1}`)),
    );
    this.signers = sits ? [this.coordinator, ...others] : others;
    this.tabs = [this.coordinator, ...others];
  }

  carryOut(tab: Tab, effect: Effect): void {
    switch (effect.tag) {
      case "persist":
        tab.records = effect.replace ? [effect.record] : [...tab.records, effect.record];
        return;
      case "send":
        this.queue.push({ from: tab.identity.id, to: effect.to, frame: effect.frame });
        return;
      case "decide": {
        tab.decisions.push(effect.decision);
        const verdict = this.person(tab, effect.decision);
        if (verdict !== null)
          this.later.push(() => tab.do({ tag: "decided", now: this.now, id: effect.decision.id, verdict }));
        return;
      }
      case "notify":
        tab.notices.push(effect.notice);
        return;
      case "wakeAt":
        return;
    }
  }

  readonly later: (() => unknown)[] = [];

  /** Delivers until nothing is under way. */
  run(limit = 200_000): void {
    for (let left = limit; left > 0; left--) {
      const answer = this.later.shift();
      if (answer !== undefined) {
        answer();
        continue;
      }
      const wire = this.queue.shift();
      if (wire === undefined) return;
      this.now++;
      for (const tab of this.tabs) {
        if (tab.identity.id === wire.from || (wire.to !== ALL && wire.to !== tab.identity.id)) continue;
        for (const frame of this.network(wire, tab)) tab.receive(frame);
      }
    }
    throw new Error("the network never comes to rest");
  }

  /** Time passes; everybody's timers fire. */
  wait(ms: number): void {
    this.now += ms;
    for (const tab of this.tabs) tab.do({ tag: "tick", now: this.now });
    this.run();
  }

  /** From the invite to a sealed group. */
  seal(): GroupId {
    const { seats, threshold, weights } = this.options;
    this.coordinator.command({
      tag: "lobby",
      command: { tag: "open", settings: { name: "Test", network: "devnet", threshold, seats }, expected: [] },
    });
    for (const tab of this.signers) {
      tab.command({ tag: "member", command: { tag: "join", name: tab.name, readiness } });
    }
    weights?.forEach((weight, i) => {
      const identity = this.signers[i]?.identity.id;
      if (identity === undefined || weight === 1) return;
      this.coordinator.command({ tag: "lobby", command: { tag: "setWeight", identity, weight } });
    });
    this.coordinator.command({ tag: "lobby", command: { tag: "propose" } });
    const [id] = this.coordinator.party.groups.keys();
    if (id === undefined) throw new Error("the group was not sealed");
    return id;
  }

  runDkg(groupId: GroupId): void {
    this.coordinator.command({ tag: "coordinateKeygen", groupId, command: { tag: "runDkg" } });
  }
}
