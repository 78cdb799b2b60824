import type { ClarityValue } from "@stacks/transactions";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import type { ContractAction } from "../../../../../sbtc/contract/actions.ts";
import type { ActionContext } from "../../../../../sbtc/contract/digest.ts";
import type { CallTerms, Submission } from "../../../../../sbtc/peg/fee-wallet/fee-wallet.ts";
import type { BroadcastOutcome } from "../../../../../sbtc/stacks/broadcast.ts";
import {
  readBuffer,
  readPrincipal,
  readSmallUint,
  readText,
  readUint,
} from "../../../../../sbtc/stacks/clarity.ts";
import type { StacksAccountPort } from "../../stacks-account.ts";
import { ContractModel, type ModelCall, type ModelTerms } from "./contract-model.ts";

interface Sent {
  readonly txid: string;
  readonly nonce: bigint;
  readonly call: ModelCall;
}
type Entry =
  | { readonly tag: "burn"; readonly height: number; readonly hash: string }
  | { readonly tag: "call"; readonly sent: Sent };

/** What a call came to. */
export interface Ran {
  /** The number it was refused with, or null. */
  readonly code: number | null;
  readonly burnHeight: number;
}

/** A Stacks chain with one contract and one account: mined as it comes, and taken back with Bitcoin. */
export class ModelChain {
  model: ContractModel;
  /** What no reorganisation of Stacks reaches any more. */
  #base: {
    readonly model: ContractModel;
    readonly nonce: bigint;
    readonly height: number;
    readonly ran: ReadonlyMap<string, Ran>;
  };
  readonly #known = new Map<string, Sent>();
  #entries: Entry[] = [];
  #ran = new Map<string, Ran>();
  #waiting: Sent[] = [];
  #nonce = 0n;
  #branch = 0;
  readonly account: StacksAccountPort;

  constructor(context: ActionContext, terms: ModelTerms) {
    this.model = new ContractModel(context, terms);
    this.#base = { model: this.model.copy(), nonce: 0n, height: 0, ran: new Map() };
    this.account = {
      address: "ST000000000000000000002AMW42H",
      sign: (submission, terms) => this.#sign(submission, terms),
    };
  }

  get height(): number {
    return this.#base.height + this.#entries.length;
  }
  get tip(): string {
    return bytesToHex(sha256(utf8ToBytes(`stacks ${this.#branch} ${this.height}`)));
  }
  ran(txid: string): Ran | undefined {
    return this.#ran.get(txid);
  }
  isWaiting(txid: string): boolean {
    return this.#waiting.some((one) => one.txid === txid);
  }
  nextNonce(): bigint {
    let nonce = this.#nonce;
    while (this.#waiting.some((one) => one.nonce === nonce)) nonce += 1n;
    return nonce;
  }

  // Signing is a hash here: who pays for a call has no say in it, so the simulation spends its time elsewhere.
  #sign(submission: Submission, { nonce, fee }: CallTerms): Promise<{ txid: string; bytes: Uint8Array }> {
    if (submission.tag !== "call") return Promise.reject(new Error("nothing is deployed here"));
    const { functionName, functionArgs } = submission.call;
    const text = JSON.stringify([functionName, functionArgs, nonce, fee], (_, value: unknown) =>
      typeof value === "bigint" ? value.toString() : value,
    );
    const bytes = sha256(utf8ToBytes(text));
    const txid = bytesToHex(sha256(concatBytes(bytes, Uint8Array.of(1))));
    this.#known.set(bytesToHex(bytes), { txid, nonce, call: readCall(functionName, functionArgs) });
    return Promise.resolve({ txid, bytes });
  }

  /** The id of a call by its bytes in hex; empty where nobody signed it. */
  txidOf(bytes: string): string {
    return this.#known.get(bytes)?.txid ?? "";
  }

  submit(bytes: string): BroadcastOutcome {
    const sent = this.#known.get(bytes);
    if (sent === undefined) throw new Error("bytes nobody signed");
    if (this.#ran.has(sent.txid) || this.isWaiting(sent.txid)) return { tag: "accepted", txid: sent.txid };
    if (sent.nonce < this.#nonce || this.#waiting.some((one) => one.nonce === sent.nonce))
      return {
        tag: "rejected",
        rejection: {
          code: "badNonce",
          remedy: "anotherNonce",
          expected: this.#nonce,
          actual: sent.nonce,
          principal: null,
          message: "BadNonce",
        },
      };
    this.#waiting.push(sent);
    this.#mine();
    return { tag: "accepted", txid: sent.txid };
  }

  burn(height: number, hash: string): void {
    this.#take({ tag: "burn", height, hash });
    this.#mine();
  }

  /** Blocks above `height` are gone; what was called since waits again for the next one. */
  reorg(height: number): void {
    const at = this.#entries.findIndex((entry) => entry.tag === "burn" && entry.height > height);
    if (at === -1) return;
    const cut = this.#entries.slice(at).flatMap((entry) => (entry.tag === "call" ? [entry.sent] : []));
    const kept = this.#entries.slice(0, at);
    const { halted } = this.model;
    this.model = this.#base.model.copy();
    this.model.halted = halted;
    this.#entries = [];
    this.#ran = new Map(this.#base.ran);
    this.#nonce = this.#base.nonce;
    this.#branch += 1;
    for (const entry of kept) this.#replay(entry);
    this.#waiting = [...cut, ...this.#waiting];
  }

  /** Bitcoin's blocks above `height` are gone, and Stacks goes on with all it had: what was called stays done. */
  keep(height: number): void {
    this.model.burns.length = Math.min(this.model.burns.length, height + 1);
    this.#branch += 1;
    this.#base = {
      model: this.model.copy(),
      nonce: this.#nonce,
      height: this.height,
      ran: new Map(this.#ran),
    };
    this.#entries = [];
  }

  readonly #results = new Map<string, number | null>();
  // What ran before ran under other halts than today's: its result is remembered, not worked out anew.
  #replay(entry: Entry): void {
    if (entry.tag === "burn") {
      this.#take(entry);
      return;
    }
    const halted = this.model.halted;
    this.model.halted = this.#results.get(entry.sent.txid) === 2002;
    this.#take(entry);
    this.model.halted = halted;
  }

  #mine(): void {
    for (;;) {
      const next = this.#waiting.find(({ nonce }) => nonce === this.#nonce);
      if (next === undefined) break;
      this.#waiting = this.#waiting.filter((one) => one !== next && one.nonce > this.#nonce);
      this.#take({ tag: "call", sent: next });
    }
  }

  #take(entry: Entry): void {
    this.#entries.push(entry);
    if (entry.tag === "burn") {
      this.model.burns[entry.height] = entry.hash;
      return;
    }
    const { sent } = entry;
    const code = this.model.run(sent.call);
    this.#ran.set(sent.txid, { code, burnHeight: this.model.tip });
    this.#results.set(sent.txid, code);
    this.#nonce = sent.nonce + 1n;
  }
}

