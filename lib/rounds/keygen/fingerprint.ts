import { given } from "../core/given.ts";
import type { Roster } from "../core/roster.ts";
import { keysOf } from "../core/roster.ts";
import { type Certificate, certificateKeyHash } from "./certificate.ts";
import { fingerprintBits } from "./hashes.ts";
import { words } from "./words.ts";

/** What people compare before an address is shown; all three say the same thing. */
export interface Fingerprint {
  /** "2-of-3", in keys. */
  readonly quorum: string;
  /** "ab12 cd34" */
  readonly hex: string;
  /** Four words for the same 32 bits. */
  readonly words: readonly string[];
}

/** The fingerprint of a certified key: nobody could choose its bits, as every r was committed to before any was shown. */
export function fingerprintOf(roster: Roster, certificate: Certificate): Fingerprint {
  const bits = fingerprintBits(
    certificateKeyHash(certificate),
    certificate.parts.map((part) => part.reveal),
  );
  const hex = [...bits].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return {
    quorum: `${roster.threshold}-of-${keysOf(roster)}`,
    hex: `${hex.slice(0, 4)} ${hex.slice(4)}`,
    words: [...bits].map((byte) => given(words[byte], "a word per byte")),
  };
}
