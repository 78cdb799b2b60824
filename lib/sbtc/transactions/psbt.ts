import { RawTx, TaprootControlBlock, Transaction } from "@scure/btc-signer";
import { base64 } from "@scure/base";
import { concatBytes } from "@noble/hashes/utils.js";
import { sameBytes } from "../bytes.ts";
import { refuse } from "../refusal.ts";
import { scriptType } from "../bitcoin/script.ts";
import type { SpendableLeaf } from "../bitcoin/taproot.ts";
import {
  parseTransaction,
  serializeTransaction,
  stripWitness,
  type BitcoinTx,
} from "../bitcoin/transaction.ts";
import { verifyTransaction } from "../bitcoin/verify/transaction.ts";
import { replaceable, type Plan } from "./plan.ts";
import { prevoutsOf } from "./sign.ts";

/** What a wallet needs to know about its own input beside the coin. */
export interface WalletHint {
  /** P2WPKH inside P2SH: the inner script. */
  readonly redeemScript?: Uint8Array;
  /** P2TR with the wallet's own tweak: the key before it, x-only. */
  readonly tapInternalKey?: Uint8Array;
  /** The whole previous transaction: P2PKH inputs cannot be signed safely without it. */
  readonly previousTransaction?: Uint8Array;
}

const options = {
  allowUnknownOutputs: true,
  allowUnknownInputs: true,
  allowLegacyWitnessUtxo: true,
} as const;

/**
 * The plan as a PSBT for a browser wallet.
 * @param hints per input index
 * @throws Refusal `psbtMalformed` where a P2PKH or P2SH input lacks its hint
 */
export function toPsbt(plan: Plan, hints: ReadonlyMap<number, WalletHint> = new Map()): Uint8Array {
  const tx = new Transaction(options);
  plan.inputs.forEach(({ coin, sequence, signer }, i) => {
    const { redeemScript, tapInternalKey, previousTransaction } = hints.get(i) ?? {};
    const type = scriptType(coin.script);
    if (type === "p2pkh" && previousTransaction === undefined) {
      refuse("psbtMalformed", `input ${i}: a P2PKH input needs the transaction it spends`);
    }
    if (type === "p2sh" && redeemScript === undefined)
      refuse("psbtMalformed", `input ${i}: a P2SH input needs its inner script`);
    tx.addInput({
      txid: coin.txid,
      index: coin.vout,
      sequence,
      ...(type === "p2pkh" ? {} : { witnessUtxo: { amount: coin.amount, script: coin.script } }),
      ...(previousTransaction === undefined ? {} : { nonWitnessUtxo: RawTx.decode(previousTransaction) }),
      ...(redeemScript === undefined ? {} : { redeemScript }),
      ...(tapInternalKey === undefined ? {} : { tapInternalKey }),
      ...(signer.tag === "leaf" ? leafFields(signer.leaf) : {}),
    });
  });
  for (const output of plan.unsigned.outputs) tx.addOutput(output);
  if (!sameBytes(tx.unsignedTx, plan.unsigned.raw))
    throw new Error("the PSBT does not hold the planned transaction");
  return tx.toPSBT();
}

/** What a wallet needs to sign by a leaf: the script with its version, and the control block that proves it. */
function leafFields({ script, controlBlock }: SpendableLeaf) {
  const control = TaprootControlBlock.decode(controlBlock);
  const leaf = concatBytes(script, Uint8Array.of(control.version & 0xfe));
  return {
    tapInternalKey: control.internalKey,
    tapLeafScript: [[control, leaf] as [typeof control, Uint8Array]],
  };
}

/**
 * Takes a PSBT back from a wallet and turns it into the final transaction. The wallet is not trusted: the transaction must
 * be the planned one, byte for byte, and every signature must verify.
 * @param psbt bytes, or base64 as most wallets return it
 * @throws Refusal `psbtMalformed`, `psbtChanged`, `psbtNotSigned`, `signatureInvalid`
 */
export function fromSignedPsbt(plan: Plan, psbt: Uint8Array | string): BitcoinTx {
  let tx: Transaction;
  try {
    tx = Transaction.fromPSBT(typeof psbt === "string" ? base64.decode(psbt) : psbt, options);
  } catch (error) {
    return refuse(
      "psbtMalformed",
      `the wallet returned no PSBT: ${error instanceof Error ? error.message : "unreadable"}`,
    );
  }
  if (!sameBytes(tx.unsignedTx, plan.unsigned.raw)) {
    refuse("psbtChanged", "the wallet returned another transaction than it was given");
  }
  let raw: Uint8Array;
  try {
    if (!tx.isFinal) tx.finalize();
    raw = tx.extract();
  } catch (error) {
    return refuse(
      "psbtNotSigned",
      `the wallet did not sign every input: ${error instanceof Error ? error.message : "unsigned"}`,
    );
  }
  const final = parseTransaction(raw);
  checkSigned(plan, final);
  return final;
}

/**
 * Checks a transaction a wallet signed by itself against the plan.
 * @throws Refusal `psbtChanged`, `signatureInvalid`
 */
export function checkSigned(plan: Plan, tx: BitcoinTx): void {
  const bare = serializeTransaction({
    ...parseTransaction(stripWitness(tx.raw)),
    inputs: tx.inputs.map((input) => ({ ...input, scriptSig: new Uint8Array(), witness: [] })),
  });
  if (!sameBytes(bare, plan.unsigned.raw))
    refuse("psbtChanged", "the wallet signed another transaction than it was given");
  verifyTransaction(tx, prevoutsOf(plan));
}

/** True where every input of a transaction may still be replaced by a higher fee. */
export const isReplaceable = (tx: BitcoinTx): boolean =>
  tx.inputs.some(({ sequence }) => sequence <= replaceable);
