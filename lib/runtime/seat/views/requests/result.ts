import { bytesToHex } from "@noble/hashes/utils.js";
import { verifySchnorr } from "../../../../frost/index.ts";
import { effectiveKey } from "../../../../frost/signing/tweak.ts";
import type { PartyId } from "../../../../rounds/index.ts";
import type { MessageToSign } from "../../../../rounds/operation/operation.ts";
import type { SigningContext } from "../../../../rounds/signing/context.ts";
import type { ResultView } from "../../../views/requests.ts";
import { verifyHref } from "../../verify-link.ts";
import { nameOf, personOf } from "../people.ts";
import { messageLabels } from "./labels.ts";
import type { RequestModel } from "./model.ts";
import type { OperationWords } from "./words.ts";

type Replaced = ResultView["replaced"][number];

/** What came out of a signed request; null before that. */
export function resultOf(model: RequestModel, words: OperationWords): ResultView | null {
  const { signatures, request, record, roster, me, context } = model;
  if (signatures === null) return null;
  const key = context.key.publicKeyPackage.xOnly;
  const took = record.signedBy ?? [];
  const valid = verdicts(context, request.messages, signatures);
  const labels = messageLabels(request.operation, request.messages.length);
  const link = (k: number): string => {
    const text = words.texts?.[k];
    const digest = bytesToHex(request.messages[k]?.message ?? new Uint8Array());
    return verifyHref({
      publicKey: bytesToHex(signingKey(context, request.messages[k]) ?? key),
      signature: bytesToHex(signatures[k] ?? new Uint8Array()),
      message: text === undefined ? { form: "digest", value: digest } : { form: "text", value: text },
    });
  };
  const finishedAt = record.endedAt ?? record.askedAt;
  return {
    signatures: request.messages.map((item, k) => ({
      label: labels[k] ?? "Message",
      messageHash: bytesToHex(item.message),
      signature: bytesToHex(signatures[k] ?? new Uint8Array()),
      verified: valid[k] === true,
      verifyHref: link(k),
    })),
    publicKey: bytesToHex(key),
    tookPart: took.map((id) => personOf(roster, id, me)),
    replaced: replacedBy(model, took),
    // Where this device cannot tell who signed, it cannot tell who was not needed either.
    notNeeded: model.answers.flatMap(({ id, state }) =>
      took.length > 0 && !took.includes(id) && state !== "refused" ? [personOf(roster, id, me)] : [],
    ),
    finishedAt,
    tookMs: Math.max(0, finishedAt - record.askedAt),
    noncesAhead: record.ahead === true,
  };
}

// Signatures never change, and their screen is drawn many times.
const verified = new WeakMap<readonly Uint8Array[], readonly boolean[]>();

/** BIP-340 verification of each signature, made here. */
function verdicts(
  context: SigningContext,
  messages: readonly MessageToSign[],
  signatures: readonly Uint8Array[],
): readonly boolean[] {
  let known = verified.get(signatures);
  if (known === undefined) {
    known = messages.map((item, k) => isSignature(context, item, signatures[k]));
    verified.set(signatures, known);
  }
  return known;
}

/** The x-only key a message is signed under: the group's, tweaked where the message asks for it. */
function signingKey({ key }: SigningContext, item: MessageToSign | undefined): Uint8Array | null {
  if (item === undefined) return null;
  const { suite, verifyingKey } = key.publicKeyPackage;
  return effectiveKey(suite, verifyingKey, item.tweak)?.key.toXOnly() ?? null;
}

function isSignature(
  context: SigningContext,
  item: MessageToSign,
  signature: Uint8Array | undefined,
): boolean {
  const key = signingKey(context, item);
  return key !== null && signature !== undefined && verifySchnorr(key, item.message, signature);
}

/** Seats that were asked for a share and did not give the one that counts, with who came in their place. */
function replacedBy({ record, roster }: RequestModel, took: readonly PartyId[]): readonly Replaced[] {
  if (took.length === 0) return [];
  const [first] = record.sessions.toSorted((a, b) => a.number - b.number);
  const asked = new Set(record.sessions.flatMap(({ members }) => members));
  const gone = [...asked].filter((id) => !took.includes(id));
  const came = took.filter((id) => first?.members.includes(id) !== true);
  return gone.map((id, index): Replaced => {
    const seen = record.seats.get(id) ?? {};
    const why =
      seen.wrongAt !== undefined
        ? "invalid-share"
        : seen.refusedAt !== undefined
          ? "refused"
          : seen.lostAt !== undefined
            ? "reloaded"
            : "silent";
    return { name: nameOf(roster, id), by: nameOf(roster, came[index] ?? came.at(-1) ?? took[0] ?? id), why };
  });
}
