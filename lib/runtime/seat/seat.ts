import { bytesToHex } from "@noble/hashes/utils.js";
import type { Decision, Verdict } from "../../rounds/core/decision.ts";
import type { GroupId } from "../../rounds/core/names.ts";
import { epochOf } from "../../rounds/core/names.ts";
import type { Notice } from "../../rounds/core/notice.ts";
import { Identity } from "../../rounds/envelope/identity.ts";
import type { Readiness } from "../../rounds/lobby/messages.ts";
import { batchOperation } from "../../rounds/operation/batch.ts";
import { operationRegistry } from "../../rounds/operation/operation.ts";
import { coordinatedPeg, pegOperations, withoutMixing } from "../../sbtc/peg/operation/kinds.ts";
import { defaultTimes } from "../../rounds/signing/context.ts";
import { textOperation } from "../../rounds/operation/text.ts";
import { isWanted } from "../../rounds/party/questions.ts";
import { replay } from "../../rounds/party/replay.ts";
import type { GroupState, Party } from "../../rounds/party/state.ts";
import { type PartyCommand, step } from "../../rounds/party/step.ts";
import { Driver, type DriverStop } from "../driver/driver.ts";
import { DamagedJournal, Journal } from "../driver/journal.ts";
import type { Clock } from "../ports/clock.ts";
import type { Rng } from "../ports/rng.ts";
import { put, type Store, type Write } from "../ports/store.ts";
import type { Transport } from "../ports/transport.ts";
import type { TakeTurn } from "../ports/turns.ts";
import type { RelayStatus } from "../relay/state.ts";
import { isVaultError } from "../vault/errors.ts";
import type { UnlockedVault } from "../vault/vault.ts";
import { readPegMemory } from "../peg/signer/memory-file.ts";
import { PegDesk } from "../peg/signer/desk.ts";
import { Successors } from "../peg/signer/successors.ts";
import type { PegSigner } from "../peg/signer/signer.ts";
import { SeatPeg } from "../peg/host/seat-peg.ts";
import { hostToKeep } from "../peg/host/memory.ts";
import type { BackupContents } from "./backup-contents.ts";
import { hasHandedOver, openPegSigner } from "./peg-desk.ts";
import type { SiteChains } from "../../wire/chains.ts";
import { Availability } from "./availability.ts";
import { FrameLog } from "./frame-log.ts";
import { History } from "./history.ts";
import { groupInMaking, groupInUse } from "./groups.ts";
import { decodeHistory, encodeHistory } from "./history-codec.ts";
import { Rooms } from "./rooms.ts";
import { sealerOf } from "./sealer.ts";
import { sampleOf } from "./sample.ts";
import { decodeSecrets, encodeSecrets, type SeatSecrets } from "./secrets.ts";

/** What this version of the product can check and sign. */
export const operations = operationRegistry([
  textOperation,
  ...pegOperations,
  coordinatedPeg,
  withoutMixing(batchOperation([textOperation, ...pegOperations])),
]);

/** People answer when they answer: a session that waits for somebody is soon joined by one of those who have answered. */
const signing = { ...defaultTimes, hedge: 500 };

const secretsKey = "secrets";
const historyKey = "history";
const presenceEveryMs = 10_000;

export interface SeatPorts {
  readonly store: Store;
  readonly vault: UnlockedVault;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly transport: Transport;
  readonly takeTurn: TakeTurn;
  readonly readiness: () => Readiness;
  /** Where the site says the chains can be read; null where it says nothing. */
  readonly chains: () => SiteChains | null;
  /** Something a screen may show has changed. */
  readonly onChange: () => void;
  readonly onStop: (stop: DriverStop) => void;
}

/** Stores what a new seat is made of, before it is opened the first time. */
export async function storeSecrets(store: Store, vault: UnlockedVault, secrets: SeatSecrets): Promise<void> {
  await store.commit([put(secretsKey, vault.seal(secretsKey, encodeSecrets(secrets)))]);
}

/** Something that happened, for the group's history on this device. */
export interface LoggedNotice {
  readonly notice: Notice;
  readonly at: number;
}

const longestHistory = 500;

/** One open seat: its party, the driver that runs it, and its connections. The only place where a share is in memory. */
export class Seat {
  readonly secrets: SeatSecrets;
  readonly #ports: SeatPorts;
  readonly #driver: Driver<Party, PartyCommand>;
  readonly #rooms: Rooms;
  readonly frames: FrameLog;
  /** What this device saw of each request. */
  readonly history: History;
  /** Groups that may take over a peg from one of this seat's. */
  readonly successors: Successors;
  /** Who was online while this tab was open. */
  readonly availability = new Availability();
  /** What this seat found about requests of the peg, and the only way to approve one. */
  readonly desk: PegDesk;
  /** The peg this seat coordinates; null in a signer's tab. */
  readonly peg: SeatPeg | null;
  readonly #signers = new Map<GroupId, PegSigner>();
  readonly #decisions = new Map<string, Decision>();
  readonly #notices: LoggedNotice[] = [];
  #cancelPresence: () => void = () => undefined;
  #closed = false;
  /** Frames that came without their sender's signature, and when the last of them did. */
  altered: { readonly count: number; readonly at: number } | null = null;
  /** The relay's last refusal of a frame of ours, as a sentence. */
  refusal: string | null = null;

