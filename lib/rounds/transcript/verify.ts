import { verifyBlame } from "../blame/verify.ts";
import type { Kind } from "../core/kind.ts";
import type { Message } from "../core/machine.ts";
import { bytesOf, type GroupId, type MsgId, type PartyId, type RoundId } from "../core/names.ts";
import type { IgnoreReason } from "../core/reason.ts";
import { groupIdOf, isMember } from "../core/roster.ts";
import { openSigned } from "../envelope/frames.ts";
import { verifySignature } from "../envelope/identity.ts";
import { blame } from "../keygen/messages.ts";
import { type KeygenFinding, readKeygen } from "./keygen-finding.ts";
import { readSigning, type SigningFinding } from "./signing-finding.ts";
import type { Transcript } from "./transcript.ts";

/** What one frame of a transcript is. */
export type TranscriptEntry =
  | {
      readonly tag: "signed";
      readonly kind: Kind;
      readonly from: PartyId;
      /** The seat's name in the roster, "coordinator" for one without a seat. */
      readonly name: string;
      readonly msgId: MsgId;
      /** False where it is signed, and wrong by what everybody can check. */
      readonly valid: boolean;
    }
  /** Not a frame of this group and round, not signed by whom it names, or not to be opened: it says nothing. */
  | { readonly tag: "refused"; readonly reason: IgnoreReason };

/** What a transcript shows, and nothing that its giver merely claims. */
export interface TranscriptReport {
  readonly groupId: GroupId;
  readonly roundId: RoundId;
  /** Every seat approved this roster. */
  readonly approved: boolean;
  readonly entries: readonly TranscriptEntry[];
  readonly keygen: KeygenFinding;
  readonly signing: SigningFinding;
  /** Who is convicted by evidence in it. */
  readonly culprits: readonly PartyId[];
}

/** Checks a transcript offline: who said what, whether it was right, and what came of it. Never throws. */
export function verifyTranscript(transcript: Transcript): TranscriptReport {
  const { roster, approvals, roundId, broadcastKey, frames } = transcript;
  const groupId = groupIdOf(roster);
  const opened = frames.map((frame) => openFor(frame, groupId, roundId, broadcastKey));
  const messages = opened
    .filter((message) => typeof message !== "string")
    .filter((message) => isMember(roster, message.from));
  const keygen = readKeygen(transcript, messages);
  const signing = readSigning(transcript, messages);
  const wrong = new Set([...keygen.wrong, ...signing.wrong]);
  const culprits = new Set<PartyId>();
  for (const message of messages) {
    const decoded = message.kind === "BLAME" ? blame.decode(message.payload) : null;
    const verdict = decoded?.ok === true ? verifyBlame(decoded.value.evidence) : null;
    if (message.kind === "BLAME" && verdict === null) wrong.add(message.msgId);
    if (verdict !== null) culprits.add(verdict.culprit);
  }
  return {
    groupId,
    roundId,
    approved:
      approvals.length === roster.seats.length &&
      roster.seats.every(({ identity }, i) =>
        verifySignature("approval", [bytesOf(groupId)], approvals[i] ?? new Uint8Array(), identity),
      ),
    entries: opened.map((message): TranscriptEntry => {
      if (typeof message === "string") return { tag: "refused", reason: message };
      const { kind, from, msgId } = message;
      if (!isMember(roster, from)) return { tag: "refused", reason: "not-a-member" };
      const name = roster.seats.find((seat) => seat.identity === from)?.name ?? "coordinator";
      return { tag: "signed", kind, from, name, msgId, valid: !wrong.has(msgId) };
    }),
    keygen,
    signing,
    culprits: [...culprits],
  };
}

function openFor(
  frame: Uint8Array,
  groupId: GroupId,
  roundId: RoundId,
  broadcastKey: Uint8Array,
): Message | IgnoreReason {
  const message = openSigned(frame, groupId, broadcastKey);
  if (typeof message === "string") return message;
  return message.roundId === roundId ? message : "wrong-round";
}
