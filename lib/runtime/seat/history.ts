import { bytesToHex } from "@noble/hashes/utils.js";
import type { PublicKeyPackage } from "../../frost/index.ts";
import type { Hash, PartyId } from "../../rounds/core/names.ts";
import { identifierNumbers } from "../../rounds/core/roster.ts";
import { openSigned, readFrame } from "../../rounds/envelope/frames.ts";
import { type GroupState, type Party, signingContext } from "../../rounds/index.ts";
import type { LiveRequest, Session } from "../../rounds/signing/coordinator-state.ts";
import { digestReason, noncesLost, signShareRequest } from "../../rounds/signing/messages.ts";
import { packageHash, type SigningPackage } from "../../rounds/signing/package.ts";
import { operationDigest } from "../../rounds/signing/request.ts";
import { openSessions } from "../../rounds/signing/scheme.ts";
import type { FrameLog, LoggedFrame } from "./frame-log.ts";

/** What one seat was seen to do in one request. Times are this device's clock (ms). */
export interface SeatRecord {
  readonly approvedAt?: number;
  readonly refusedAt?: number;
  readonly reason?: string;
  /** It lost its one-time numbers, which happens on a reload. */
  readonly lostAt?: number;
  /** Its share came in; known to the tab that coordinates. */
  readonly shareAt?: number;
  /** Its share is proven wrong. */
  readonly wrongAt?: number;
}

/** One session of a request: who was asked for a share. */
export interface SessionRecord {
  readonly number: number;
  readonly at: number;
  readonly members: readonly PartyId[];
  readonly packageHash: Hash;
  /** R of its first signature, x in hex: the first half of a signature that came out of it. */
  readonly r: string;
}

/**
 * What happened in one request, as this device saw it. The protocol's state holds what must be true; this holds
 * when it came about and who was seen doing what, for people to read. Nothing is decided by it.
 */
export interface RequestRecord {
  readonly askedAt: number;
  readonly endedAt?: number;
  readonly signed?: boolean;
  readonly seats: ReadonlyMap<PartyId, SeatRecord>;
  readonly sessions: readonly SessionRecord[];
  /** Who made the signature; absent where this device cannot tell. */
  readonly signedBy?: readonly PartyId[];
  /** Every one-time number was announced before the request. */
  readonly ahead?: boolean;
}

const MOST_REQUESTS = 500;
/** A coordinator that opens more than so many is not followed further. */
const MOST_SESSIONS = 100;

const blank = (askedAt: number): RequestRecord => ({ askedAt, seats: new Map(), sessions: [] });

/** The record of all requests of one seat. */
export class History {
  #requests: Map<Hash, RequestRecord>;
  #changed = false;
  /** What frames say, opened once; null where there is nothing to learn from one. */
  readonly #opened = new WeakMap<LoggedFrame, Told | null>();

  constructor(requests: ReadonlyMap<Hash, RequestRecord> = new Map()) {
    this.#requests = new Map(requests);
  }

  get requests(): ReadonlyMap<Hash, RequestRecord> {
    return this.#requests;
  }

  /**
   * Takes in what has happened since the last call: call it after each change of the party.
   * @returns true where there is something new to store
   */
  observe(party: Party, frames: FrameLog, now: number): boolean {
    this.#changed = false;
    for (const group of party.groups.values()) {
      const context = signingContext(party, group);
      if (context === null) continue;
      const key = context.key.publicKeyPackage;
      this.#observeOwn(party, group, now);
      this.#observeLed(group, key, now);
      this.#observeFrames(group, key, frames, now);
      this.#observeEnd(group, now);
    }
    while (this.#requests.size > MOST_REQUESTS) {
      const [oldest] = this.#requests.keys();
      if (oldest === undefined) break;
      this.#requests.delete(oldest);
    }
    return this.#changed;
  }

