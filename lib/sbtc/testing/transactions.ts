import { parseTxid } from "../bytes.ts";
import {
  parseTransaction,
  serializeTransaction,
  type BitcoinTx,
  type TxInput,
  type TxOutput,
} from "../bitcoin/transaction.ts";

/** A transaction with these outputs and, unless given, one plain input: for tests that only read. */
export function transactionWith(
  outputs: readonly TxOutput[],
  inputs: readonly Partial<TxInput>[] = [{}],
): BitcoinTx {
  const full = inputs.map((input, i) => ({
    txid: parseTxid("11".repeat(31) + i.toString(16).padStart(2, "0")),
    vout: 0,
    scriptSig: new Uint8Array(),
    sequence: 0xffff_fffd,
    witness: [],
    ...input,
  }));
  return parseTransaction(serializeTransaction({ version: 2, inputs: full, outputs, lockTime: 0 }));
}

/** What `f` throws, as a refusal code; fails where it does not throw. For `expect(codeOf(() => …)).toBe(…)`. */
export function codeOf(f: () => unknown): unknown {
  try {
    f();
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
  return "nothing was refused";
}
