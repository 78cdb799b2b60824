import { signedPart } from "../../wire/frame.ts";
import { sameBytes } from "../core/codec.ts";
import type { Kind } from "../core/kind.ts";
import type { Message } from "../core/machine.ts";
import type { MsgId, PartyId, RoundId } from "../core/names.ts";

/** A message kept for its round: it may have come before it is wanted, and it is never asked for twice. */
export interface Heard {
  readonly kind: Kind;
  readonly from: PartyId;
  readonly msgId: MsgId;
  /** When it came, by this party's clock (ms). */
  readonly at: number;
  readonly payload: Uint8Array;
  readonly frame: Uint8Array;
}

/** Where messages of one kind and turn are kept, one per sender. */
export type Shelf = string;

/** All that was heard of one round. */
export type Inbox = ReadonlyMap<Shelf, ReadonlyMap<PartyId, Heard>>;

export type Inboxes = ReadonlyMap<RoundId, Inbox>;

/** Most rounds of one group that are kept, begun or not. A coordinator that needs more makes a new group. */
export const MAX_ROUNDS = 8;
/** Most rounds not begun yet in which one sender may speak already. */
const MAX_EARLY_ROUNDS = 2;

/** @param turn tells apart what one sender may say several times: an attempt, a verdict */
export const shelfOf = (kind: Kind, turn: string | number = ""): Shelf => `${kind}/${turn}`;

/** Kinds of which an honest seat signs one per round and recipient, ever: two that differ convict it. */
const once: ReadonlySet<Kind> = new Set(["DKG_PUBLIC_SHARES", "DKG_PRIVATE_SHARES", "DKG_END"]);

export type Filing =
  /** Nothing of the kind was there. */
  | { readonly tag: "new" }
  /** The identical message was. */
  | { readonly tag: "again" }
  /** Another message was there; where its signer may sign one only, both frames together convict it. */
  | { readonly tag: "conflict"; readonly earlier: Heard; readonly convicts: boolean }
  /** There is no room for another round. */
  | { readonly tag: "full" };

const isBegun = (inbox: Inbox): boolean => heardOf(inbox, "DKG_BEGIN").size > 0;

/** Room for one more round: the coordinator may begin so many, and what others say too early may be of so many. */
function hasRoom(inboxes: Inboxes, { kind, from }: Message): boolean {
  const all = [...inboxes.values()];
  if (kind === "DKG_BEGIN") return all.filter(isBegun).length < MAX_ROUNDS;
  const early = all.filter(
    (inbox) => !isBegun(inbox) && [...inbox.values()].some((shelf) => shelf.has(from)),
  );
  return early.length < MAX_EARLY_ROUNDS;
}

export function fileUnder(inboxes: Inboxes, shelf: Shelf, message: Message): Filing {
  const inbox = inboxes.get(message.roundId);
  if (inbox === undefined || !isBegun(inbox)) {
    const known = inbox !== undefined && [...inbox.values()].some((one) => one.has(message.from));
    if (!known && !hasRoom(inboxes, message)) return { tag: "full" };
  }
  if (inbox === undefined) return { tag: "new" };
  const earlier = inbox.get(shelf)?.get(message.from);
  if (earlier === undefined) return { tag: "new" };
  return sameBytes(signedPart(earlier.frame), signedPart(message.frame))
    ? { tag: "again" }
    : { tag: "conflict", earlier, convicts: once.has(message.kind) };
}

/** The inboxes with one more message, in place of an earlier one of the same sender on that shelf. */
export function filed(inboxes: Inboxes, round: RoundId, shelf: Shelf, heard: Heard): Inboxes {
  const inbox = new Map(inboxes.get(round));
  inbox.set(shelf, new Map(inbox.get(shelf)).set(heard.from, heard));
  return new Map(inboxes).set(round, inbox);
}

const none: ReadonlyMap<PartyId, Heard> = new Map();

/** Everything of one kind and turn in a round, by sender. */
export const heardOf = (
  inbox: Inbox | undefined,
  kind: Kind,
  turn: string | number = "",
): ReadonlyMap<PartyId, Heard> => inbox?.get(shelfOf(kind, turn)) ?? none;
