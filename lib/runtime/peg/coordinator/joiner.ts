import type { Write } from "../../ports/store.ts";
import type { Txid } from "../../../sbtc/bytes.ts";
import { parseTransaction } from "../../../sbtc/bitcoin/transaction.ts";
import type { CoinPool, Facts, PegTerms } from "../../../sbtc/peg/coordinator/facts.ts";
import {
  expectJoining,
  planJoining,
  reserveJoining,
  stageOf,
  type Joining,
  type JoiningStage,
} from "../../../sbtc/peg/coordinator/joining.ts";
import { complete, type SigningTools } from "../../../sbtc/peg/coordinator/outcome.ts";
import type { PegChain } from "../../../sbtc/peg/coordinator/peg-chain.ts";
import type { FrostCoordinator, RoundOutcome } from "../../../sbtc/peg/coordinator/rounds.ts";
import { proposalOf } from "../../../sbtc/peg/queue/plans.ts";
import { total } from "../../../sbtc/transactions/plan.ts";
import { Refusal, refuse } from "../../../sbtc/refusal.ts";
import { joiningWrite } from "./storage.ts";

/** What joining coins takes of the coordinator that does it. */
export interface JoinerPorts {
  readonly terms: PegTerms;
  readonly frost: FrostCoordinator;
  readonly signWallet: SigningTools["signWallet"];
  readonly commit: (writes: readonly Write[]) => Promise<void>;
  readonly send: (txid: Txid, raw: Uint8Array, facts: Facts) => Promise<void>;
  /** Runs work in its turn among the coordinator's own, and looks again after it. */
  readonly inTurn: (work: () => Promise<void>) => Promise<void>;
}

/** The joining that is under way or came last, for screens. Amounts in satoshi. */
export interface JoiningSnapshot {
  /** `ended`: nothing was joined, for the reason given. */
  readonly stage: JoiningStage | "ended";
  readonly coins: number;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly at: number;
  readonly txid: Txid | null;
  readonly confirmations: number;
  readonly reason: string | null;
}

/**
 * Makes one coin of many, one joining at a time: decided and stored, signed by the group, stored again, then sent until
 * it is mined. A crash anywhere goes on from what is stored.
 */
export class Joiner {
  readonly #ports: JoinerPorts;
  #joining: Joining | null;
  #isAsking = false;
  #last: JoiningSnapshot | null = null;

  constructor(ports: JoinerPorts, past: Joining | null) {
    this.#ports = ports;
    this.#joining = past;
  }

  snapshot(): JoiningSnapshot | null {
    return this.#last;
  }

  /** Before other transactions are told to the ledger. */
  expect(chain: PegChain): void {
    if (this.#joining !== null) expectJoining(this.#joining, chain);
  }

  reserve(coins: CoinPool): void {
    if (this.#joining !== null) reserveJoining(this.#joining, coins);
  }

  /** @throws Refusal where one is under way, or there is nothing to join; StoreError */
  async begin(facts: Facts): Promise<void> {
    const { terms, commit } = this.#ports;
    if (this.#joining !== null && stageOf(this.#joining, facts) !== "done")
      refuse("inputRepeated", "the coins of the last time are not joined yet");
    const joining: Joining = { plan: planJoining(facts), signed: null, at: facts.now };
    await commit([joiningWrite(terms.contract, joining)]);
    this.#joining = joining;
    await this.tend(facts);
  }

  /** One look: asks, sends, or lets go of what can never be mined. */
  async tend(facts: Facts): Promise<void> {
    const joining = this.#joining;
    if (joining === null) return;
    const stage = stageOf(joining, facts);
    this.#last = { ...told(joining, facts), stage };
    switch (stage) {
      case "asking":
        if (!this.#isAsking) void this.#ask(joining, facts);
        return;
      case "sent":
        if (joining.signed === null) return;
        return this.#ports.send(joining.signed.txid, joining.signed.raw, facts);
      case "gone":
        return this.#end(joining, facts, "a coin of it was spent otherwise, or left the chain");
      case "done":
        return;
    }
  }

  async #ask(joining: Joining, facts: Facts): Promise<void> {
    const { frost, inTurn } = this.#ports;
    this.#isAsking = true;
    const outcome = await frost
      .sign({ number: 0, items: [{ id: "joining", proposal: proposalOf(joining.plan) }], byHand: false })
      .catch((error: unknown): RoundOutcome => ({
        tag: "missing",
        reason: error instanceof Error ? error.message : "unknown",
      }));
    await inTurn(async () => {
      this.#isAsking = false;
      if (this.#joining === joining) await this.#take(joining, outcome, facts);
    });
  }

  async #take(joining: Joining, outcome: RoundOutcome, facts: Facts): Promise<void> {
    if (outcome.tag !== "signed") return this.#end(joining, facts, outcome.reason);
    try {
      const { txid, raw } = complete(joining.plan, outcome.signatures[0] ?? [], this.#ports);
      await this.#store({ ...joining, signed: { txid, raw } });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await this.#end(joining, facts, error.message);
    }
  }

  async #end(joining: Joining, facts: Facts, reason: string): Promise<void> {
    await this.#store(null);
    this.#last = { ...told(joining, facts), stage: "ended", reason };
  }

  async #store(joining: Joining | null): Promise<void> {
    await this.#ports.commit([joiningWrite(this.#ports.terms.contract, joining)]);
    this.#joining = joining;
  }
}

function told({ plan, signed, at }: Joining, { chain }: Facts): Omit<JoiningSnapshot, "stage"> {
  const { outputs } = parseTransaction(plan.unsigned);
  return {
    coins: plan.spends.filter(({ signer }) => signer.tag === "group").length,
    amount: outputs[0]?.amount ?? 0n,
    fee: total(plan.spends) - total(outputs),
    at,
    txid: signed?.txid ?? null,
    confirmations: signed === null ? 0 : chain.confirmations(signed.txid),
    reason: null,
  };
}
