import type { PointVector } from "../math/index.ts";
import type { Bytes } from "../suite/bytes.ts";
import { tapTweak, tweakPoints } from "../keygen/tweak.ts";
import type { Suite } from "../suite/suite.ts";

/**
 * What is added to the group key for one message (BIP-341). "none": the key as it is. "merkleRoot": the key tweaked
 * once more, with `root` of 32 bytes, or of none for an output without scripts.
 */
export type Tweak = { readonly kind: "none" } | { readonly kind: "merkleRoot"; readonly root: Bytes };

export const noTweak: Tweak = Object.freeze({ kind: "none" });

/**
 * The key a message is signed under, and how the group's polynomial p maps to that key's: (negate ? −1 : 1)·p + shift.
 */
export interface EffectiveKey {
  readonly key: PointVector;
  readonly negate: boolean;
  readonly shift: bigint;
}

/**
 * The effective key for `tweak`, with even y in the taproot suite (BIP-340), or null where BIP-341 fails: a root of
 * another length, a tweak out of range, an identity, or any tweak in the plain suite.
 */
export function effectiveKey(suite: Suite, groupKey: PointVector, tweak: Tweak): EffectiveKey | null {
  if (!suite.taproot) return tweak.kind === "none" ? { key: groupKey, negate: false, shift: 0n } : null;
  const first = !groupKey.hasEvenY();
  if (tweak.kind === "none") return { key: first ? groupKey.negate() : groupKey, negate: first, shift: 0n };
  if (tweak.root.length !== 32 && tweak.root.length !== 0) return null;
  const scalar = tapTweak(groupKey, tweak.root);
  /* v8 ignore next -- needs a hash not below the group order */
  if (scalar === null) return null;
  const tweaked = tweakPoints(groupKey, { negate: first, scalar });
  if (tweaked.isIdentity()) return null;
  const second = !tweaked.hasEvenY();
  return second
    ? { key: tweaked.negate(), negate: !first, shift: -scalar }
    : { key: tweaked, negate: first, shift: scalar };
}
