import { Rejected, type VerifiedTransaction } from "./transaction.ts";

/** How many of one account's transactions may wait, as nodes have it. */
const longestChain = 25n;

/** Transactions that wait, at most one per account and nonce, in the order they came. */
export class Mempool {
  readonly #waiting = new Map<string, VerifiedTransaction>();

  /**
   * Takes a transaction. With the nonce of one that waits it takes its place, if it pays more.
   * @param next the account's next nonce on the chain
   * @returns the transaction it replaced
   * @throws Rejected
   */
  add(transaction: VerifiedTransaction, next: bigint): VerifiedTransaction | null {
    const { sender, nonce, fee } = transaction;
    const about = { expected: Number(next), actual: Number(nonce), principal: sender, is_origin: true };
    if (nonce < next) throw new Rejected("BadNonce", about);
    if (nonce >= next + longestChain) throw new Rejected("TooMuchChaining", about);
    const rival = this.list().find((other) => other.sender === sender && other.nonce === nonce);
    if (rival !== undefined) {
      if (fee <= rival.fee) throw new Rejected("ConflictingNonceInMempool");
      this.#waiting.delete(rival.txid);
    }
    this.#waiting.set(transaction.txid, transaction);
    return rival ?? null;
  }

  /** Takes a transaction that was taken before, without asking again. */
  append(transaction: VerifiedTransaction): void {
    this.#waiting.set(transaction.txid, transaction);
  }

  remove(txid: string): void {
    this.#waiting.delete(txid);
  }

  get(txid: string): VerifiedTransaction | undefined {
    return this.#waiting.get(txid);
  }

  list(): readonly VerifiedTransaction[] {
    return [...this.#waiting.values()];
  }

  of(sender: string): readonly VerifiedTransaction[] {
    return this.list().filter((transaction) => transaction.sender === sender);
  }

  /** Puts back what a reorganisation took out of blocks, in front of what came later. */
  restore(transactions: readonly VerifiedTransaction[]): void {
    const later = this.list();
    this.#waiting.clear();
    for (const transaction of [...transactions, ...later]) this.#waiting.set(transaction.txid, transaction);
  }
}
