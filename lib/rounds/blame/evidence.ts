import * as P from "micro-packed";
import { hashCoder, partyCoder } from "../core/coders.ts";
import { bounded, type Codec, codec, fixed, listOf } from "../core/codec.ts";
import type { Hash, PartyId } from "../core/names.ts";
import { MAX_SEATS, MAX_WEIGHT, type Roster, rosterCodec } from "../core/roster.ts";
import { MAX_EVIDENCE } from "../keygen/messages.ts";

/** Two frames of a kind that an honest seat signs once per round and recipient. */
export interface EquivocationEvidence {
  readonly first: Uint8Array;
  readonly second: Uint8Array;
}

/** PUBLIC_SHARES that are wrong by themselves. */
export interface PublicSharesEvidence {
  readonly broadcastKey: Uint8Array;
  readonly frame: Uint8Array;
}

/** PRIVATE_SHARES that do not open, or hold wrong shares, under the round the dealer itself signed. */
export interface PrivateSharesEvidence {
  readonly frame: Uint8Array;
  /** e of the accuser. */
  readonly encryptionSecret: Uint8Array;
  /** Content hashes of all PUBLIC_SHARES, in seat order: they hash to what the dealer signed. */
  readonly contents: readonly Hash[];
  /** Payloads behind two of those hashes. */
  readonly dealerShares: Uint8Array;
  readonly accuserShares: Uint8Array;
}

/** A DKG_END whose signature or revealed r is wrong. */
export interface EndEvidence {
  readonly broadcastKey: Uint8Array;
  readonly publicShares: Uint8Array;
  readonly end: Uint8Array;
}

/** A DKG_END that claims verifying shares which do not follow from the first round it signs for. */
export interface VerifyingSharesEvidence {
  readonly broadcastKey: Uint8Array;
  readonly end: Uint8Array;
  /** Payloads of all PUBLIC_SHARES in seat order: they hash to the round1Hash in the DKG_END. */
  readonly publicShares: readonly Uint8Array[];
}

/** A share of the proof of life that its own signer's verifying shares refuse. */
export interface LifeShareEvidence {
  readonly broadcastKey: Uint8Array;
  /** The culprit's DKG_END: its verifying shares. */
  readonly end: Uint8Array;
  /** The culprit's LIFE_SHARE. */
  readonly share: Uint8Array;
  readonly groupPublicKey: Uint8Array;
  /** What the share was made over: commitments by seat. */
  readonly commitments: readonly (readonly Uint8Array[])[];
}

/** Evidence of the signing machines, in their own encoding, with the key by which it is judged. */
export interface SigningEvidence {
  readonly broadcastKey: Uint8Array;
  /** The culprit's DKG_END: its verifying shares, and the group key it locked. */
  readonly end: Uint8Array;
  readonly groupPublicKey: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Why somebody is convicted, with everything that shows it. */
export type Evidence = { readonly roster: Roster; readonly accused: PartyId } & (
  | { readonly tag: "equivocation"; readonly body: EquivocationEvidence }
  | { readonly tag: "publicShares"; readonly body: PublicSharesEvidence }
  | { readonly tag: "privateShares"; readonly body: PrivateSharesEvidence }
  | { readonly tag: "end"; readonly body: EndEvidence }
  | { readonly tag: "verifyingShares"; readonly body: VerifyingSharesEvidence }
  | { readonly tag: "lifeShare"; readonly body: LifeShareEvidence }
  | { readonly tag: "signing"; readonly body: SigningEvidence }
);
export type EvidenceTag = Evidence["tag"];

const frame = bounded(MAX_EVIDENCE);
const bodies = {
  equivocation: P.struct({ first: frame, second: frame }),
  publicShares: P.struct({ broadcastKey: fixed(32), frame }),
  privateShares: P.struct({
    frame,
    encryptionSecret: fixed(32),
    contents: listOf(MAX_SEATS, hashCoder),
    dealerShares: frame,
    accuserShares: frame,
  }),
  end: P.struct({ broadcastKey: fixed(32), publicShares: frame, end: frame }),
  verifyingShares: P.struct({ broadcastKey: fixed(32), end: frame, publicShares: listOf(MAX_SEATS, frame) }),
  lifeShare: P.struct({
    broadcastKey: fixed(32),
    end: frame,
    share: frame,
    groupPublicKey: fixed(33),
    commitments: listOf(MAX_SEATS, listOf(MAX_WEIGHT, bounded(240))),
  }),
  signing: P.struct({ broadcastKey: fixed(32), end: frame, groupPublicKey: fixed(33), bytes: frame }),
};

const rosterBytes: P.CoderType<Roster> = P.apply(bounded(rosterCodec.maxBytes), {
  encode: (bytes) => {
    const decoded = rosterCodec.decode(bytes);
    if (!decoded.ok) throw new RangeError("no roster");
    return decoded.value;
  },
  decode: (roster: Roster) => rosterCodec.encode(roster),
});

const tagged = P.mappedTag(P.U8, {
  equivocation: [0x01, bodies.equivocation],
  publicShares: [0x02, bodies.publicShares],
  privateShares: [0x03, bodies.privateShares],
  end: [0x04, bodies.end],
  lifeShare: [0x05, bodies.lifeShare],
  signing: [0x06, bodies.signing],
  verifyingShares: [0x07, bodies.verifyingShares],
});

/** Self-contained: whoever has these bytes can check them with `verifyBlame`, and needs nothing else. */
export const evidenceCodec: Codec<Evidence> = codec(
  MAX_EVIDENCE,
  P.apply(P.struct({ roster: rosterBytes, accused: partyCoder, charge: tagged }), {
    encode: ({ roster, accused, charge }): Evidence =>
      ({ roster, accused, tag: charge.TAG, body: charge.data }) as Evidence,
    decode: ({ roster, accused, tag, body }: Evidence) => ({
      roster,
      accused,
      charge: { TAG: tag, data: body } as P.UnwrapCoder<typeof tagged>,
    }),
  }),
);
