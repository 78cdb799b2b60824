import { concatBytes } from "@noble/hashes/utils.js";
import { refuse } from "../refusal.ts";
import { isOpSuccess, readPush } from "../bitcoin/script.ts";
import { isXOnlyKey } from "../bitcoin/taproot.ts";

const opDrop = 0x75;
const opCheckSig = 0xac;
const opCsv = 0xb2;
/** Relative lock times in blocks fit 16 bits (BIP 68). */
export const maxLockBlocks = 0xffff;
/** Longest script that may follow the lock in a reclaim leaf (spec §1.6). */
const maxReclaimRest = 2048;

/** `<32-byte key> CHECKSIG`, the tail of every leaf here. */
export const checkSigTail = (key: Uint8Array): Uint8Array => {
  if (!isXOnlyKey(key)) refuse("publicKeyInvalid", "not the 32 bytes of an x-only public key");
  return concatBytes(Uint8Array.of(0x20), key, Uint8Array.of(opCheckSig));
};

/** `<data> DROP <key> CHECKSIG`: the leaf that carries an operation. */
export const dataLeaf = (dataPush: Uint8Array, key: Uint8Array): Uint8Array =>
  concatBytes(dataPush, Uint8Array.of(opDrop), checkSigTail(key));

/** Splits `<data> DROP <key> CHECKSIG`. @throws Refusal `scriptMalformed`, `pushNotMinimal`, `publicKeyInvalid` */
export function readDataLeaf(leaf: Uint8Array): { readonly data: Uint8Array; readonly key: Uint8Array } {
  const { data, end } = readPush(leaf, 0, "scriptMalformed", "pushNotMinimal");
  const tail = leaf.subarray(end);
  if (tail.length !== 35 || tail[0] !== opDrop || tail[1] !== 0x20 || tail[34] !== opCheckSig) {
    refuse("scriptMalformed", "the leaf does not end in DROP <key> CHECKSIG");
  }
  const key = tail.slice(2, 34);
  if (!isXOnlyKey(key)) refuse("publicKeyInvalid", "the key of the leaf is not on the curve");
  return { data, key };
}

/** A number as script pushes it: OP_0, OP_1…OP_16, or the shortest CScriptNum. */
export function pushNumber(value: number): Uint8Array {
  if (value === 0) return Uint8Array.of(0);
  if (value <= 16) return Uint8Array.of(0x50 + value);
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.push(rest % 256);
  if ((bytes.at(-1) ?? 0) > 0x7f) bytes.push(0);
  return Uint8Array.of(bytes.length, ...bytes);
}

/** The reclaim leaf in production form: `<blocks> CSV DROP <key> CHECKSIG`. @throws Refusal `lockTimeInvalid`, `publicKeyInvalid` */
export function reclaimLeaf(blocks: number, key: Uint8Array): Uint8Array {
  if (!Number.isInteger(blocks) || blocks < 1 || blocks > maxLockBlocks) {
    refuse("lockTimeInvalid", `a lock of ${blocks} blocks; 1 to ${maxLockBlocks} are possible`);
  }
  return concatBytes(pushNumber(blocks), Uint8Array.of(opCsv, opDrop), checkSigTail(key));
}

/** What a reclaim leaf says. `rest` follows `CSV`; where it is `DROP <key> CHECKSIG`, `key` is that key. */
export interface ReclaimLeaf {
  readonly blocks: number;
  readonly rest: Uint8Array;
  readonly key: Uint8Array | null;
}

/**
 * Reads a reclaim leaf as the production signers do: a minimal block count, CSV, and a rest that cannot void the lock.
 * @throws Refusal `scriptMalformed`, `pushNotMinimal`, `lockTimeInvalid`
 */
export function readReclaimLeaf(leaf: Uint8Array): ReclaimLeaf {
  const first = leaf[0] ?? refuse("scriptMalformed", "an empty reclaim leaf");
  let blocks: number;
  let at = 1;
  if (first === 0) blocks = 0;
  else if (first >= 0x51 && first <= 0x60) blocks = first - 0x50;
  else {
    const { data, end } = readPush(leaf, 0, "scriptMalformed", "pushNotMinimal");
    if (data.length > 5) refuse("lockTimeInvalid", `a lock time of ${data.length} bytes`);
    blocks = data.reduce((sum, byte, i) => sum + byte * 256 ** i, 0);
    const shortest = pushNumber(blocks);
    if (shortest.length !== end || shortest.some((byte, i) => byte !== leaf[i])) {
      refuse("pushNotMinimal", "the lock time is negative or not in its shortest form");
    }
    at = end;
  }
  if (leaf[at] !== opCsv) refuse("scriptMalformed", "no CHECKSEQUENCEVERIFY after the lock time");
  if (blocks > maxLockBlocks)
    refuse("lockTimeInvalid", "the lock time is disabled, counts seconds, or is above 65535 blocks");
  const rest = leaf.slice(at + 1);
  if (rest.length > maxReclaimRest) refuse("scriptMalformed", `${rest.length} bytes after the lock`);
  checkNoOpSuccess(rest);
  const isKey = rest.length === 35 && rest[0] === opDrop && rest[1] === 0x20 && rest[34] === opCheckSig;
  return { blocks, rest, key: isKey ? rest.slice(2, 34) : null };
}

function checkNoOpSuccess(script: Uint8Array): void {
  for (let at = 0; at < script.length;) {
    const op = script[at] ?? 0;
    if (isOpSuccess(op)) refuse("scriptMalformed", `opcode 0x${op.toString(16)} would void the lock`);
    const lengthBytes = op === 0x4c ? 1 : op === 0x4d ? 2 : op === 0x4e ? 4 : 0;
    let length = op < 0x4c ? op : 0;
    for (let i = 0; i < lengthBytes; i++) length += (script[at + 1 + i] ?? 0) * 256 ** i;
    at += 1 + lengthBytes + length;
    if (at > script.length) refuse("scriptMalformed", "the script ends inside a push");
  }
}
