import { sameBytes, type Outpoint } from "../../../../../sbtc/bytes.ts";
import type { Chain } from "../../../../../../devnet/bitcoin/chain.ts";
import { readOperation, type ChainOp } from "../../../../../sbtc/ops/operation.ts";
import type { BitcoinTx } from "../../../../../sbtc/bitcoin/transaction.ts";
import { parseTxid } from "../../../../../sbtc/bytes.ts";
import type { ModelChain } from "./model-chain.ts";
import type { People } from "./people.ts";
import { feeWalletScript, group, terms } from "./setting.ts";

/** Both chains and the people, as whoever sees everything sees them. */
export interface Truth {
  readonly chain: Chain;
  readonly stacks: ModelChain;
  readonly people: People;
  /** Height of the last block that no run touches. */
  readonly base: number;
}

export const isPeg = (script: Uint8Array | undefined): boolean =>
  script !== undefined && sameBytes(script, group.script);
export const isFees = (script: Uint8Array | undefined): boolean =>
  script !== undefined && sameBytes(script, feeWalletScript);

const ops = new WeakMap<BitcoinTx, { readonly op: ChainOp | null }>();

/** What a transaction says it is, or null. */
export function opOf(tx: BitcoinTx): ChainOp | null {
  let known = ops.get(tx);
  if (known === undefined) {
    const reading = readOperation(tx, { network: terms.network, dialect: "D2", pegScript: group.script });
    known = { op: reading.tag === "op" ? reading.op : null };
    ops.set(tx, known);
  }
  return known.op;
}

/** Confirmed transactions of the run, in order. */
export function confirmedTransactions({ chain, base }: Truth): readonly BitcoinTx[] {
  const found: BitcoinTx[] = [];
  for (let height = base + 1; height <= chain.tip.height; height++)
    found.push(...(chain.blockAt(height)?.txs.slice(1) ?? []));
  return found;
}

/** Satoshi under the peg's key in confirmed coins. */
export function held({ chain }: Truth): bigint {
  return sum(chain.coins.values(), ({ script, amount }) => (isPeg(script) ? amount : 0n));
}

export function sum<T>(items: Iterable<T>, amount: (item: T) => bigint): bigint {
  let total = 0n;
  for (const item of items) total += amount(item);
  return total;
}

/** Confirmations of a transaction, 0 where it is in no block. */
export function confirmations({ chain }: Truth, txid: string): number {
  const found = chain.history.transaction(parseTxid(txid));
  return found === undefined ? 0 : chain.tip.height - found.block.height + 1;
}

/** The transaction that spent an output in a block, or null. */
export function spenderOf({ chain }: Truth, outpoint: Outpoint): BitcoinTx | null {
  const spend = chain.history.spendOf(outpoint);
  return spend === undefined ? null : (chain.history.transaction(spend.txid)?.tx ?? null);
}
