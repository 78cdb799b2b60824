import { JournalError } from "../core/journal.ts";
import type { Fact, Message } from "../core/machine.ts";
import type { MsgId, RoundId } from "../core/names.ts";

/** Signed frames by signing round and message, oldest round first. */
export type Archive = ReadonlyMap<RoundId, ReadonlyMap<MsgId, Uint8Array>>;

/** Rounds that stay when older ones are dropped, and how many more may gather before that happens. */
const KEPT_ROUNDS = 64;
const SPARE_ROUNDS = 16;
/** Most frames kept of one round: somebody who floods it fills no disk. */
const MAX_FRAMES = 2_048;

export interface ArchivedFact extends Fact {
  readonly tag: "archived";
  readonly roundId: RoundId;
  readonly msgId: MsgId;
  readonly frame: Uint8Array;
}

/** The fact that keeps a frame, or null where it is kept already or the round is full. */
export function archivedFact(
  archive: Archive,
  { roundId, msgId, frame }: Pick<Message, "roundId" | "msgId" | "frame">,
): ArchivedFact | null {
  const round = archive.get(roundId);
  if (round !== undefined && (round.has(msgId) || round.size >= MAX_FRAMES)) return null;
  return { tag: "archived", roundId, msgId, frame };
}

/** The archive with one more frame. @throws JournalError where the fact is not one of ours */
export function archived(archive: Archive, fact: Fact): Archive {
  const { roundId, msgId, frame } = fact;
  if (typeof roundId !== "string" || typeof msgId !== "string" || !(frame instanceof Uint8Array)) {
    throw new JournalError("an archived frame lacks its fields");
  }
  const round = new Map(archive.get(roundId as RoundId)).set(msgId as MsgId, frame);
  return new Map(archive).set(roundId as RoundId, round);
}

/** The oldest rounds, once there are so many that dropping them is worth rewriting the journal. */
export function outlived(archive: Archive): ReadonlySet<string> {
  if (archive.size <= KEPT_ROUNDS + SPARE_ROUNDS) return new Set();
  return new Set([...archive.keys()].slice(0, archive.size - KEPT_ROUNDS));
}