  #observeOwn(party: Party, { signer }: GroupState, now: number): void {
    const me = party.config.identity.id;
    for (const [digest, entry] of signer?.requests ?? []) {
      this.#know(digest, now);
      if (entry.tag === "approved") this.#seat(digest, me, { approvedAt: now });
      if (entry.tag === "refused") this.#seat(digest, me, { refusedAt: now, reason: entry.reason });
    }
  }

  #observeLed({ signing }: GroupState, key: PublicKeyPackage, now: number): void {
    for (const [digest, entry] of signing?.requests ?? []) {
      this.#know(digest, now);
      for (const seat of signing?.memory?.willing.get(digest) ?? [])
        this.#seat(digest, seat, { approvedAt: now });
      for (const [seat, standing] of entry.standings) {
        if (standing.tag === "refused") this.#seat(digest, seat, { refusedAt: now, reason: standing.reason });
        if (standing.tag === "excluded") this.#seat(digest, seat, { wrongAt: now });
        if (standing.tag === "unresponsive" || (standing.tag === "asked" && standing.reloads > 0))
          this.#seat(digest, seat, { lostAt: now });
      }
      for (const session of entry.sessions.values()) {
        const members = session.members.map(({ seat }) => seat);
        this.#session({ tag: "session", digest, opened: session, members }, key, now);
        for (const [seat, answer] of session.answers)
          if (answer.tag === "shares") this.#seat(digest, seat, { approvedAt: now, shareAt: now });
      }
    }
  }

  #observeFrames(group: GroupState, key: PublicKeyPackage, frames: FrameLog, now: number): void {
    for (const logged of frames.all) {
      if (logged.frame === undefined || logged.group !== group.sealed.groupId) continue;
      let told = this.#opened.get(logged);
      if (told === undefined) told = toldBy(group, logged.frame);
      // A frame may be here before the request that it is about: it is looked at again.
      const known = told !== null && this.#requests.has(told.digest);
      if (told !== null && known) this.#hear(told, key, now);
      this.#opened.set(logged, known ? null : told);
    }
  }

  #hear(told: Told, key: PublicKeyPackage, now: number): void {
    if (told.tag === "refused") this.#seat(told.digest, told.from, { refusedAt: now, reason: told.reason });
    else if (told.tag === "lost") this.#seat(told.digest, told.from, { lostAt: now });
    else this.#session(told, key, now);
  }

  #observeEnd({ signer, signing }: GroupState, now: number): void {
    for (const digest of new Set([...(signer?.requests.keys() ?? []), ...(signing?.requests.keys() ?? [])])) {
      const record = this.#requests.get(digest);
      const own = signer?.requests.get(digest);
      const led = signing?.requests.get(digest);
      if (record === undefined || record.signed === true) continue;
      const signed = led?.tag === "signed" ? led : own?.tag === "signed" ? own : null;
      if (signed !== null) {
        const r = bytesToHex(signed.signatures[0]?.subarray(0, 32) ?? new Uint8Array());
        const made = record.sessions.find((session) => session.r === r);
        const session = made === undefined ? undefined : led?.sessions.get(made.number);
        const ahead = led !== undefined && session !== undefined && wereAhead(led, session);
        const signedBy = made === undefined ? {} : { signedBy: made.members };
        this.#put(digest, { ...record, endedAt: now, signed: true, ahead, ...signedBy });
      } else if (record.endedAt === undefined && isOver(led?.tag ?? own?.tag))
        this.#put(digest, { ...record, endedAt: now });
    }
  }

  #know(digest: Hash, now: number): void {
    if (!this.#requests.has(digest)) this.#put(digest, blank(now));
  }

  /** The first time something was seen counts. */
  #seat(digest: Hash, seat: PartyId, seen: SeatRecord): void {
    const record = this.#requests.get(digest);
    if (record === undefined) return;
    const known = record.seats.get(seat) ?? {};
    const next = { ...seen, ...known };
    if (Object.keys(next).length === Object.keys(known).length) return;
    this.#put(digest, { ...record, seats: new Map(record.seats).set(seat, next) });
  }

  #session(
    { digest, opened, members }: Extract<Told, { tag: "session" }>,
    key: PublicKeyPackage,
    now: number,
  ): void {
    const record = this.#requests.get(digest);
    if (record === undefined || record.sessions.length >= MOST_SESSIONS) return;
    if (record.sessions.some(({ number }) => number === opened.session)) return;
    const [first] = openSessions(key, opened) ?? [];
    // A package that nobody can sign leads to nothing.
    if (first === undefined) return;
    const session: SessionRecord = {
      number: opened.session,
      at: now,
      members,
      packageHash: packageHash(opened),
      r: bytesToHex(first.groupCommitment.toXOnly()),
    };
    this.#put(digest, { ...record, sessions: [...record.sessions, session] });
  }

  #put(digest: Hash, record: RequestRecord): void {
    this.#requests.set(digest, record);
    this.#changed = true;
  }
}

type Told =
  | { readonly tag: "refused"; readonly digest: Hash; readonly from: PartyId; readonly reason: string }
  | { readonly tag: "lost"; readonly digest: Hash; readonly from: PartyId }
  | {
      readonly tag: "session";
      readonly digest: Hash;
      readonly opened: SigningPackage;
      readonly members: readonly PartyId[];
    };

function toldBy({ sealed }: GroupState, frame: Uint8Array): Told | null {
  const message = openSigned(frame, sealed.groupId, sealed.broadcastKey);
  if (typeof message === "string") return null;
  const { from, kind, payload } = message;
  switch (kind) {
    case "REFUSE": {
      const refusal = digestReason.decode(payload, message);
      return refusal === null ? null : { tag: "refused", from, ...refusal };
    }
    case "NONCES_LOST": {
      const lost = noncesLost.decode(payload, message);
      return lost === null ? null : { tag: "lost", from, digest: lost.digest };
    }
    case "SIGN_SHARE_REQUEST": {
      const asked = signShareRequest.decode(payload, message);
      if (asked === null) return null;
      const numbers = new Set(asked.commitmentList.map(({ identifier }) => identifier));
      const members = sealed.roster.seats
        .map(({ identity }) => identity)
        .filter((id) => identifierNumbers(sealed.roster, id).some((number) => numbers.has(number)));
      return { tag: "session", digest: operationDigest(asked.request), opened: asked, members };
    }
    default:
      return null;
  }
}

const isOver = (tag: string | undefined): boolean =>
  tag === "failed" || tag === "cancelled" || tag === "expired";

/** True where each member's numbers had been announced under another round than this request's. */
function wereAhead({ request }: LiveRequest, session: Session): boolean {
  return session.members.every(({ sources }) =>
    sources.every((source) => {
      const frame = readFrame(source);
      return typeof frame !== "string" && frame.roundId !== request.roundId;
    }),
  );
}
