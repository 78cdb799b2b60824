import { ClarityType } from "@stacks/transactions";
import type { ContractCall } from "../../contract/calls.ts";
import type { BroadcastOutcome } from "../../stacks/broadcast.ts";
import type { StacksNode, TransactionState } from "../../stacks/node.ts";
import type { SignedTransaction } from "../../stacks/transaction.ts";
import type { ContractSource } from "../../contract/deployment.ts";

/** What an account can be asked to send. */
export type Submission =
  | { readonly tag: "call"; readonly call: ContractCall }
  | { readonly tag: "deploy"; readonly contract: ContractSource };

/** What became of a call. */
export type CallStatus =
  /** On its way; the contract shows when it has arrived. */
  | { readonly tag: "waiting"; readonly txid: string }
  /** It ran and succeeded. */
  | { readonly tag: "done"; readonly txid: string }
  /** The contract refused it: `code` is its number, null where it gave none. */
  | { readonly tag: "failed"; readonly code: number | null; readonly reason: string }
  /** It cannot be sent until something changes. */
  | { readonly tag: "stuck"; readonly code: "feeWalletEmpty" | "callStuck"; readonly reason: string };

/** A call that was signed, and the exact bytes: written down before they are sent. */
export interface SentCall {
  /** What it is for; there is at most one call under way for each. */
  readonly key: string;
  readonly txid: string;
  readonly nonce: bigint;
  /** Micro-STX. */
  readonly fee: bigint;
  readonly bytes: Uint8Array;
  /** Burn height it was first sent at. */
  readonly sentAt: number;
  /** Set once the chain refused it; asked for again, it is signed anew. */
  readonly failure: Extract<CallStatus, { tag: "failed" }> | null;
}

/** What a call costs and where it stands in the account's order. */
export interface CallTerms {
  readonly nonce: bigint;
  readonly fee: bigint;
}

/** Whose account pays, and where. */
export interface FeeWalletPorts {
  readonly node: Pick<StacksNode, "nextNonce" | "estimateFee" | "broadcast" | "transaction">;
  readonly address: string;
  readonly sign: (submission: Submission, terms: CallTerms) => Promise<SignedTransaction>;
  /** Resolves when the call is on disk. */
  readonly save: (call: SentCall) => Promise<void>;
}

/** The bounds within which fees and nonces are tried again. */
export interface FeeBounds {
  /** Micro-STX. */
  readonly minFee: bigint;
  readonly maxFee: bigint;
  /** Burn blocks a call may wait before its fee is raised. */
  readonly bumpAfter: number;
}

export const usualBounds: FeeBounds = { minFee: 3_000n, maxFee: 1_500_000n, bumpAfter: 3 };

const mostTries = 10;

/**
 * The coordinator's own account on Stacks: it pays for every contract call and has no say in any. Each call is signed
 * once, stored, then sent, and sent again as it was; only a nonce that is taken or a fee that is too low makes a new one.
 * Sending a call twice costs a fee and changes nothing, since the contract does everything at most once.
 */
