import { schnorr } from "@noble/curves/secp256k1.js";
import { utf8 } from "@scure/base";
import { noTweak } from "../../frost/index.ts";
import type { Operation, OperationKind } from "./operation.ts";

/** Longest text, bytes of UTF-8: what a person can be expected to read before signing. */
export const MAX_TEXT_BYTES = 8_192;

/** Tag of the hash that stands for a text, so that no text is ever the hash of a transaction. */
export const TEXT_TAG = "hoarfrost/text/1";

/** The 32 bytes that are signed for a text: BIP-340 tagged hash of its UTF-8 bytes. */
export const textMessage = (text: string): Uint8Array =>
  schnorr.utils.taggedHash(TEXT_TAG, utf8.decode(text));

/** @returns null where the bytes are no UTF-8 */
function decodeText(body: Uint8Array): string | null {
  try {
    return utf8.encode(body);
  } catch {
    return null;
  }
}

/** A text people sign: "labelled, domain-separated". Anyone can verify it with `textMessage` and the group key. */
export const textOperation: OperationKind = {
  type: "text/1",
  check: (body) =>
    body.length === 0 || body.length > MAX_TEXT_BYTES || decodeText(body) === null
      ? "malformed-operation"
      : null,
  digest: (body) => [{ message: schnorr.utils.taggedHash(TEXT_TAG, body), tweak: noTweak }],
  view: (body) => ({
    title: "Sign a text message",
    fields: [{ label: "Text", value: decodeText(body) ?? "" }],
  }),
};

/** @throws TypeError where the text is empty, longer than `MAX_TEXT_BYTES` or no well-formed string */
export function textToSign(text: string): Operation {
  const body = utf8.decode(text);
  if (body.length === 0 || body.length > MAX_TEXT_BYTES)
    throw new TypeError(`a text has 1 to ${MAX_TEXT_BYTES} bytes, this one has ${body.length}`);
  return { type: textOperation.type, body };
}