function readCall(name: string, args: readonly ClarityValue[]): ModelCall {
  const at = (i: number) => args[i]!;
  const hash = (i: number) => bytesToHex(readBuffer(at(i), 32));
  const block = (i: number) => ({ height: readSmallUint(at(i)), hash: hash(i + 1) });
  const made = (action: Exclude<ContractAction, { tag: "setWallet" }>, i: number): ModelCall => ({
    action,
    signature: readBuffer(at(i), 64),
  });
  switch (name) {
    case "mint!": {
      const deposit = { txid: hash(2), vout: readSmallUint(at(3)) };
      const amount = readUint(at(0));
      return made({ tag: "mint", amount, recipient: readPrincipal(at(1)), deposit, burnBlock: block(4) }, 6);
    }
    case "reject!": {
      const deposit = { txid: hash(1), vout: readSmallUint(at(2)) };
      return made({ tag: "reject", reason: readSmallUint(at(0)), deposit, burnBlock: block(3) }, 5);
    }
    case "lock!":
      return made(
        {
          tag: "lock",
          amount: readUint(at(0)),
          script: readBuffer(at(1)),
          address: readText(at(2)),
          dialect: readSmallUint(at(3)) === 1 ? "D1" : "D2",
          ownerSignature: readBuffer(at(4), 65),
          txid: hash(5),
          burnBlock: block(6),
        },
        8,
      );
    case "burn!":
      return made({ tag: "settle", txid: hash(0), payoutTxid: hash(1), burnBlock: block(2) }, 4);
    case "refund!":
      return made({ tag: "refund", txid: hash(0), cancelTxid: hash(1), burnBlock: block(2) }, 4);
    default:
      throw new Error(`no ${name} in the model`);
  }
}
