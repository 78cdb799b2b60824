import type { Kind } from "../core/kind.ts";

const keygenKinds: ReadonlySet<Kind> = new Set([
  "DKG_BEGIN",
  "DKG_PUBLIC_SHARES",
  "DKG_PRIVATE_SHARES",
  "DKG_END",
  "DKG_QUERY",
  "CERTIFICATE",
  "CERTIFIED",
  "LIFE_NONCE",
  "LIFE_SHARE",
  "FINGERPRINT_VERDICT",
  "ABORT",
  "BLAME",
]);
const signingKinds: ReadonlySet<Kind> = new Set([
  "NONCE_REQUEST",
  "NONCE_RESPONSE",
  "SIGN_SHARE_REQUEST",
  "SIGN_SHARE_RESPONSE",
  "SIGNED",
  "REFUSE",
  "CANCEL",
  "NONCES_LOST",
  "BLAME",
]);

/** Kinds that key generation answers. */
export const isForKeygen = (kind: Kind): boolean => keygenKinds.has(kind);
/** Kinds that signing answers. */
export const isForSigning = (kind: Kind): boolean => signingKinds.has(kind);
