import type { Kind } from "../core/kind.ts";
import { isRoomSealed } from "../core/kind.ts";
import type { Message, Rng } from "../core/machine.ts";
import { ALL, msgId, type PartyId } from "../core/names.ts";
import { openBroadcast, openDirect, readFrame, sealFrame } from "../envelope/frames.ts";
import type { Identity } from "../envelope/identity.ts";

/** What whoever knows a group's key and some of its identities can read and write: the checks, and attackers. */
export class Insider {
  readonly #identities: ReadonlyMap<PartyId, Identity>;
  readonly #roomKey: Uint8Array;
  readonly #rng: Rng;
  readonly #opened = new WeakMap<Uint8Array, Message | null>();

  constructor(identities: readonly Identity[], roomKey: Uint8Array, rng: Rng) {
    this.#identities = new Map(identities.map((identity) => [identity.id, identity]));
    this.#roomKey = roomKey;
    this.#rng = rng;
  }

  /** The message in a frame, its signature unchecked; null where it cannot be read. */
  read(frame: Uint8Array): Message | null {
    const known = this.#opened.get(frame);
    if (known !== undefined) return known;
    const message = this.#read(frame);
    this.#opened.set(frame, message);
    return message;
  }

  #read(frame: Uint8Array): Message | null {
    const signed = readFrame(frame);
    if (typeof signed === "string") return null;
    if (signed.to === ALL || isRoomSealed(signed.kind)) {
      const opened = openBroadcast(signed, this.#roomKey);
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
    const { frame: _, ...letter } = { ...message, ...change };
    const identity = this.#identities.get(letter.from);
    return identity === undefined ? null : sealFrame(identity, this.#roomKey, letter, this.#rng);
  }

  /** A new frame of one of the identities, beside what its party says. */
  write(
    like: Pick<Message, "groupId" | "roundId" | "epoch" | "from">,
    kind: Kind,
    payload: Uint8Array,
    to: PartyId = ALL,
  ): Uint8Array | null {
    const identity = this.#identities.get(like.from);
    if (identity === undefined) return null;
    const { groupId, roundId, epoch } = like;
    const id = msgId(this.#rng(16));
    const letter = { kind, groupId, roundId, epoch, to, counter: 0n, msgId: id, payload };
    return sealFrame(identity, this.#roomKey, letter, this.#rng);
  }
}
