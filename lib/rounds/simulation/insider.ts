import type { Kind } from "../core/kind.ts";
import { isRoomSealed } from "../core/kind.ts";
import type { Message, Rng } from "../core/machine.ts";
import { encodeFrame, headerBytes } from "../../wire/frame.ts";
import { ALL, bytesOf, type GroupId, msgId, type PartyId } from "../core/names.ts";
import { openBroadcast, openDirect, readFrame, sealFrame } from "../envelope/frames.ts";
import type { Identity } from "../envelope/identity.ts";
import { headerOf } from "./relay.ts";
import { broadcastKey, seal } from "../envelope/seal.ts";

/** What whoever knows a group's key and some of its identities can read and write: the checks, and attackers. */
export class Insider {
  readonly #identities: ReadonlyMap<PartyId, Identity>;
  /** Keys of rooms: lobby and group. */
  readonly #rooms: Map<GroupId, Uint8Array>;
  readonly #rng: Rng;
  readonly #opened = new WeakMap<Uint8Array, Message>();

  constructor(identities: readonly Identity[], rooms: Map<GroupId, Uint8Array>, rng: Rng) {
    this.#identities = new Map(identities.map((identity) => [identity.id, identity]));
    this.#rooms = rooms;
    this.#rng = rng;
  }

  /** The message in a frame, its signature unchecked; null where it cannot be read. */
  read(frame: Uint8Array): Message | null {
    const known = this.#opened.get(frame);
    if (known !== undefined) return known;
    const message = this.#read(frame);
    // A frame of a room whose key is not known yet may be read later.
    if (message !== null) this.#opened.set(frame, message);
    return message;
  }

  #read(frame: Uint8Array): Message | null {
    const signed = headerOf(frame);
    if (typeof signed === "string") return null;
    if (signed.to === ALL || isRoomSealed(signed.kind)) {
      const key = this.#rooms.get(signed.groupId);
      const opened = key === undefined ? "cannot-open" : openBroadcast(signed, key);
      return typeof opened === "string" ? null : opened;
    }
    const identity = this.#identities.get(signed.to) ?? this.#identities.get(signed.from);
    if (identity === undefined) return null;
    const opened = openDirect(signed, identity);
    return typeof opened === "string" ? null : opened;
  }

  /**
   * Writes a frame like `message` with some fields changed, signed by its sender. A change of content under an
   * unchanged msgId is what an equivocating sender does.
   */
  rewrite(message: Message, change: Partial<Omit<Message, "frame">>): Uint8Array | null {
    const letter = { ...message, ...change };
    const identity = this.#identities.get(letter.from);
    const key = this.#rooms.get(letter.groupId);
    return identity === undefined || key === undefined ? null : sealFrame(identity, key, letter, this.#rng);
  }

  /** A new frame of one of the identities, beside what its party says. */
  write(
    like: Pick<Message, "groupId" | "roundId" | "epoch" | "from">,
    kind: Kind,
    payload: Uint8Array,
    to: PartyId = ALL,
  ): Uint8Array | null {
    const identity = this.#identities.get(like.from);
    const key = this.#rooms.get(like.groupId);
    if (identity === undefined || key === undefined) return null;
    const { groupId, roundId, epoch } = like;
    const id = msgId(this.#rng(16));
    const letter = { kind, groupId, roundId, epoch, to, counter: 0n, msgId: id, payload };
    return sealFrame(identity, key, letter, this.#rng);
  }

  /** A frame in somebody else's name: sealed as a member can, signed with a key that is not theirs. */
  forge(like: Omit<Message, "frame" | "payload">, kind: Kind, payload: Uint8Array): Uint8Array | null {
    const [own] = this.#identities.values();
    const key = this.#rooms.get(like.groupId);
    if (own === undefined || key === undefined || (like.to !== ALL && !isRoomSealed(kind))) return null;
    const { groupId, roundId, epoch, to, from, counter } = like;
    const id = msgId(this.#rng(16));
    const letter = { kind, groupId, roundId, epoch, to, counter, msgId: id, payload };
    const inOurName = sealFrame(own, key, letter, this.#rng);
    if (inOurName === null) return null;
    const read = readFrame(inOurName);
    if (typeof read === "string") return null;
    const fields = { ...read.parts, from: bytesOf(from) };
    const sealed = seal(broadcastKey(key, fields), payload, headerBytes(fields), this.#rng);
    return encodeFrame({ ...fields, payload: sealed, signature: this.#rng(64) });
  }
}
