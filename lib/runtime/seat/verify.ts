import { schnorr } from "@noble/curves/secp256k1.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { keysOf } from "../../rounds/index.ts";
import { MAX_TEXT_BYTES, TEXT_TAG, textMessage } from "../../rounds/operation/text.ts";
import { type Rng, systemRng } from "../ports/rng.ts";
import type { ErrorCode } from "../views/errors.ts";
import type { VerifyInput, VerifyLine, VerifyView } from "../views/verify.ts";
import { groupAddress } from "./address.ts";
import type { Seat } from "./seat.ts";
import { checkTranscript, readTranscript, type Transcript, transcriptText } from "./transcript.ts";

type SignatureInput = Extract<VerifyInput, { kind: "signature" }>;

/** Checks a signature or a transcript, in this tab alone. Never throws: what cannot be read has an error code. */
export function verify(input: VerifyInput, rng: Rng = systemRng): VerifyView {
  if (input.kind === "signature") return verifySignature(input);
  const transcript = readTranscript(input.bytes);
  if (transcript === "newer") return unreadable("verify-newer");
  return transcript === "unreadable" ? unreadable("verify-unreadable") : verifyTranscript(transcript, rng);
}

const unreadable = (code: ErrorCode): VerifyView => ({
  stage: "idle",
  lines: [],
  error: { code, people: [] },
});

const line = (title: string, passed: boolean, yes: string, no: string): VerifyLine => ({
  title,
  state: passed ? "passed" : "refused",
  evidence: passed ? yes : no,
});

const isHex = (text: string, digits: number): boolean => text.length === digits && /^[0-9a-f]*$/.test(text);

function isPublicKey(hex: string): boolean {
  if (!isHex(hex, 64)) return false;
  try {
    schnorr.utils.lift_x(BigInt(`0x${hex}`));
    return true;
  } catch {
    return false;
  }
}

/** The 32 bytes that were signed, or null for no message. */
function signedHash({ form, value }: SignatureInput["message"]): Uint8Array | null {
  if (form === "digest") return isHex(value, 64) ? hexToBytes(value) : null;
  const bytes = new TextEncoder().encode(value).length;
  if (bytes === 0 || bytes > MAX_TEXT_BYTES) return null;
  try {
    return textMessage(value);
  } catch {
    // Half a surrogate pair: no text that could have been signed.
    return null;
  }
}

function verifySignature(input: SignatureInput): VerifyView {
  const { publicKey, signature } = input;
  const prefill = { prefill: input };
  if (!isPublicKey(publicKey)) return { ...unreadable("verify-key"), ...prefill };
  if (!isHex(signature, 128)) return { ...unreadable("verify-signature"), ...prefill };
  const message = signedHash(input.message);
  if (message === null) return { ...unreadable("verify-message"), ...prefill };
  const valid = schnorr.verify(hexToBytes(signature), message, hexToBytes(publicKey));
  const messageHash = bytesToHex(message);
  const hashed: VerifyLine =
    input.message.form === "text"
      ? { title: "Text hashed", state: "passed", evidence: `Under the label ${TEXT_TAG}: ${messageHash}` }
      : { title: "Hash taken as given", state: "passed", evidence: messageHash };
  return {
    stage: valid ? "valid" : "invalid",
    ...prefill,
    lines: [
      { title: "The key is a point of the curve", state: "passed", evidence: publicKey },
      hashed,
      line(
        "BIP-340 signature",
        valid,
        "The holder of this key signed this hash.",
        "It was not made by this key for this message.",
      ),
    ],
    summary: { what: "signature", publicKey, messageHash },
  };
}

function verifyTranscript(transcript: Transcript, rng: Rng): VerifyView {
  const { roster, certificate } = transcript;
  const found = checkTranscript(transcript, rng);
  const n = roster.seats.length;
  const xOnly = certificate.groupPublicKey.slice(1);
  const publicKey = bytesToHex(xOnly);
  const all = [found.group, found.signed, found.proofs ?? true, found.key ?? true, found.reveals ?? true];
  const valid = all.every(Boolean) && isPublicKey(publicKey);
  const dealt: VerifyLine[] =
    found.proofs === null
      ? []
      : [
          line(
            "What everybody dealt",
            found.proofs,
            `${n} of ${n} proofs fit, and they are what every member signed for.`,
            "A proof is wrong, or the messages are not those that the members signed for.",
          ),
          line(
            "The key",
            found.key === true,
            "It is the sum of what was dealt.",
            "It is not the sum of what was dealt.",
          ),
          line(
            "Numbers behind the code",
            found.reveals === true,
            "Each was committed to before any was shown, so nobody could choose the code.",
            "One was not the number that its member had committed to.",
          ),
        ];
  return {
    stage: valid ? "valid" : "invalid",
    lines: [
      line(
        "Settings",
        found.group,
        `${roster.threshold} of ${keysOf(roster)}, ${n} members; the certificate names exactly these.`,
        "The certificate is for other members or another threshold.",
      ),
      line(
        "Certificate",
        found.signed,
        `${n} of ${n} members signed this key.`,
        "A member’s signature under the key is missing or wrong.",
      ),
      ...dealt,
    ],
    summary: {
      what: "transcript",
      groupName: roster.name,
      publicKey,
      threshold: roster.threshold,
      total: keysOf(roster),
      people: roster.seats.map(({ name }, i) => ({ name, seat: i + 1, you: false })),
      // An address is something to pay to: only a key that everybody signed for has one.
      ...(valid
        ? {
            code: found.code.hex.replace(" ", ""),
            address: groupAddress({ keyKind: "output", xOnly }, roster.network),
          }
        : {}),
    },
  };
}

/** Name of the transcript's file: the group's name as far as every file system takes it, and the start of its id. */
export function transcriptName(groupName: string, groupId: string): string {
  const plain = groupName
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
  return `hoarfrost-${plain === "" ? "group" : plain}-${groupId.slice(0, 8)}.transcript.json`;
}

/** The transcript of a seat's key as a file to save; null before there is a certificate. */
export function transcriptFile({
  group,
}: Pick<Seat, "group">): { readonly name: string; readonly type: string; readonly text: string } | null {
  const text = group === null ? null : transcriptText(group);
  if (group === null || text === null) return null;
  const { roster, groupId } = group.sealed;
  return { name: transcriptName(roster.name, groupId), type: "application/json", text };
}
