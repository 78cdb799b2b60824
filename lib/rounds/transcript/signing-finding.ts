import { identifierFromNumber, parseCompressed, PublicKeyPackage, secp256k1Tr } from "../../frost/index.ts";
import type { Message } from "../core/machine.ts";
import type { Hash, MsgId, PartyId } from "../core/names.ts";
import { groupIdOf, keysOf, type Roster } from "../core/roster.ts";
import { type Certificate, isCertificateOf } from "../keygen/certificate.ts";
import type { Operation } from "../operation/operation.ts";
import { areSignatures } from "../signing/checks.ts";
import type { SigningGroup } from "../signing/context.ts";
import {
  digestReason,
  nonceRequest,
  signed,
  signShareRequest,
  signShareResponse,
} from "../signing/messages.ts";
import { packageHash } from "../signing/package.ts";
import { operationDigest, type SigningRequest } from "../signing/request.ts";
import type { Transcript } from "./transcript.ts";

/** One request of a signing round. */
export interface RequestFinding {
  readonly digest: Hash;
  readonly coordinator: PartyId;
  readonly operation: Operation;
  readonly expiry: number;
  /** Seats that signed a share for it. */
  readonly answeredBy: readonly PartyId[];
  readonly refusedBy: readonly PartyId[];
  readonly cancelled: boolean;
  /** The signatures, where they are right under the certified key for every message; null otherwise. */
  readonly signatures: readonly Uint8Array[] | null;
}

export interface SigningFinding {
  /** The certificate in the transcript is one of this roster. */
  readonly certified: boolean;
  readonly requests: readonly RequestFinding[];
  /** Messages that are signed and wrong. */
  readonly wrong: readonly MsgId[];
}

/** Q with no verifying shares of its own: enough to check signatures, and nothing else is asked of it here. */
function signingGroup(roster: Roster, certificate: Certificate | null): SigningGroup | null {
  const parsed = certificate === null ? null : parseCompressed(certificate.groupPublicKey);
  if (certificate === null || !parsed?.ok || !isCertificateOf(roster, certificate)) return null;
  const identifiers = Array.from({ length: keysOf(roster) }, (_, i) => identifierFromNumber(i + 1));
  const publicKeyPackage = new PublicKeyPackage({
    suite: secp256k1Tr,
    keyKind: "output",
    threshold: roster.threshold,
    identifiers,
    verifyingKey: parsed.points,
    verifyingShares: new Map(identifiers.map((identifier) => [identifier, parsed.points])),
  });
  return { groupId: groupIdOf(roster), roster, key: { publicKeyPackage } };
}

export function readSigning(transcript: Transcript, messages: readonly Message[]): SigningFinding {
  const group = signingGroup(transcript.roster, transcript.certificate);
  const wrong: MsgId[] = [];
  const requests = new Map<Hash, SigningRequest>();
  const packages = new Set<Hash>();
  for (const message of messages) {
    if (message.kind !== "NONCE_REQUEST" && message.kind !== "SIGN_SHARE_REQUEST") continue;
    const { kind, payload } = message;
    if (kind === "SIGN_SHARE_REQUEST") {
      const asked = signShareRequest.decode(payload, message);
      if (asked === null) wrong.push(message.msgId);
      else {
        requests.set(operationDigest(asked.request), asked.request);
        packages.add(packageHash(asked));
      }
    } else {
      const asked = nonceRequest.decode(payload, message);
      if (asked === null) wrong.push(message.msgId);
      else if (asked.request !== null) requests.set(operationDigest(asked.request), asked.request);
    }
  }
  return {
    certified: group !== null,
    requests: [...requests].map(([digest, request]) =>
      findingOf(group, digest, request, packages, messages, wrong),
    ),
    wrong,
  };
}

function findingOf(
  group: SigningGroup | null,
  digest: Hash,
  request: SigningRequest,
  packages: ReadonlySet<Hash>,
  messages: readonly Message[],
  wrong: MsgId[],
): RequestFinding {
  const answered = new Set<PartyId>();
  const refused = new Set<PartyId>();
  let cancelled = false;
  let signatures: readonly Uint8Array[] | null = null;
  for (const message of messages) {
    const { kind, payload, from } = message;
    if (kind === "SIGN_SHARE_RESPONSE") {
      const response = signShareResponse.decode(payload, message);
      if (response?.digest === digest && packages.has(response.packageHash)) answered.add(from);
    } else if (kind === "REFUSE") {
      if (digestReason.decode(payload, message)?.digest === digest) refused.add(from);
    } else if (kind === "CANCEL") {
      cancelled ||= from === request.coordinator && digestReason.decode(payload, message)?.digest === digest;
    } else if (kind === "SIGNED") {
      const result = signed.decode(payload, message);
      if (result?.digest !== digest) continue;
      if (group !== null && areSignatures(group, request, result.signatures)) signatures = result.signatures;
      else wrong.push(message.msgId);
    }
  }
  const { coordinator, operation, expiry } = request;
  return {
    digest,
    coordinator,
    operation,
    expiry,
    answeredBy: [...answered],
    refusedBy: [...refused],
    cancelled,
    signatures,
  };
}
