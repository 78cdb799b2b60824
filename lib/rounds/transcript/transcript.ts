import * as P from "micro-packed";
import { bounded, type Codec, codec, fixed, listOf } from "../core/codec.ts";
import type { RoundId } from "../core/names.ts";
import { roundCoder } from "../core/coders.ts";
import { MAX_SEATS, type Roster, rosterCodec } from "../core/roster.ts";
import { type Certificate, certificateCodec } from "../keygen/certificate.ts";

/**
 * A round as it was signed: every frame that its members heard, with the key that opens the group's broadcasts. Whoever
 * gets it can read the round (not the shares) and check every claim about it, offline and without trusting the giver.
 */
export interface Transcript {
  readonly roster: Roster;
  /** One approval per seat, in seat order. */
  readonly approvals: readonly Uint8Array[];
  /** Of a signing round: the key that was signed with. Key generation shows its own. */
  readonly certificate: Certificate | null;
  readonly roundId: RoundId;
  readonly broadcastKey: Uint8Array;
  /** In the order in which the exporting party heard them. */
  readonly frames: readonly Uint8Array[];
}

const MAX_FRAMES = 65_535;
const MAX_BYTES = 256 * 1024 * 1024;

const rosterBytes: P.CoderType<Roster> = P.apply(bounded(rosterCodec.maxBytes), {
  encode: (bytes) => {
    const decoded = rosterCodec.decode(bytes);
    if (!decoded.ok) throw new RangeError("no roster");
    return decoded.value;
  },
  decode: (roster: Roster) => rosterCodec.encode(roster),
});

const optionalCertificate: P.CoderType<{ readonly value: Certificate | null }> = P.apply(
  bounded(certificateCodec.maxBytes),
  {
    encode: (bytes): { readonly value: Certificate | null } => {
      if (bytes.length === 0) return { value: null };
      const decoded = certificateCodec.decode(bytes);
      if (!decoded.ok) throw new RangeError("no certificate");
      return { value: decoded.value };
    },
    decode: ({ value }: { readonly value: Certificate | null }) =>
      value === null ? new Uint8Array() : certificateCodec.encode(value),
  },
);

/** A transcript as a file. */
export const transcriptCodec: Codec<Transcript> = codec(
  MAX_BYTES,
  P.apply(
    P.struct({
      magic: P.magicBytes("hoarfrost/transcript/1"),
      roster: rosterBytes,
      approvals: listOf(MAX_SEATS, fixed(64)),
      certificate: optionalCertificate,
      roundId: roundCoder,
      broadcastKey: fixed(32),
      frames: listOf(MAX_FRAMES, bounded(512 * 1024)),
    }),
    {
      encode: ({ roster, approvals, certificate, roundId, broadcastKey, frames }): Transcript => ({
        roster,
        approvals,
        certificate: certificate.value,
        roundId,
        broadcastKey,
        frames,
      }),
      decode: (transcript: Transcript) => ({
        ...transcript,
        certificate: { value: transcript.certificate },
        magic: undefined,
      }),
    },
  ),
);
