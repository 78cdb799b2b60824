import { parseAmount } from "../../../sbtc/amount.ts";
import { transferCall } from "../../../sbtc/contract/calls.ts";
import type { PegProblem, PegTransferView } from "../../views/index.ts";
import type { PegFacts, PegSources } from "../form/facts.ts";
import { checked, checkRecipient } from "../form/checks.ts";
import { problemOf, stopWith } from "../form/problems.ts";
import type { ConnectedWallet } from "../wallets/wallet.ts";

const fresh: PegTransferView = { amount: "", to: "", state: "writing" };

/** Sending sBTC on: two answers, one signature, and waiting until the chain has it. */
export class TransferPart {
  readonly #changed: () => void;
  #view: PegTransferView = fresh;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get view(): PegTransferView {
    return this.#view;
  }

  write(amount: string, to: string): void {
    this.#set({ amount, to, state: "writing" });
  }

  async send(
    sources: PegSources,
    facts: PegFacts,
    wallet: ConnectedWallet | null,
    balance: bigint | null,
  ): Promise<void> {
    const { amount: text, to } = this.#view;
    if (wallet === null || this.#view.state === "waiting") return;
    const amount = checked(() => (text.trim() === "" ? stopWith("amount-empty") : parseAmount(text, "BTC")));
    const recipient = checkRecipient(to, facts, sources.network);
    const short = amount.ok && balance !== null && amount.value > balance;
    const amountProblem: PegProblem | null = short
      ? { code: "amount-above-balance", nearest: balance }
      : amount.ok
        ? amount.value === 0n
          ? { code: "amount-empty" }
          : null
        : amount.problem;
    const toProblem = recipient.ok
      ? to.trim() === wallet.addresses.stacks
        ? ({ code: "principal-invalid", detail: "this is your own account" } as const)
        : null
      : recipient.problem;
    if (amountProblem !== null || toProblem !== null || !amount.ok) {
      this.#set({
        ...{ amount: text, to, state: "writing" },
        ...(amountProblem === null ? {} : { amountProblem }),
        ...(toProblem === null ? {} : { toProblem }),
      });
      return;
    }
    this.#set({
      amount: text,
      to,
      state: facts.halted ? "failed" : "waiting",
      ...(facts.halted ? { problem: { code: "halted" } } : {}),
    });
    if (facts.halted) return;
    try {
      const { stacks: sender } = wallet.addresses;
      const txid = await wallet.call(transferCall(facts.contract, amount.value, sender, to.trim(), null));
      this.#set({ amount: text, to, state: "sent", txid });
    } catch (error) {
      this.#set({ amount: text, to, state: "failed", problem: problemOf(error) });
    }
  }

  /** Asks what became of the transfer on its way. */
  async refresh({ stacks }: PegSources): Promise<void> {
    const { state, txid } = this.#view;
    if (state !== "sent" || txid === undefined) return;
    const found = await stacks.transaction(txid);
    if (this.#view.txid !== txid) return;
    if (found.tag === "success") this.#set({ ...this.#view, state: "done" });
    if (
      found.tag === "abortedByResponse" ||
      found.tag === "abortedByPostCondition" ||
      found.tag === "dropped"
    )
      this.#set({
        ...this.#view,
        state: "failed",
        problem: { code: "node-rejected", detail: found.tag === "dropped" ? found.reason : found.tag },
      });
  }

  #set(view: PegTransferView): void {
    this.#view = view;
    this.#changed();
  }
}
