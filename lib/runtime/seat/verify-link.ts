import type { VerifyInput } from "../views/verify.ts";

type SignatureInput = Extract<VerifyInput, { kind: "signature" }>;

/** A signature as the verify page takes it. */
export type SignatureToVerify = Omit<SignatureInput, "kind">;

/** Longest fragment that is read: a text of the longest size, percent-encoded, and the rest. */
const longest = 40_000;

/** Link to the verify page: everything is in the fragment, so that no server sees it. */
export function verifyHref({ publicKey, signature, message }: SignatureToVerify): string {
  const fields = new URLSearchParams({ key: publicKey, sig: signature, [message.form]: message.value });
  return `/verify#${fields.toString()}`;
}

const isHex = (text: string | null, digits: number): text is string =>
  text !== null && text.length === digits && /^[0-9a-f]*$/.test(text);

/** Reads what `verifyHref` wrote. Never throws. @returns null where the fragment is empty or something else */
export function readVerifyFragment(fragment: string): SignatureInput | null {
  const text = fragment.startsWith("#") ? fragment.slice(1) : fragment;
  if (text.length === 0 || text.length > longest) return null;
  const fields = new URLSearchParams(text);
  const publicKey = fields.get("key");
  const signature = fields.get("sig");
  const words = fields.get("text");
  const digest = fields.get("digest");
  if (!isHex(publicKey, 64) || !isHex(signature, 128)) return null;
  if (words !== null && words !== "" && digest === null)
    return { kind: "signature", publicKey, signature, message: { form: "text", value: words } };
  if (words === null && isHex(digest, 64))
    return { kind: "signature", publicKey, signature, message: { form: "digest", value: digest } };
  return null;
}
