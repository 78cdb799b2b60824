import type { Member } from "./member.ts";
import { hex } from "./rooms.ts";

/** A member and the connection it is on. */
export interface Present {
  readonly member: Member;
  /** Tells the connection why, and closes it. */
  close(code: "superseded" | "not-a-member"): void;
  /** Tells the connection who is there: 32 bytes for each identity. */
  tell(identities: Uint8Array): void;
}

/** How long arrivals and departures are collected before everybody is told. */
const TELL_AFTER_MS = 100;

/** Who is connected, by room and identity: one connection for each. */
export class Online {
  readonly #rooms = new Map<string, Map<string, Present>>();
  readonly #telling = new Set<string>();
  readonly #onEmpty: (room: Uint8Array) => void;
  #count = 0;

  /** @param onEmpty told when the last one leaves a room */
  constructor(onEmpty: (room: Uint8Array) => void) {
    this.#onEmpty = onEmpty;
  }

  get rooms(): number {
    return this.#rooms.size;
  }

  get members(): number {
    return this.#count;
  }

  has(room: Uint8Array): boolean {
    return this.#rooms.has(hex(room));
  }

  of(room: Uint8Array): readonly Present[] {
    return [...(this.#rooms.get(hex(room))?.values() ?? [])];
  }

  find(room: Uint8Array, recipient: Uint8Array): Member | null {
    return this.#rooms.get(hex(room))?.get(hex(recipient))?.member ?? null;
  }

  /** Takes a connection in; an earlier one of the same identity is told and closed. */
  enter(present: Present): void {
    const { room, key } = present.member;
    const name = hex(room.id);
    const there = this.#rooms.get(name) ?? new Map<string, Present>();
    this.#rooms.set(name, there);
    const earlier = there.get(key);
    there.set(key, present);
    if (earlier === undefined) this.#count++;
    else earlier.close("superseded");
    this.#tell(name);
  }

  /** Takes a connection out, unless another one of the same identity took its place. */
  leave(present: Present): void {
    const { room, key } = present.member;
    const name = hex(room.id);
    const there = this.#rooms.get(name);
    if (there?.get(key) !== present) return;
    there.delete(key);
    this.#count--;
    if (there.size === 0) {
      this.#rooms.delete(name);
      this.#onEmpty(room.id);
    } else this.#tell(name);
  }

  #tell(name: string): void {
    if (this.#telling.has(name)) return;
    this.#telling.add(name);
    setTimeout(() => {
      this.#telling.delete(name);
      const there = [...(this.#rooms.get(name)?.values() ?? [])];
      const identities = Buffer.concat(there.map(({ member }) => member.identity));
      for (const present of there) present.tell(identities);
    }, TELL_AFTER_MS).unref();
  }
}
