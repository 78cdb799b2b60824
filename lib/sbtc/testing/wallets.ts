import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { parseTxid, toHex, type Txid } from "../bytes.ts";
import { networks } from "../network.ts";
import { pushData, taprootScript } from "../bitcoin/script.ts";
import type { BitcoinTx } from "../bitcoin/transaction.ts";
import { parseGroupKey, pegScript, type GroupKey } from "../ops/peg-script.ts";
import { parsePrincipal } from "../ops/principal.ts";
import { pegOutMessageHash, signVrs } from "../ops/owner-signature.ts";
import type { PegOutRequest } from "../ops/peg-out-request.ts";
import type { Coin, FeeWallet, Plan } from "../transactions/plan.ts";
import { finalize, signingDigests, signWithKey, witnessFor, type Unlocking } from "../transactions/sign.ts";

/** All zeros: BIP 340's auxiliary randomness in tests, so that bytes repeat. */
export const noAux = new Uint8Array(32);

/** One key that stands for a whole group where a test is not about signing together. */
export interface SoloGroup {
  readonly secret: Uint8Array;
  readonly key: GroupKey;
  readonly script: Uint8Array;
}

/** A group of one, its key as it would come out of key generation. */
export function soloGroup(byte: number): SoloGroup {
  const secret = new Uint8Array(32).fill(byte);
  const key = parseGroupKey(schnorr.getPublicKey(secret));
  return { secret, key, script: pegScript(key, "peg").script };
}

/** A single-key P2WPKH wallet. */
export interface KeyWallet {
  readonly secret: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly script: Uint8Array;
}

export function keyWallet(byte: number): KeyWallet {
  const secret = new Uint8Array(32).fill(byte);
  const publicKey = secp256k1.getPublicKey(secret);
  return { secret, publicKey, script: Uint8Array.of(0, ...pushData(ripemd160(sha256(publicKey)))) };
}

/** A key-path taproot wallet without a tweak. */
export const bareTaproot = (byte: number): Uint8Array =>
  taprootScript(schnorr.getPublicKey(new Uint8Array(32).fill(byte)));

let counter = 0;
/** An id no other test coin has. */
export function freshTxid(): Txid {
  counter += 1;
  return parseTxid(toHex(sha256(Uint8Array.of(counter >> 16, counter >> 8, counter))));
}

export const coin = (script: Uint8Array, amount: bigint, more: Partial<Coin> = {}): Coin => ({
  txid: freshTxid(),
  vout: 0,
  amount,
  script,
  ...more,
});

export const feeWallet = (wallet: KeyWallet, ...amounts: bigint[]): FeeWallet => ({
  script: wallet.script,
  coins: amounts.map((amount) => coin(wallet.script, amount)),
});

/** Signs every input with the keys given and returns the verified transaction. */
export function signPlan(
  plan: Plan,
  keys: { readonly group?: Uint8Array; readonly wallet?: Uint8Array },
): BitcoinTx {
  const unlocking = new Map<number, Unlocking>();
  for (const { input, message, tweak } of signingDigests(plan)) {
    if (tweak.kind !== "none" || keys.group === undefined)
      throw new Error("the test key cannot sign this input");
    unlocking.set(input, witnessFor(plan, input, schnorr.sign(message, keys.group, noAux)));
  }
  plan.inputs.forEach(({ signer }, i) => {
    if (signer.tag === "wallet" && keys.wallet !== undefined)
      unlocking.set(i, signWithKey(plan, i, keys.wallet, noAux));
  });
  return finalize(plan, unlocking);
}

export const recipientAccount = parsePrincipal(
  "ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6",
  networks.testnet3,
);

/** A request as its parser would return it, signed by `owner`. */
export function requestFor(
  group: SoloGroup,
  parts: { readonly amount: bigint; readonly fee: bigint; readonly recipientScript: Uint8Array },
  owner = keyWallet(0x77),
): PegOutRequest {
  const txid = freshTxid();
  const hash = pegOutMessageHash(parts.amount, parts.recipientScript, networks.regtest, "D2");
  return {
    kind: "pegOutRequest",
    txid,
    amount: parts.amount,
    signature: signVrs(hash, owner.secret),
    memo: new Uint8Array(),
    recipientScript: parts.recipientScript,
    fulfilmentFee: parts.fee,
    feeOutpoint: { txid, vout: 2 },
    pegScript: group.script,
  };
}
