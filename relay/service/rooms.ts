import { sameBytes } from "../../lib/wire/relay/bytes.ts";
import { refusal, type Refusal } from "../../lib/wire/relay/refusals.ts";
import { roomOf, verifyStatement, type RoomStatement } from "../../lib/wire/relay/statement.ts";
import type { Log } from "../log/log.ts";
import type { Limits } from "./limits.ts";

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** A room as the relay works with it. */
export interface Room {
  readonly id: Uint8Array;
  statement: RoomStatement;
  /** Everybody who may be written to, by hex of the identity. */
  members: Map<string, Uint8Array>;
}

/** Rooms that were opened here, and who belongs to them. */
export class Rooms {
  readonly #log: Log;
  readonly #limits: Limits;
  readonly #cache = new Map<string, Room>();
  readonly #createdBy = new Map<string, number>();

  constructor(log: Log, limits: Limits) {
    this.#log = log;
    this.#limits = limits;
  }

  /** The room, or null where nobody opened it here. */
  async find(id: Uint8Array): Promise<Room | null> {
    const key = hex(id);
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    const record = await this.#log.room(id);
    if (record === null) return null;
    const statement = verifyStatement(record.statement);
    if (statement === null) return null;
    const room = await this.#build(id, statement);
    // Another caller may have read it meanwhile; both must work on one object.
    return this.#cache.get(key) ?? this.#remember(key, room);
  }

  #remember(key: string, room: Room): Room {
    this.#cache.set(key, room);
    return room;
  }

  async #build(id: Uint8Array, statement: RoomStatement): Promise<Room> {
    const listed =
      statement.type === "group"
        ? statement.members
        : [statement.coordinator, ...(await this.#log.members(id))];
    return { id, statement, members: new Map(listed.map((member) => [hex(member), member])) };
  }

  /** Drops what is held in memory of a room, e.g. because nobody is in it any more. */
  release(id: Uint8Array): void {
    this.#cache.delete(hex(id));
  }

  /**
   * Opens a room by its coordinator's signed statement, or moves it on to a newer one. Whoever carries the statement may
   * do this, so that any member can bring a group to a relay that does not know it.
   * @param expected the room that the statement has to be about
   * @param address who asks, for the limits
   */
  async open(bytes: Uint8Array, expected: Uint8Array, address: string): Promise<Room | Refusal> {
    const statement = verifyStatement(bytes);
    if (statement === null || !sameBytes(roomOf(statement), expected)) return refusal("bad-statement");
    const known = await this.#log.room(expected);
    if (known === null) {
      const refused = await this.#mayCreate(statement, address);
      if (refused !== null) return refused;
    } else if (sameBytes(known.statement, bytes)) {
      return (await this.find(expected)) ?? refusal("unknown-room");
    } else {
      const current = verifyStatement(known.statement);
      if (current !== null && statement.version < current.version) return refusal("stale-statement");
      if (current?.version === statement.version && !sameContent(current, statement))
        return refusal("statement-conflict");
    }
    await this.#log.saveRoom({ room: expected, coordinator: statement.coordinator, statement: bytes });
    const renewed = await this.#build(expected, statement);
    const held = this.#cache.get(hex(expected));
    if (held === undefined) return this.#remember(hex(expected), renewed);
    // Those who are logged in hold this object: it changes under them.
    return Object.assign(held, renewed);
  }

  async #mayCreate(statement: RoomStatement, address: string): Promise<Refusal | null> {
    const { settings } = this.#limits;
    if (statement.type === "group" && statement.members.length > settings["limits.members_per_room"])
      return refusal("too-many-members");
    const created = this.#createdBy.get(address) ?? 0;
    if (
      created >= settings["limits.rooms_per_address"] ||
      (await this.#log.rooms()) >= settings["limits.rooms"] ||
      (await this.#log.roomsOf(statement.coordinator)) >= settings["limits.rooms_per_creator"]
    )
      return refusal("too-many-rooms");
    this.#createdBy.set(address, created + 1);
    return null;
  }

  /** Lets an identity in, or says why not. In a lobby whoever proved the secret becomes a member by coming. */
  admit(room: Room, identity: Uint8Array): Refusal | null {
    const key = hex(identity);
    if (room.members.has(key)) return null;
    if (room.statement.type === "group") return refusal("not-a-member");
    if (room.members.size >= this.#limits.settings["limits.members_per_room"])
      return refusal("too-many-members");
    room.members.set(key, identity);
    return null;
  }
}

/** True where two statements say the same; a coordinator may sign the same twice, and signatures differ. */
function sameContent(a: RoomStatement, b: RoomStatement): boolean {
  if (a.type !== "group" || b.type !== "group") return a.type === b.type;
  return (
    a.members.length === b.members.length &&
    a.members.every((member, index) => sameBytes(member, b.members[index] ?? new Uint8Array(0)))
  );
}