  private constructor(
    ports: SeatPorts,
    secrets: SeatSecrets,
    journal: Journal,
    party: Party,
    { history, successors }: { readonly history: History; readonly successors: Successors },
  ) {
    this.#ports = ports;
    this.history = history;
    this.successors = successors;
    this.secrets = secrets;
    this.frames = new FrameLog(ports.clock);
    this.#rooms = new Rooms({
      url: secrets.invite.relay,
      store: ports.store,
      clock: ports.clock,
      rng: ports.rng,
      transport: ports.transport,
      party: () => this.party,
      receive: async (room, frames) => {
        const effect = await this.#driver.receive(room, frames);
        for (const frame of frames.slice(0, effect.count)) this.frames.heard(frame);
        return effect;
      },
      onRefused: (sentence) => {
        this.refusal = sentence;
        ports.onChange();
      },
      onStatus: ports.onChange,
    });
    this.desk = new PegDesk({
      clock: ports.clock,
      open: async (groupId) => {
        const { store, vault, clock } = ports;
        const from = { store, sealer: sealerOf(vault), clock, chains: ports.chains() };
        const signer = await openPegSigner({ ...from, party: () => this.party, successors }, groupId);
        this.#signers.set(groupId, signer);
        return signer;
      },
      questions: () => this.decisions,
      answer: (id, verdict, writes) => this.decide(id, verdict, writes),
      onChange: () => ports.onChange(),
      onFault: (error) => ports.onStop({ tag: "fault", error }),
    });
    const { store, clock, rng, chains, onChange } = ports;
    this.peg =
      party.config.identity.id === secrets.invite.coordinator
        ? new SeatPeg({
            seat: () => this,
            ...{ store, clock, rng, chains, onChange },
            fetch: globalThis.fetch,
            onFault: (error) => ports.onStop({ tag: "fault", error }),
          })
        : null;
    this.#driver = new Driver<Party, PartyCommand>(party, {
      machine: { step },
      store: ports.store,
      journal,
      rng: (length) => ports.rng.bytes(length),
      clock: ports.clock,
      takeTurn: ports.takeTurn,
      mail: (room) => this.#rooms.client(room),
      onSend: (frame) => this.frames.sent(frame),
      onDecision: (decision) => this.#decisions.set(decision.id, decision),
      onNotice: (notice, at) => this.#note(notice, at),
      onState: (next) => this.#changed(next),
      onStop: (stop) => {
        this.#end();
        ports.onStop(stop);
      },
    });
  }

  /**
   * Opens a seat: claims its journal, so that an earlier tab is fenced off, restores the party and connects.
   * @throws DamagedJournal, JournalError, StoreError
   */
  static async open(ports: SeatPorts): Promise<Seat> {
    const { store, vault, rng } = ports;
    const sealed = await store.get(secretsKey);
    const bytes = sealed === null ? null : vault.open(secretsKey, sealed);
    if (bytes === null || isVaultError(bytes))
      throw new DamagedJournal("the seat's own record does not open");
    const secrets = decodeSecrets(bytes);
    const epoch = epochOf(rng.bytes(16));
    const { journal, records } = await Journal.claim(store, sealerOf(vault), epoch);
    const identity = new Identity(secrets.identity);
    const { invite } = secrets;
    const party = replay({ identity, epoch, invite, operations, times: { signing } }, records);
    const history = await openHistory(store, vault);
    const successors = await Successors.open(store, sealerOf(vault));
    const seat = new Seat(ports, secrets, journal, party, { history, successors });
    await seat.#rooms.all();
    await seat.#driver.feed({ tag: "tick" });
    seat.#present();
    return seat;
  }

  get party(): Party {
    return this.#driver.party;
  }
  get relay(): RelayStatus | null {
    return this.#rooms.status();
  }
  get present(): ReadonlySet<string> {
    return this.#rooms.present();
  }
  get supersededAtRelay(): boolean {
    return this.#rooms.superseded;
  }
  get notices(): readonly LoggedNotice[] {
    return this.#notices;
  }
  /** The group with a key, the newest where there are several, or the one on its way to the first. */
  get group(): GroupState | null {
    return groupInUse(this.party);
  }
  /** The group whose key is made while that one is in use. */
  get making(): GroupState | null {
    return groupInMaking(this.party);
  }

  /** True where this seat agreed that a group hands its peg over to another. */
  hasHandedOver(groupId: GroupId): Promise<boolean> {
    const { store, vault } = this.#ports;
    return hasHandedOver({ store, sealer: sealerOf(vault), party: () => this.party }, groupId);
  }

  /** This seat's own judgement of the peg; null where it has no share, or it is not open yet. */
  get pegSigner(): PegSigner | null {
    return this.#signers.get(this.group?.sealed.groupId ?? ("" as GroupId)) ?? null;
  }

  decision(id: string): Decision | undefined {
    return this.#decisions.get(id);
  }
  /** The questions whose answers still count. */
  get decisions(): readonly Decision[] {
    return [...this.#decisions.values()];
  }

  /**
   * Answers a question; only the first answer counts.
   * @param beside writes that are stored with the answer, or not at all
   */
  async decide(id: string, verdict: Verdict, beside: readonly Write[] = []): Promise<void> {
    this.#decisions.delete(id);
    await this.#driver.feed({ tag: "decided", id, verdict }, beside);
  }
  command(command: PartyCommand): Promise<void> {
    return this.#driver.feed({ tag: "command", command });
  }

  /** What a backup keeps of the peg: this seat's judgement, and what it coordinates, for each of its groups. */
  async pegMemory(): Promise<Pick<BackupContents, "peg" | "hosts">> {
    const { store, vault } = this.#ports;
    const groups = [...this.party.groups.keys()];
    const peg = await Promise.all(groups.map((group) => readPegMemory(group, store, sealerOf(vault))));
    const kept = await Promise.all(
      groups.map(async (group) => ({ group, memory: await hostToKeep(store, group) })),
    );
    const hosts = kept.flatMap(({ group, memory }) => (memory === null ? [] : [{ group, memory }]));
    return { peg, hosts };
  }

  /** For a tab that came back to the front. */
  wake(): void {
    this.#rooms.poke();
    void this.#driver.feed({ tag: "tick" });
  }

  /** Finishes what is under way, disconnects and wipes what can be wiped. */
  async close(): Promise<void> {
    await this.#driver.close();
    this.#end();
    this.#ports.vault.lock();
    await this.#ports.store.close();
  }

  #present(): void {
    if (this.#closed) return;
    const { clock, readiness } = this.#ports;
    void this.command({ tag: "present", readiness: readiness() });
    const { group } = this;
    if (group !== null) this.availability.add(sampleOf(this, group.sealed.roster, clock.now()));
    this.#cancelPresence = clock.after(presenceEveryMs, () => this.#present());
  }

  #changed(party: Party): void {
    for (const [id, decision] of this.#decisions) if (!isWanted(party, decision)) this.#decisions.delete(id);
    const known: ReadonlyMap<GroupId, GroupState> = party.groups;
    // A group that was just sealed has a room of its own to listen in.
    if (known.size > 0) this.#rooms.all().catch(() => this.#ports.onChange());
    if (this.history.observe(party, this.frames, this.#ports.clock.now())) this.#keepHistory();
    const { group } = this;
    if (group?.keygen?.phase.tag === "ready" && this.#ports.chains() !== null)
      this.desk.prepare(group.sealed.groupId);
    this.desk.tend();
    this.peg?.tend();
    this.#ports.onChange();
  }

  /** History is for reading alone: where it cannot be stored, nothing else has to wait for it. */
  #keepHistory(): void {
    const { store, vault } = this.#ports;
    const sealed = vault.seal(historyKey, encodeHistory(this.history.requests));
    store.commit([put(historyKey, sealed)]).catch(() => undefined);
  }

  #note(notice: Notice, at: number): void {
    if (notice.tag === "ignored") {
      if (notice.reason === "bad-signature") this.altered = { count: (this.altered?.count ?? 0) + 1, at };
      return;
    }
    this.#notices.push({ notice, at });
    if (this.#notices.length > longestHistory) this.#notices.shift();
  }

  #end(): void {
    this.#closed = true;
    this.desk.close();
    this.peg?.close();
    this.#cancelPresence();
    this.#rooms.stop();
  }
}

async function openHistory(store: Store, vault: UnlockedVault): Promise<History> {
  const sealed = await store.get(historyKey);
  const bytes = sealed === null ? null : vault.open(historyKey, sealed);
  return new History(bytes === null || isVaultError(bytes) ? new Map() : decodeHistory(bytes));
}

/** A fresh name for a round or a profile: 16 random bytes in hex. */
export const randomName = (rng: Rng): string => bytesToHex(rng.bytes(16));
