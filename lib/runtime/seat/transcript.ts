import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { z } from "zod";
import { sameBytes } from "../../rounds/core/codec.ts";
import {
  type Certificate,
  certificateCodec,
  certifiedOf,
  type Fingerprint,
  fingerprintOf,
  type GroupState,
  groupIdOf,
  isCertificateOf,
  type Roster,
  rosterCodec,
} from "../../rounds/index.ts";
import { fingerprintCommitmentOf } from "../../rounds/keygen/hashes.ts";
import { heardOf, type Inbox, shelfOf } from "../../rounds/keygen/inbox.ts";
import { publicRound } from "../../rounds/keygen/public-round.ts";
import type { Rng } from "../ports/rng.ts";

/** Longest file that is read, characters: 300 seats with a threshold of 1000 stay below. */
const longestFile = 64 * 1024 * 1024;
const version = 1;

const hex = z.string().regex(/^(?:[0-9a-f]{2})*$/);
const fileSchema = z.strictObject({
  hoarfrost: z.literal("transcript"),
  version: z.literal(version),
  roster: hex,
  certificate: hex,
  /** What each seat dealt to all, in seat order; empty where the tab that wrote the file does not hold it. */
  publicShares: z.array(hex).max(300),
});

/** What a transcript holds, read and not yet checked. */
export interface Transcript {
  readonly roster: Roster;
  readonly certificate: Certificate;
  readonly publicShares: readonly Uint8Array[];
}

/**
 * The public record of how a key was made, as a file: the roster, the certificate that every seat signed, and what
 * every seat dealt to all. The certificate's signatures cover the rest through its hashes. It holds no secret, and
 * nothing that opens the group's other messages.
 * @returns null before there is a certificate
 */
export function transcriptText(group: GroupState): string | null {
  const state = group.keygen ?? group.keygenCoordinator;
  const certified = state === null ? null : certifiedOf(state);
  if (state === null || certified === null) return null;
  const { roster } = group.sealed;
  const heard = heardOf(state.inboxes.get(certified.roundId), "DKG_PUBLIC_SHARES");
  const dealt = roster.seats.flatMap(({ identity }) => heard.get(identity)?.payload ?? []);
  const file: z.infer<typeof fileSchema> = {
    hoarfrost: "transcript",
    version,
    roster: bytesToHex(rosterCodec.encode(roster)),
    certificate: bytesToHex(certificateCodec.encode(certified.certificate)),
    publicShares: dealt.length === roster.seats.length ? dealt.map(bytesToHex) : [],
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}

export type TranscriptFault = "unreadable" | "newer";

/** Reads a file. Never throws. */
export function readTranscript(bytes: Uint8Array): Transcript | TranscriptFault {
  if (bytes.length > longestFile) return "unreadable";
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return "unreadable";
  }
  const named = z
    .object({ hoarfrost: z.literal("transcript"), version: z.int().positive() })
    .safeParse(value);
  if (named.success && named.data.version > version) return "newer";
  const file = fileSchema.safeParse(value);
  if (!file.success) return "unreadable";
  const roster = rosterCodec.decode(hexToBytes(file.data.roster));
  const certificate = certificateCodec.decode(hexToBytes(file.data.certificate));
  if (!roster.ok || !certificate.ok) return "unreadable";
  return {
    roster: roster.value,
    certificate: certificate.value,
    publicShares: file.data.publicShares.map(hexToBytes),
  };
}

/** What was found in a transcript. Each part is computed again here; null is what the file does not hold. */
export interface TranscriptResult {
  readonly group: boolean;
  readonly signed: boolean;
  readonly proofs: boolean | null;
  readonly key: boolean | null;
  readonly reveals: boolean | null;
  readonly code: Fingerprint;
}

/** Checks a transcript from its parts alone. The randomness mixes the batch check of all proofs. */
export function checkTranscript(
  { roster, certificate, publicShares }: Transcript,
  rng: Rng,
): TranscriptResult {
  const group = certificate.groupId === groupIdOf(roster);
  const whole = certificate.parts.length === roster.seats.length;
  return {
    group,
    signed: group && whole && isCertificateOf(roster, certificate),
    ...(publicShares.length === 0
      ? { proofs: null, key: null, reveals: null }
      : checkDealt({ roster, certificate, publicShares }, rng)),
    code: fingerprintOf(roster, certificate),
  };
}

function checkDealt(
  { roster, certificate, publicShares }: Transcript,
  rng: Rng,
): Record<"proofs" | "key" | "reveals", boolean> {
  const nothing = { proofs: false, key: false, reveals: false };
  if (publicShares.length !== roster.seats.length) return nothing;
  const inbox = inboxOf(roster, publicShares);
  const context = {
    groupId: groupIdOf(roster),
    roster,
    me: roster.coordinator,
    alarm: false,
  };
  const dealt = publicRound(context, certificate.roundId, inbox, (length) => rng.bytes(length));
  if (dealt.tag !== "complete") return nothing;
  const { round } = dealt;
  return {
    proofs: round.round1Hash === certificate.round1Hash,
    key: sameBytes(round.key.verifyingKey.toCompressed(), certificate.groupPublicKey),
    reveals: roster.seats.every(({ identity }, i) => {
      const reveal = certificate.parts[i]?.reveal;
      const committed = round.dealt.get(identity)?.fingerprintCommitment;
      return (
        reveal !== undefined &&
        committed !== undefined &&
        sameBytes(fingerprintCommitmentOf(identity, reveal), committed)
      );
    }),
  };
}

const noMessage = "0".repeat(32) as NonNullable<ReturnType<ReturnType<typeof heardOf>["get"]>>["msgId"];

function inboxOf(roster: Roster, publicShares: readonly Uint8Array[]): Inbox {
  const kind = "DKG_PUBLIC_SHARES";
  const heard = roster.seats.map(({ identity: from }, i) => {
    const payload = publicShares[i] ?? new Uint8Array();
    return [from, { kind, from, payload, msgId: noMessage, at: 0, frame: new Uint8Array() }] as const;
  });
  return new Map([[shelfOf(kind), new Map(heard)]]);
}
