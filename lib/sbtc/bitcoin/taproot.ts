import { taprootNumsKey } from "@scure/btc-signer";
import { tapLeafHash } from "@scure/btc-signer/payment.js";
import { taprootTweakPubkey, tagSchnorr } from "@scure/btc-signer/utils.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { schnorr } from "@noble/curves/secp256k1.js";
import { sameBytes, toHex } from "../bytes.ts";
import { refuse } from "../refusal.ts";
import { taprootScript } from "./script.ts";

/** True for 32 bytes that are the x coordinate of a point of secp256k1. */
export function isXOnlyKey(bytes: Uint8Array): boolean {
  if (bytes.length !== 32) return false;
  try {
    schnorr.utils.lift_x(BigInt(`0x${toHex(bytes)}`));
    return true;
  } catch {
    return false;
  }
}

/** The key nobody holds (BIP 341's H): an output with it can only be spent by script. A fresh copy. */
export const numsKey = (): Uint8Array => taprootNumsKey();

/** A leaf that can be spent: its script, its hash, and the control block that proves it. */
export interface SpendableLeaf {
  readonly script: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly controlBlock: Uint8Array;
}

/** Two leaves under the NUMS key, both at depth 1 (spec §1.6). */
export interface TwoLeafOutput {
  /** The output script, `OP_1 <output key>`. */
  readonly script: Uint8Array;
  readonly first: SpendableLeaf;
  readonly second: SpendableLeaf;
}

/** Builds the output both commit formats use. */
export function twoLeafOutput(first: Uint8Array, second: Uint8Array): TwoLeafOutput {
  const hashes = [tapLeafHash(first), tapLeafHash(second)] as const;
  const [outputKey, parity] = taprootTweakPubkey(numsKey(), tapBranch(hashes[0], hashes[1]));
  const control = (sibling: Uint8Array): Uint8Array =>
    concatBytes(Uint8Array.of(0xc0 | parity), numsKey(), sibling);
  return {
    script: taprootScript(outputKey),
    first: { script: first, leafHash: hashes[0], controlBlock: control(hashes[1]) },
    second: { script: second, leafHash: hashes[1], controlBlock: control(hashes[0]) },
  };
}

/** BIP 341 branch hash: the smaller child first. */
export function tapBranch(a: Uint8Array, b: Uint8Array): Uint8Array {
  let i = 0;
  while (i < 31 && a[i] === b[i]) i++;
  const [left, right] = (a[i] ?? 0) <= (b[i] ?? 0) ? [a, b] : [b, a];
  return tagSchnorr("TapBranch", left, right);
}

/** What a control block says. */
export interface ControlBlock {
  readonly leafVersion: number;
  readonly parity: number;
  readonly internalKey: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/** @throws Refusal `controlBlockInvalid` for a length or key no control block has */
export function parseControlBlock(bytes: Uint8Array): ControlBlock {
  const depth = (bytes.length - 33) / 32;
  if (!Number.isInteger(depth) || depth < 0 || depth > 128)
    refuse("controlBlockInvalid", `a control block of ${bytes.length} bytes`);
  const internalKey = bytes.slice(1, 33);
  if (!isXOnlyKey(internalKey)) refuse("controlBlockInvalid", "the internal key is not on the curve");
  const first = bytes[0] ?? 0;
  return {
    leafVersion: first & 0xfe,
    parity: first & 1,
    internalKey,
    path: Array.from({ length: depth }, (_, i) => bytes.slice(33 + 32 * i, 65 + 32 * i)),
  };
}

/**
 * Checks that `outputScript` commits to `leaf` by this control block (BIP 341).
 * @returns the leaf hash, for the signing digest
 * @throws Refusal `controlBlockInvalid`, `commitmentMismatch`
 */
export function checkCommitment(
  outputScript: Uint8Array,
  leaf: Uint8Array,
  controlBlock: Uint8Array,
): Uint8Array {
  const control = parseControlBlock(controlBlock);
  const leafHash = tapLeafHash(leaf, control.leafVersion);
  const root = control.path.reduce<Uint8Array>((node, sibling) => tapBranch(node, sibling), leafHash);
  let outputKey: Uint8Array;
  let parity: number;
  try {
    [outputKey, parity] = taprootTweakPubkey(control.internalKey, root);
  } catch {
    return refuse("commitmentMismatch", "the internal key cannot be tweaked with this tree");
  }
  const matches =
    outputScript.length === 34 && outputScript[0] === 0x51 && sameBytes(outputScript.subarray(2), outputKey);
  if (!matches || parity !== control.parity)
    refuse("commitmentMismatch", "the output does not commit to this leaf");
  return leafHash;
}
