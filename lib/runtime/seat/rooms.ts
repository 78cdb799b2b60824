import type { GroupId } from "../../rounds/core/names.ts";
import { bytesOf } from "../../rounds/core/names.ts";
import type { Party } from "../../rounds/party/state.ts";
import { encodeStatement, roomOf, type RoomStatement, statementDigest } from "../../wire/relay/statement.ts";
import type { Clock } from "../ports/clock.ts";
import type { Rng } from "../ports/rng.ts";
import type { Store } from "../ports/store.ts";
import type { Transport } from "../ports/transport.ts";
import { RelayClient } from "../relay/client.ts";
import { type EffectOfSeveral, noEffect } from "../relay/inbox.ts";
import type { Credentials } from "../relay/session.ts";
import type { RelayStatus } from "../relay/state.ts";

export interface RoomsOptions {
  readonly url: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly transport: Transport;
  readonly party: () => Party;
  /** What the next frames of a room lead to, or the first few of them. */
  readonly receive: (room: string, frames: readonly Uint8Array[]) => Promise<EffectOfSeveral>;
  /** A frame of ours that the relay will never take. */
  readonly onRefused: (sentence: string) => void;
  readonly onStatus: () => void;
}

/** One relay client per room of a party: its lobby, and each group once it is sealed. Rooms are named by what their frames carry, in hex. */
export class Rooms {
  readonly #options: RoomsOptions;
  readonly #clients = new Map<string, Promise<RelayClient>>();
  readonly #open = new Map<string, RelayClient>();

  constructor(options: RoomsOptions) {
    this.#options = options;
  }

  /** The client of a room; connects the first time. @throws Error for a room this party knows nothing of */
  client(room: string): Promise<RelayClient> {
    const known = this.#clients.get(room);
    if (known !== undefined) return known;
    const opening = this.#connect(room);
    this.#clients.set(room, opening);
    return opening;
  }

  /** Connects to every room the party is in. */
  async all(): Promise<void> {
    const { keys, groups } = this.#options.party();
    await Promise.all([keys.lobbyId, ...groups.keys()].map((room) => this.client(room)));
  }

  /** Status of the room that matters most now: the newest group, else the lobby. */
  status(): RelayStatus | null {
    return [...this.#open.values()].at(-1)?.status() ?? null;
  }

  /** Identities that the relay says are connected, over all rooms. A hint. */
  present(): ReadonlySet<string> {
    return new Set([...this.#open.values()].flatMap((client) => client.status().present));
  }

  /** True where the relay says that this identity logged in elsewhere. */
  get superseded(): boolean {
    return [...this.#open.values()].some((client) => client.status().connection.tag === "superseded");
  }

  /** Looks for news now. */
  poke(): void {
    for (const client of this.#open.values()) client.poke();
  }

  stop(): void {
    for (const client of this.#open.values()) client.stop();
  }

  async #connect(room: string): Promise<RelayClient> {
    const { url, store, clock, rng, transport, receive, onRefused, onStatus } = this.#options;
    const client = new RelayClient({
      url,
      credentials: this.#credentials(room),
      store,
      clock,
      rng,
      transport,
      onMessages: (frames) => receive(room, frames),
      // The machines ask again for what they miss; the screen shows silence by itself.
      onExpired: () => noEffect,
      onRefused: (_frame, refusal) => onRefused(refusal.sentence),
    });
    client.subscribe(onStatus);
    await client.start();
    this.#open.set(room, client);
    return client;
  }

  #credentials(room: string): Credentials {
    const { party: current, rng } = this.#options;
    const party = current();
    const { identity, invite } = party.config;
    const { lobbyId, login } = party.keys;
    const sign = (digest: Uint8Array) =>
      Promise.resolve(identity.signRelayDigest(digest, (n) => rng.bytes(n)));
    const own = { identity: bytesOf(identity.id), sign };
    const coordinator = bytesOf(invite.coordinator);
    if (room === lobbyId) {
      const statement: RoomStatement = {
        type: "lobby",
        subject: bytesOf(lobbyId),
        coordinator,
        version: 1,
        lobbyKey: bytesOf(login.id),
      };
      const signAsLobby = (digest: Uint8Array) =>
        Promise.resolve(login.signRelayDigest(digest, (n) => rng.bytes(n)));
      if (identity.id !== invite.coordinator) return { ...own, room: roomOf(statement), signAsLobby };
      const signature = identity.signRelayDigest(statementDigest(statement), (n) => rng.bytes(n));
      return {
        ...own,
        room: roomOf(statement),
        signAsLobby,
        statement: encodeStatement(statement, signature),
      };
    }
    const group = party.groups.get(room as GroupId);
    if (group === undefined) throw new Error(`this seat has no room ${room.slice(0, 8)}`);
    const named: RoomStatement = {
      type: "group",
      subject: bytesOf(group.sealed.groupId),
      coordinator,
      version: 0,
      members: [],
    };
    return { ...own, room: roomOf(named), statement: group.sealed.statement };
  }
}
