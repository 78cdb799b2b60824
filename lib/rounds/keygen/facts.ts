import {
  publicKeyPackageCodec,
  restoreKeyPackage,
  restoreRound1Secret,
  revealKeyPackage,
  revealRound1Secret,
  secp256k1Tr,
  type KeyMaterial,
} from "../../frost/index.ts";
import type { Kind } from "../core/kind.ts";
import { JournalError } from "../core/journal.ts";
import type { Hash, MsgId, PartyId, RoundId } from "../core/names.ts";
import type { StopReason } from "../core/reason.ts";
import { Secret } from "../core/secret.ts";
import { type Certificate, certificateCodec } from "./certificate.ts";
import type { Shelf } from "./inbox.ts";
import type { CertifiedKey, RoundSecrets } from "./state.ts";

/** What key generation keeps. Secrets lie in clear in `begun`, `locked` and `certified`: records are sealed whole. */
export type KeygenFact =
  | {
      readonly tag: "heard";
      readonly roundId: RoundId;
      readonly shelf: Shelf;
      readonly kind: Kind;
      readonly from: PartyId;
      readonly msgId: MsgId;
      readonly at: number;
      readonly payload: Uint8Array;
      readonly frame: Uint8Array;
    }
  | {
      readonly tag: "begun";
      readonly roundId: RoundId;
      readonly at: number;
      /** Of a seat; a coordinator without one holds none. */
      readonly polynomial: Uint8Array;
      readonly encryption: Uint8Array;
      readonly reveal: Uint8Array;
    }
  | { readonly tag: "observed"; readonly roundId: RoundId; readonly at: number }
  | {
      readonly tag: "round1";
      readonly roundId: RoundId;
      readonly at: number;
      readonly round1Hash: Hash;
      readonly keyHash: Hash;
    }
  | {
      readonly tag: "locked";
      readonly roundId: RoundId;
      readonly at: number;
      readonly round1Hash: Hash;
      readonly keyHash: Hash;
      readonly keyPackages: readonly Uint8Array[];
      readonly publicKeyPackage: Uint8Array;
    }
  | {
      readonly tag: "certified";
      readonly roundId: RoundId;
      readonly at: number;
      readonly keyHash: Hash;
      readonly certificate: Uint8Array;
      readonly keyPackages: readonly Uint8Array[];
      readonly publicKeyPackage: Uint8Array;
    }
  | { readonly tag: "lifeAttempt"; readonly attempt: number }
  | { readonly tag: "alive"; readonly at: number }
  | { readonly tag: "matches"; readonly at: number }
  | { readonly tag: "ready"; readonly at: number }
  | { readonly tag: "alarm"; readonly from: PartyId; readonly at: number }
  | { readonly tag: "unusable"; readonly at: number; readonly reason: StopReason }
  | {
      readonly tag: "stopped";
      readonly roundId: RoundId;
      readonly at: number;
      readonly reason: StopReason;
      readonly missing: readonly PartyId[];
    }
  | {
      readonly tag: "convicted";
      readonly culprit: PartyId;
      readonly roundId: RoundId;
      readonly evidence: Uint8Array;
      readonly at: number;
    };

export interface KeyBytes {
  readonly keyPackages: readonly Uint8Array[];
  readonly publicKeyPackage: Uint8Array;
}

export const keyBytes = (key: KeyMaterial): KeyBytes => ({
  keyPackages: key.keyPackages.map(revealKeyPackage),
  publicKeyPackage: publicKeyPackageCodec.encode(key.publicKeyPackage),
});

export const keyOfBytes = (bytes: KeyBytes): KeyMaterial => ({
  keyPackages: bytes.keyPackages.map(restoreKeyPackage),
  publicKeyPackage: publicKeyPackageCodec.decode(bytes.publicKeyPackage),
});

export const secretBytes = (secrets: RoundSecrets) => ({
  polynomial: revealRound1Secret(secp256k1Tr, secrets.polynomial),
  encryption: secrets.encryption.reveal(),
  reveal: secrets.reveal.reveal(),
});

export const secretsOf = (fact: KeygenFact & { tag: "begun" }): RoundSecrets => ({
  polynomial: restoreRound1Secret(fact.polynomial),
  encryption: new Secret(fact.encryption),
  reveal: new Secret(fact.reveal),
});

export function certificateOf(bytes: Uint8Array): Certificate {
  const decoded = certificateCodec.decode(bytes);
  if (!decoded.ok) throw new JournalError("a certificate in the journal is malformed");
  return decoded.value;
}

export const certifiedKeyOf = (fact: KeygenFact & { tag: "certified" }): CertifiedKey => ({
  roundId: fact.roundId,
  keyHash: fact.keyHash,
  certificate: certificateOf(fact.certificate),
  key: keyOfBytes(fact),
});
