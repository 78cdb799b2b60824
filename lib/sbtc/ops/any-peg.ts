import type { BitcoinTx } from "../bitcoin/transaction.ts";
import type { BitcoinNetwork } from "../network.ts";
import type { Dialect } from "./data-output.ts";
import { readOperation, type OpReading } from "./operation.ts";

/** How a reader reads that follows no peg of its own: explorers, and nodes as the alpha's was. */
export interface AnyPegContext {
  readonly network: BitcoinNetwork;
  readonly dialect: Dialect;
}

/**
 * Reads any transaction, taking whatever wallet it pays for a peg's. Says what a transaction claims, not whom it concerns:
 * never mint, lock or pay by it.
 * @param commitScript script of the output that input 0 spends; only reveals need it
 */
export function readOperationOfAnyPeg(
  tx: BitcoinTx,
  context: AnyPegContext,
  commitScript?: Uint8Array,
): OpReading {
  // Output 1 is the wallet of everything but a request, which pays its fee to output 2.
  const [, first, second] = tx.outputs;
  const wallets = [first, second].flatMap((output) => (output === undefined ? [] : [output.script]));
  const read = (pegScript: Uint8Array) => readOperation(tx, { ...context, pegScript }, commitScript);
  const [one, other] = wallets.map(read);
  if (one === undefined) return read(new Uint8Array());
  // Where neither reads, a request's reason is the one that took output 2 for the wallet.
  if (one.tag === "refused" && other !== undefined)
    return other.tag === "op" || one.refusal.code === "notPegWallet" ? other : one;
  return one;
}