export class FeeWallet {
  readonly #ports: FeeWalletPorts;
  readonly #bounds: FeeBounds;
  readonly #calls: Map<string, SentCall>;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(ports: FeeWalletPorts, past: readonly SentCall[], bounds = usualBounds) {
    this.#ports = ports;
    this.#bounds = bounds;
    this.#calls = new Map(past.map((call) => [call.key, call]));
  }

  /** Sends a call, or looks after one sent before under the same key. Calls go one after another: each takes a nonce. */
  send(key: string, call: Submission, burnHeight: number): Promise<CallStatus> {
    const done = this.#queue.then(() => this.#send(key, call, burnHeight));
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #send(key: string, call: Submission, burnHeight: number): Promise<CallStatus> {
    const known = this.#calls.get(key);
    if (known === undefined || known.failure !== null)
      return this.#fresh(key, call, burnHeight, this.#bounds.minFee);
    const state = await this.#ports.node.transaction(known.txid);
    switch (state.tag) {
      case "success":
        if (state.canonical) return { tag: "done", txid: known.txid };
        break;
      case "abortedByResponse":
      case "abortedByPostCondition": {
        if (!state.canonical) break;
        const { result } = state;
        const code =
          result.type === ClarityType.ResponseErr && result.value.type === ClarityType.UInt
            ? Number(result.value.value)
            : null;
        const isPost = state.tag === "abortedByPostCondition";
        const reason = isPost
          ? "it would have moved other tokens than it says"
          : `the contract refused with ${code ?? "no number"}`;
        const failure = { tag: "failed", code, reason } as const;
        await this.#store({ ...known, failure });
        return failure;
      }
      case "pending":
        return burnHeight - known.sentAt >= this.#bounds.bumpAfter && known.fee < this.#bounds.maxFee
          ? this.#replace(known, call, burnHeight)
          : { tag: "waiting", txid: known.txid };
      case "unknown":
      case "dropped":
        break;
    }
    return this.#outcome(known, call, burnHeight, await this.#ports.node.broadcast(known.bytes), 0);
  }

  /** The same nonce with a higher fee: whichever is mined, the account moves on by one. */
  async #replace(known: SentCall, call: Submission, burnHeight: number): Promise<CallStatus> {
    await this.#closeGaps(await this.#ports.node.nextNonce(this.#ports.address), known.key);
    const fee = this.#bounded((known.fee * 5n) / 4n + 1n);
    return this.#signAndSend(known.key, call, { nonce: known.nonce, fee }, burnHeight, mostTries);
  }

  async #fresh(
    key: string,
    call: Submission,
    burnHeight: number,
    atLeast: bigint,
    tries = 0,
  ): Promise<CallStatus> {
    const { node, address, sign } = this.#ports;
    const told = await node.nextNonce(address);
    await this.#closeGaps(told, key);
    const waiting = new Set(this.#under(told, key).map(({ nonce }) => nonce));
    let nonce = told;
    while (waiting.has(nonce)) nonce += 1n;
    const draft = await sign(call, { nonce, fee: 0n });
    const { middle } = await node.estimateFee(draft.bytes);
    const fee = this.#bounded(middle > atLeast ? middle : atLeast);
    return this.#signAndSend(key, call, { nonce, fee }, burnHeight, tries);
  }

  /** Calls under other keys that hold a nonce from `told` on. */
  #under(told: bigint, key: string): readonly SentCall[] {
    return [...this.#calls.values()].filter(
      (one) => one.failure === null && one.nonce >= told && one.key !== key,
    );
  }

  /**
   * Sends calls again that hold the account's next nonces and that no node has: nobody asks for them any more, since their
   * process died before it sent them, or since they were done in a block that a reorganisation took back. Unsent they would
   * hold up every call after them.
   */
  async #closeGaps(told: bigint, key: string): Promise<void> {
    const { node } = this.#ports;
    const held = new Map(this.#under(told, key).map((call) => [call.nonce, call]));
    for (let nonce = told, call = held.get(nonce); call !== undefined; call = held.get(++nonce)) {
      if (isOnItsWay(await node.transaction(call.txid))) continue;
      const outcome = await node.broadcast(call.bytes);
      if (outcome.tag === "accepted") continue;
      const { message } = outcome.rejection;
      await this.#store({ ...call, failure: { tag: "failed", code: null, reason: message } });
    }
  }

  async #signAndSend(
    key: string,
    call: Submission,
    terms: CallTerms,
    burnHeight: number,
    tries: number,
  ): Promise<CallStatus> {
    const { txid, bytes } = await this.#ports.sign(call, terms);
    const sent: SentCall = { key, txid, bytes, ...terms, sentAt: burnHeight, failure: null };
    await this.#store(sent);
    return this.#outcome(sent, call, burnHeight, await this.#ports.node.broadcast(bytes), tries);
  }

  async #outcome(
    sent: SentCall,
    call: Submission,
    burnHeight: number,
    outcome: BroadcastOutcome,
    tries: number,
  ): Promise<CallStatus> {
    if (outcome.tag === "accepted") return { tag: "waiting", txid: sent.txid };
    const { rejection } = outcome;
    const stuck = (code: "feeWalletEmpty" | "callStuck"): CallStatus => ({
      tag: "stuck",
      code,
      reason: rejection.message,
    });
    if (tries >= mostTries) return stuck("callStuck");
    switch (rejection.remedy) {
      case "anotherNonce":
        // Mined under our feet, most likely: then the transaction is known, and the next look says so.
        this.#calls.delete(sent.key);
        return this.#fresh(sent.key, call, burnHeight, sent.fee, tries + 1);
      case "higherFee": {
        const wanted = rejection.expected ?? sent.fee * 2n;
        const fee = this.#bounded(wanted > sent.fee ? wanted : sent.fee * 2n);
        return fee <= sent.fee
          ? stuck("callStuck")
          : this.#signAndSend(sent.key, call, { nonce: sent.nonce, fee }, burnHeight, tries + 1);
      }
      case "moreFunds":
        this.#calls.delete(sent.key);
        return stuck("feeWalletEmpty");
      case "wait":
      case "rebuild":
        return stuck("callStuck");
    }
  }

  async #store(call: SentCall): Promise<void> {
    await this.#ports.save(call);
    this.#calls.set(call.key, call);
  }

  #bounded(fee: bigint): bigint {
    const { minFee, maxFee } = this.#bounds;
    return fee < minFee ? minFee : fee > maxFee ? maxFee : fee;
  }
}

/** Whether a call is in the chain or waits for it; a block that is gone again holds nothing. */
function isOnItsWay(state: TransactionState): boolean {
  switch (state.tag) {
    case "unknown":
    case "dropped":
      return false;
    case "pending":
      return true;
    case "success":
    case "abortedByResponse":
    case "abortedByPostCondition":
      return state.canonical;
  }
}
