import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { Cl, type ClarityValue } from "@stacks/transactions";
import type { BurnBlock } from "../burn.ts";
import type { VerifiedTransaction } from "./transaction.ts";
import type { Execution, VmEvent } from "./vm.ts";

/** What became of a transaction in a block. */
export interface MinedTransaction {
  readonly transaction: VerifiedTransaction;
  readonly status: "success" | "abort_by_response" | "abort_by_post_condition";
  readonly result: ClarityValue;
  /** Empty unless it succeeded. */
  readonly events: readonly VmEvent[];
  /** Why it was aborted, in words; empty where the contract's own answer says it. */
  readonly why: string;
  readonly block: StacksBlock;
  readonly burn: BurnBlock;
}

/** A Stacks block; the devnet makes one for each transaction, and one for each Bitcoin block. */
export interface StacksBlock {
  readonly height: number;
  readonly hash: string;
  readonly time: number;
}

/** What the chain remembers beside the machine's state: blocks, transactions by id, nonces. Rebuilt with the machine. */
export class Ledger {
  readonly mined: MinedTransaction[] = [];
  readonly burns: BurnBlock[] = [];
  tip: StacksBlock = { height: 0, hash: "0".repeat(64), time: 0 };
  readonly #byTxid = new Map<string, MinedTransaction>();
  readonly #nonces = new Map<string, bigint>();

  burn(burn: BurnBlock, height: number): void {
    this.burns.push(burn);
    this.#extend(height, burn.hash, burn.time);
  }

  /** Enters a transaction that ran, as the machine says it went. */
  ran(transaction: VerifiedTransaction, execution: Execution, height: number): MinedTransaction {
    switch (execution.tag) {
      case "ok":
        return this.#enter(transaction, height, {
          status: "success",
          result: execution.result,
          events: execution.events,
          why: "",
        });
      case "err":
        return this.#enter(transaction, height, {
          status: "abort_by_response",
          result: execution.result,
          events: [],
          why: "",
        });
      case "aborted":
        return this.#enter(transaction, height, {
          status: "abort_by_response",
          result: Cl.error(Cl.none()),
          events: [],
          why: execution.reason,
        });
    }
  }

  /** Enters a transaction that only paid. */
  paid(
    transaction: VerifiedTransaction,
    result: ClarityValue,
    why: string,
    height: number,
  ): MinedTransaction {
    return this.#enter(transaction, height, { status: "abort_by_post_condition", result, events: [], why });
  }

  nonce(address: string): bigint {
    return this.#nonces.get(address) ?? 0n;
  }

  get(txid: string): MinedTransaction | undefined {
    return this.#byTxid.get(txid);
  }

  #enter(
    transaction: VerifiedTransaction,
    height: number,
    outcome: Pick<MinedTransaction, "status" | "result" | "events" | "why">,
  ): MinedTransaction {
    const burn = this.burns.at(-1);
    if (burn === undefined) throw new Error("a transaction was mined before any Bitcoin block");
    this.#extend(height, transaction.txid, burn.time);
    const entry = { transaction, ...outcome, block: this.tip, burn };
    this.mined.push(entry);
    this.#byTxid.set(transaction.txid, entry);
    this.#nonces.set(transaction.sender, transaction.nonce + 1n);
    return entry;
  }

  #extend(height: number, content: string, time: number): void {
    const hash = bytesToHex(sha256(utf8ToBytes(`${this.tip.hash}${content}${height}`)));
    this.tip = { height, hash, time };
  }
}
