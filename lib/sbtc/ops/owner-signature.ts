import { secp256k1 } from "@noble/curves/secp256k1.js";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { toHex, u64be, type Brand } from "../bytes.ts";
import type { BitcoinNetwork } from "../network.ts";
import { attempt, refuse } from "../refusal.ts";
import { addressOf } from "../bitcoin/script.ts";
import type { Dialect } from "./data-output.ts";
import { samePrincipal, type Principal } from "./principal.ts";

/** 65 bytes v ‖ r ‖ s: recovery id 0…3, r and s in range, s low. */
export type VrsSignature = Brand<Uint8Array, "VrsSignature">;

const order = secp256k1.Point.Fn.ORDER;
const scalarAt = (bytes: Uint8Array, offset: number): bigint =>
  BigInt(`0x${toHex(bytes.subarray(offset, offset + 32))}`);

/**
 * Checks the form of an owner's signature. High s is refused: with it, one message would have two valid signatures and a
 * replay could pass for a new request.
 * @throws Refusal `signatureMalformed`, `signatureRecoveryIdInvalid`, `signatureHighS`
 */
export function parseVrs(bytes: Uint8Array): VrsSignature {
  if (bytes.length !== 65) refuse("signatureMalformed", `a signature has 65 bytes, not ${bytes.length}`);
  if ((bytes[0] ?? 0xff) > 3)
    refuse("signatureRecoveryIdInvalid", `recovery id ${bytes[0] ?? ""} is not 0 to 3`);
  const r = scalarAt(bytes, 1);
  const s = scalarAt(bytes, 33);
  if (r === 0n || s === 0n || r >= order || s >= order)
    refuse("signatureMalformed", "r or s is out of range");
  if (s > order / 2n) refuse("signatureHighS", "s is in the upper half of the range");
  return bytes as VrsSignature;
}

/**
 * Turns what a Stacks wallet returns from `stx_signMessage` (r ‖ s ‖ v, hex) into the wire form, and brings s into the
 * lower half, since wallets differ there.
 */
export function vrsFromRsv(rsv: Uint8Array): VrsSignature {
  if (rsv.length !== 65) refuse("signatureMalformed", `a signature has 65 bytes, not ${rsv.length}`);
  return lowS(concatBytes(rsv.subarray(64), rsv.subarray(0, 64)));
}

/** The same signature with s in the lower half; the recovery id's parity bit turns with it. */
export function lowS(vrs: Uint8Array): VrsSignature {
  if (vrs.length !== 65) refuse("signatureMalformed", `a signature has 65 bytes, not ${vrs.length}`);
  const s = scalarAt(vrs, 33);
  if (s >= order || s <= order / 2n) return parseVrs(vrs);
  const bytes = Uint8Array.from(vrs);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  bytes.set(secp256k1.Point.Fn.toBytes(order - s), 33);
  return parseVrs(bytes);
}

/** `amount ‖ script` as D1 hashes it and D2 writes it in hex. */
const messageCore = (amount: bigint, recipientScript: Uint8Array): Uint8Array =>
  concatBytes(u64be(amount), recipientScript);

/**
 * The text a D2 owner signs (spec §1.3). It names the address of `network`: tools that signed on regtest with a testnet
 * address made signatures that recover somebody else here.
 * @throws Refusal `outputNotStandard` where the script has no address
 */
export function pegOutText(amount: bigint, recipientScript: Uint8Array, network: BitcoinNetwork): string {
  const address =
    addressOf(recipientScript, network) ??
    refuse("outputNotStandard", "the recipient's script has no address");
  const code = toHex(messageCore(amount, recipientScript));
  return `Withdraw request for ${amount.toString()} satoshis to the bitcoin address ${address} (${code})`;
}

const stacksPrefix = utf8ToBytes("\u0017Stacks Signed Message:\n");

/** SHA-256 of the prefixed text, as Stacks wallets hash every message they sign. */
export function stacksMessageHash(text: string): Uint8Array {
  const bytes = utf8ToBytes(text);
  const size = bytes.length < 0xfd ? [bytes.length] : [0xfd, bytes.length & 0xff, bytes.length >> 8];
  return sha256(concatBytes(stacksPrefix, Uint8Array.from(size), bytes));
}

/** The 32 bytes a peg-out's owner signs, per dialect. */
export function pegOutMessageHash(
  amount: bigint,
  recipientScript: Uint8Array,
  network: BitcoinNetwork,
  dialect: Dialect,
): Uint8Array {
  return dialect === "D1"
    ? sha256(messageCore(amount, recipientScript))
    : stacksMessageHash(pegOutText(amount, recipientScript, network));
}

/** Signs a message hash deterministically (RFC 6979, low s) in wire form. For tests, tools and the devnet's own accounts. */
export function signVrs(messageHash: Uint8Array, secretKey: Uint8Array): VrsSignature {
  return parseVrs(secp256k1.sign(messageHash, secretKey, { prehash: false, format: "recovered" }));
}

/** The compressed public key that made `signature`. @throws Refusal `signatureUnrecoverable` */
export function recoverPublicKey(signature: VrsSignature, messageHash: Uint8Array): Uint8Array {
  try {
    return secp256k1.recoverPublicKey(signature, messageHash, { prehash: false });
  } catch {
    return refuse("signatureUnrecoverable", "no key belongs to this signature");
  }
}

/** The single-signature account of a compressed public key on the Stacks network beside `network`. */
export const accountOf = (publicKey: Uint8Array, network: BitcoinNetwork): Principal => ({
  version: network.stacks.singleSig,
  hash160: ripemd160(sha256(publicKey)),
  contractName: null,
});

/** A signed amount and recipient. */
export interface SignedPegOut {
  readonly amount: bigint;
  readonly recipientScript: Uint8Array;
  readonly signature: VrsSignature;
}

/**
 * Who owns the sBTC of a request, if it was signed in `dialect`. Some account always comes out, also for a signature over
 * other words: show it, and compare it with the expected owner before anything is broadcast or burnt.
 * @throws Refusal `signatureUnrecoverable`
 */
export function recoverOwner(request: SignedPegOut, network: BitcoinNetwork, dialect: Dialect): Principal {
  const hash = pegOutMessageHash(request.amount, request.recipientScript, network, dialect);
  return accountOf(recoverPublicKey(request.signature, hash), network);
}

/**
 * Which dialect's message the expected owner signed. The two cannot be told apart by their bytes, so a reader that knows
 * the owner tries both and says which it was.
 * @throws Refusal `ownerMismatch` where neither recovers the owner
 */
export function matchOwner(request: SignedPegOut, owner: Principal, network: BitcoinNetwork): Dialect {
  for (const dialect of ["D2", "D1"] as const) {
    const outcome = attempt(() => recoverOwner(request, network, dialect));
    if (outcome.ok && samePrincipal(outcome.value, owner)) return dialect;
  }
  return refuse("ownerMismatch", "the signature is not the owner's in either dialect");
}

/**
 * At-most-once key of a request's signature (spec §1.3, F4): anyone may put the same amount, recipient and signature into
 * a new transaction, so the transaction id alone does not tell a replay. Bound to network and owner; s is already low.
 */
export function pegOutReplayKey(request: SignedPegOut, owner: Principal, network: BitcoinNetwork): string {
  const parts = [
    utf8ToBytes(`hoarfrost/peg-out/1:${network.name}:`),
    Uint8Array.of(owner.version),
    owner.hash160,
    u64be(request.amount),
    request.signature.subarray(1), // r and s; the recovery id follows from the owner
    request.recipientScript,
  ];
  return toHex(sha256(concatBytes(...parts)));
}
