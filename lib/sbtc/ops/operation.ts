import { Refusal } from "../refusal.ts";
import type { BitcoinTx } from "../bitcoin/transaction.ts";
import { parseCancel, parsePegInReturn, type Cancel, type PegInReturn } from "./cancel.ts";
import { claimsOperation, readDataOutput, type OpcodeName } from "./data-output.ts";
import { parseFulfilment, type Fulfilment } from "./fulfilment.ts";
import { parseHandOff, type HandOff } from "./hand-off.ts";
import { parsePegIn, type OpContext, type PegIn } from "./peg-in.ts";
import { parsePegOutRequest, type PegOutRequest } from "./peg-out-request.ts";
import { parseReveal, type Revealed } from "./commit-reveal.ts";

/** Every operation a Bitcoin transaction can be. */
export type ChainOp =
  | PegIn
  | PegOutRequest
  | Fulfilment
  | Cancel
  | PegInReturn
  | HandOff
  | ({ readonly kind: "reveal"; readonly txid: BitcoinTx["txid"] } & Revealed);

/** What a transaction turned out to be. A refused one keeps its reason: its sender's coins may need a person's help. */
export type OpReading =
  | { readonly tag: "none" }
  | { readonly tag: "op"; readonly op: ChainOp }
  /** A reveal says nothing without the script it spends: fetch that transaction, then {@link parseReveal}. */
  | { readonly tag: "needsCommit"; readonly tx: BitcoinTx }
  | { readonly tag: "refused"; readonly opcode: OpcodeName | null; readonly refusal: Refusal };

/**
 * Reads any transaction. Never throws for what is in it.
 * @param commitScript script of the output that input 0 spends, where the caller knows it; only reveals need it
 */
export function readOperation(tx: BitcoinTx, context: OpContext, commitScript?: Uint8Array): OpReading {
  const first = tx.outputs[0];
  if (first === undefined || !claimsOperation(first.script, context.network)) return { tag: "none" };
  let opcode: OpcodeName | null = null;
  try {
    opcode = readDataOutput(tx.outputs, context.network).opcode;
    if (opcode === "reveal") {
      if (commitScript === undefined) return { tag: "needsCommit", tx };
      return { tag: "op", op: { kind: "reveal", txid: tx.txid, ...parseReveal(tx, commitScript, context) } };
    }
    return { tag: "op", op: parsers[opcode](tx, context) };
  } catch (error) {
    if (error instanceof Refusal) return { tag: "refused", opcode, refusal: error };
    throw error;
  }
}

const parsers: Record<Exclude<OpcodeName, "reveal">, (tx: BitcoinTx, context: OpContext) => ChainOp> = {
  pegIn: parsePegIn,
  pegOutRequest: parsePegOutRequest,
  fulfilment: parseFulfilment,
  handOff: parseHandOff,
  cancel: parseCancel,
  pegInReturn: parsePegInReturn,
};
