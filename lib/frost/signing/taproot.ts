import { parseXOnly } from "../math/index.ts";
import { type Bytes, concatBytes } from "../suite/bytes.ts";
import { FrostUsageError } from "../suite/errors.ts";
import { secp256k1Tr } from "../suite/suite.ts";
import type { KeyKind } from "../keygen/packages.ts";
import { effectiveKey, noTweak, type Tweak } from "./tweak.ts";

/** A group key as scripts see it; every `PublicKeyPackage` of the taproot suite is one. */
export interface TaprootKey {
  readonly keyKind: KeyKind;
  /** 32 bytes */
  readonly xOnly: Bytes;
}

/**
 * How the group key is put into a script.
 * "outputKey": Q is the output key itself (`5120‖Q`). "tapscriptLeaf": Q is checked by a leaf script of another output,
 * `prefix ‖ <Q> OP_CHECKSIG`. "keyPath": Q is the internal key of an output with this merkle root (32 bytes), or of one
 * without scripts, `p2tr(Q)` (no bytes).
 */
export type TaprootSpend =
  | { readonly kind: "outputKey" }
  | { readonly kind: "tapscriptLeaf"; readonly prefix?: Bytes }
  | { readonly kind: "keyPath"; readonly merkleRoot: Bytes };

const OP_1 = 0x51;
const OP_CHECKSIG = 0xac;
const PUSH_32 = 0x20;

/**
 * The script that holds the key and the tweak to sign under, for each way to use it (BIP-341, BIP-342): the output
 * script of 34 bytes, or for "tapscriptLeaf" the leaf script.
 * @throws FrostUsageError where an internal key is asked to be an output key (it could hide a script path), for a merkle
 * root that has neither 32 bytes nor none, or a key that is no x coordinate
 */
export function taprootScript(
  key: TaprootKey,
  spend: TaprootSpend,
): { readonly script: Bytes; readonly tweak: Tweak } {
  const point = parseXOnly(key.xOnly);
  if (!point.ok || point.points.length !== 1) {
    throw new FrostUsageError("invalidParameters", "a taproot key is the x coordinate of a point, 32 bytes");
  }
  switch (spend.kind) {
    case "outputKey":
      if (key.keyKind !== "output") {
        throw new FrostUsageError(
          "wrongKeyKind",
          "an internal key is no output key: tweak it, or use keyPath",
        );
      }
      return { script: outputScript(key.xOnly), tweak: noTweak };
    case "tapscriptLeaf":
      return {
        script: concatBytes(
          spend.prefix ?? new Uint8Array(),
          Uint8Array.of(PUSH_32),
          key.xOnly,
          Uint8Array.of(OP_CHECKSIG),
        ),
        tweak: noTweak,
      };
    case "keyPath": {
      const tweak: Tweak = { kind: "merkleRoot", root: spend.merkleRoot.slice() };
      const effective = effectiveKey(secp256k1Tr, point.points, tweak);
      if (effective === null) {
        throw new FrostUsageError(
          "invalidParameters",
          "a merkle root has 32 bytes, or none for a key without scripts",
        );
      }
      return { script: outputScript(effective.key.toXOnly()), tweak };
    }
  }
}

function outputScript(xOnly: Bytes): Bytes {
  return concatBytes(Uint8Array.of(OP_1, PUSH_32), xOnly);
}
