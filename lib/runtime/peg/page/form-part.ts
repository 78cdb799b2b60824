import { toHex } from "../../../sbtc/bytes.ts";
import { parseTransaction, type BitcoinTx } from "../../../sbtc/bitcoin/transaction.ts";
import { addressOf } from "../../../sbtc/bitcoin/script.ts";
import { configQueries, tokenQueries } from "../../../sbtc/contract/queries.ts";
import { accountOf } from "../../../sbtc/ops/owner-signature.ts";
import { formatPrincipal } from "../../../sbtc/ops/principal.ts";
import { Refusal } from "../../../sbtc/refusal.ts";
import type { Plan } from "../../../sbtc/transactions/plan.ts";
import { fromSignedPsbt, toPsbt } from "../../../sbtc/transactions/psbt.ts";
import { feeFor } from "../../../sbtc/transactions/size.ts";
import type { PegDirection, PegFormStep, PegFormView, PegProblem } from "../../views/index.ts";
import { buildOrder, fundsAt, payAddress, topUpUri, type PegOrder } from "../form/build.ts";
import { configOf, type PegFacts, type PegSources } from "../form/facts.ts";
import { problemOf, PegProblemError, stopWith } from "../form/problems.ts";
import {
  answer,
  edit,
  goBack,
  goOn,
  lockBlocksOn,
  messageOf,
  newForm,
  otherAmount,
  withProblem,
  write,
  type FormContext,
  type FormState,
} from "../form/state.ts";
import type { OwnRequest } from "../status/history.ts";
import { readPsbt, walletHints } from "../wallets/connect.ts";
import type { ConnectedWallet } from "../wallets/wallet.ts";
import { formView, type FormActivity } from "./form-view.ts";

/** What the form asks of the page around it. */
export interface FormHost {
  readonly sources: () => PegSources;
  readonly facts: () => PegFacts;
  readonly wallet: () => ConnectedWallet | null;
  readonly sbtc: () => bigint | null;
  readonly now: () => number;
  readonly changed: () => void;
  readonly save: (name: string, bytes: Uint8Array) => void;
  readonly keep: (request: OwnRequest) => Promise<void>;
  readonly forget: (txid: string) => Promise<void>;
  /** The request is with the network: show its page. */
  readonly sent: (request: OwnRequest) => void;
}

const resting: FormActivity = {
  signing: "ready",
  paying: "ready",
  plan: null,
  topUp: null,
  verdict: null,
};

/** The form at work: its state, and the effects that ask wallet, contract and chains. */
export class FormPart {
  readonly #host: FormHost;
  #form: FormState;
  #activity: FormActivity = resting;
  #plan: { readonly order: PegOrder; readonly plan: Plan } | null = null;
  /** Signed, and perhaps with the network already: only this may be sent until it is known. */
  #signed: BitcoinTx | null = null;

  constructor(host: FormHost, direction: PegDirection) {
    this.#host = host;
    this.#form = newForm(direction);
  }

  get direction(): PegDirection {
    return this.#form.direction;
  }

  view(): PegFormView {
    const { sources, wallet } = this.#host;
    return formView({
      ...this.#context(),
      form: this.#form,
      activity: this.#activity,
      site: sources().site,
      owner: wallet()?.addresses.stacks ?? null,
    });
  }

  turn(direction: PegDirection): void {
    if (direction === this.#form.direction) return;
    this.#reset(newForm(direction));
  }

  write(text: string): void {
    this.#plan = null;
    this.#activity = { ...this.#activity, plan: null, topUp: null, verdict: null };
    this.#set(write(this.#form, text));
  }

  choose(way: "deposit" | "direct"): void {
    this.#plan = null;
    this.#set({ ...this.#form, way, problem: null });
  }

  back(): void {
    this.#leavePay();
    this.#set(goBack(this.#form));
  }

  edit(step: PegFormStep): void {
    this.#leavePay();
    this.#set(edit(this.#form, step));
  }

  otherAmount(sats: bigint): void {
    this.#set(answer(otherAmount(this.#form, sats), { ...this.#context() }));
  }

  /** Goes to the next question where the one on screen is answered, by every rule and every source. */
  async next(): Promise<void> {
    this.#set(answer(this.#form, this.#context()));
    const form = this.#form;
    if (form.problem !== null) return;
    if (form.step === "recipient" && !(await this.#allowed(form))) return;
    if (this.#form !== form) return; // answered anew meanwhile
    this.#set(goOn(form));
    if (this.#form.step === "sign") await this.#askUse();
    if (this.#form.step === "pay") await this.prepare();
  }

  async #allowed(form: FormState): Promise<boolean> {
    const { facts, sources, wallet } = this.#host;
    const own = wallet()?.addresses.stacks;
    const recipient = form.recipient === null ? null : formatPrincipal(form.recipient);
    const verdict = recipient !== null && recipient === own ? "own" : facts().allowList ? "allowed" : "open";
    if (!facts().allowList) {
      this.#activity = { ...this.#activity, verdict };
      return true;
    }
    this.#activity = { ...this.#activity, verdict: "checking" };
    this.#host.changed();
    const config = configOf(facts().contract);
    const { stacks } = sources();
    return this.#guarded(async () => {
      const allowed = await stacks.read(
        recipient === null
          ? configQueries.scriptAllowed(config, form.script ?? new Uint8Array())
          : configQueries.recipientAllowed(config, recipient),
      );
      this.#activity = { ...this.#activity, verdict };
      if (!allowed)
        stopWith(recipient === null ? "address-not-allowed" : "principal-not-allowed", {
          detail: recipient ?? form.texts.recipient.trim(),
        });
    });
  }

  /** Asks the contract whether the message to sign was used for another request already. */
  async #askUse(): Promise<void> {
    const form = this.#form;
    const message = messageOf(form, this.#host.sources().network);
    const owner = this.#host.wallet()?.addresses.stacks;
    if (message === null || owner === undefined) return;
    this.#activity = { ...this.#activity, signing: "asking" };
    this.#host.changed();
    await this.#guarded(async () => {
      const { contract } = this.#host.facts();
      const by = await this.#host
        .sources()
        .stacks.read(tokenQueries.messageUse(contract, owner, message.digest));
      this.#form = { ...this.#form, used: by === null ? null : { digest: message.digestHex, by } };
      if (by !== null) stopWith("message-used", { detail: by });
    });
    this.#activity = { ...this.#activity, signing: "ready" };
    this.#host.changed();
  }

  /** Lets the owner sign, and compares who signed with the account that holds the sBTC. */
  async sign(): Promise<void> {
    if (this.#activity.signing !== "ready") return;
    await this.#askUse();
    const form = this.#form;
    const wallet = this.#host.wallet();
    const { network } = this.#host.sources();
    const message = messageOf(form, network);
    if (form.used !== null || form.problem !== null || wallet === null || message === null) return;
    this.#activity = { ...this.#activity, signing: "waiting" };
    this.#host.changed();
    await this.#guarded(async () => {
      const { signature, publicKey } = await wallet.signText(message.text, message.digest);
      const owner = formatPrincipal(accountOf(publicKey, network));
      if (owner !== wallet.addresses.stacks) stopWith("owner-differs", { detail: owner });
      if (messageOf(this.#form, network)?.digestHex !== message.digestHex) return; // edited meanwhile
      this.#form = { ...this.#form, signed: { signature, owner }, problem: null };
    });
    this.#activity = { ...this.#activity, signing: "ready" };
    this.#host.changed();
  }

  /** Builds the transaction from the wallet's coins, so that its fee is known before anybody signs. */
  async prepare(): Promise<void> {
    const wallet = this.#host.wallet();
    if (this.#form.step !== "pay" || wallet === null || this.#signed !== null) return;
    this.#activity = { ...this.#activity, paying: "building", plan: null, topUp: null };
    this.#set({ ...this.#form, problem: null });
    await this.#guarded(async () => {
      const facts = this.#host.facts();
      const { network, bitcoin } = this.#host.sources();
      const order = this.#order(wallet);
      const { payment } = wallet.addresses;
      const funds = await fundsAt(bitcoin, payment.script, facts.rates);
      try {
        const plan = buildOrder(order, facts, network, funds);
        this.#plan = { order, plan };
        const payTo = payAddress(plan, order, network);
        this.#activity = { ...this.#activity, plan: { minerFee: plan.fee, payTo } };
      } catch (error) {
        if (error instanceof Refusal && error.code === "insufficientFunds") {
          const have = funds.coins.reduce((sum, { amount }) => sum + amount, 0n);
          const wanted = (order.direction === "in" ? order.amount : 2000n) + feeFor(400, funds.rate);
          const missing = wanted > have ? wanted - have : 1000n;
          this.#activity = { ...this.#activity, topUp: topUpUri(payment.address, missing) };
          stopWith("funds-short", { detail: error.message, nearest: missing });
        }
        throw error;
      }
    });
    this.#activity = { ...this.#activity, paying: "ready" };
    this.#host.changed();
  }

  /** Builds again where coins were missing: they may have come. */
  async refresh(): Promise<void> {
    if (this.#activity.topUp !== null && this.#activity.paying === "ready") await this.prepare();
  }

  /** Has the wallet sign and sends the transaction; one that may have been sent is sent again, never made anew. */
  async pay(): Promise<void> {
    const wallet = this.#host.wallet();
    if (this.#activity.paying !== "ready" || wallet === null) return;
    if (this.#plan === null && this.#signed === null) return this.prepare();
    await this.#paying("waiting", async () => {
      const plan = this.#plan?.plan;
      this.#signed ??= plan === undefined ? null : await wallet.signPlan(plan);
      await this.#send();
    });
  }

  /** The transaction as a file for a wallet that is not in this browser. */
  savePsbt(): void {
    const wallet = this.#host.wallet();
    if (this.#plan === null || wallet === null) return;
    const { plan } = this.#plan;
    const bytes = toPsbt(plan, walletHints(plan, wallet.addresses));
    this.#host.save(`peg-${this.#form.direction}-${plan.unsigned.txid.slice(0, 8)}.psbt`, bytes);
  }

  /** Takes the file back, signed. It must be the same transaction. */
  async readPsbt(file: Pick<File, "arrayBuffer" | "size">): Promise<void> {
    const built = this.#plan;
    if (built === null || this.#activity.paying !== "ready") return;
    await this.#paying("sending", async () => {
      if (file.size > 2_000_000) stopWith("psbt-unreadable");
      const bytes = new Uint8Array(await file.arrayBuffer());
      const isBinary = bytes[0] === 0x70 && bytes[4] === 0xff;
      const psbt = isBinary ? bytes : readPsbt(new TextDecoder().decode(bytes).trim());
      this.#signed = fromSignedPsbt(built.plan, psbt);
      await this.#send();
    });
  }

  async #send(): Promise<void> {
    const tx = this.#signed;
    if (tx === null) return;
    const request = this.#request(tx);
    await this.#host.keep(request);
    this.#activity = { ...this.#activity, paying: "sending" };
    this.#host.changed();
    try {
      await this.#host.sources().bitcoin.broadcast(tx.raw);
    } catch (error) {
      if (error instanceof Refusal && error.code === "nodeRejected") {
        // Certainly not sent: it may be made anew.
        this.#signed = null;
        this.#plan = null;
        await this.#host.forget(tx.txid);
      }
      throw error;
    }
    this.#reset(newForm(this.#form.direction));
    this.#host.sent(request);
  }

  #request(tx: BitcoinTx): OwnRequest {
    const { direction, amount, recipient, script } = this.#form;
    const { network } = this.#host.sources();
    const to =
      recipient === null ? addressOf(script ?? new Uint8Array(), network) : formatPrincipal(recipient);
    return {
      direction,
      contract: this.#host.facts().contract,
      txid: tx.txid,
      sats: amount ?? 0n,
      to: to ?? "",
      at: this.#host.now(),
      raw: toHex(parseTransaction(tx.raw).raw),
      state: "Sent",
      final: false,
    };
  }

  #order(wallet: ConnectedWallet): PegOrder {
    const { direction, amount, recipient, script, signed, way } = this.#form;
    if (amount === null) return stopWith("amount-empty");
    if (direction === "out") {
      if (script === null || signed === null) return stopWith("address-invalid");
      return { direction, amount, recipientScript: script, signature: signed.signature };
    }
    if (recipient === null) return stopWith("principal-invalid");
    const lockBlocks = lockBlocksOn(this.#host.sources().network);
    return {
      direction,
      amount,
      recipient,
      way:
        way === "direct" ? { tag: "direct" } : { tag: "deposit", reclaimKey: wallet.reclaimKey, lockBlocks },
    };
  }

  async #paying(stage: FormActivity["paying"], run: () => Promise<void>): Promise<void> {
    this.#activity = { ...this.#activity, paying: stage };
    this.#set({ ...this.#form, problem: null });
    await this.#guarded(run);
    this.#activity = { ...this.#activity, paying: "ready" };
    this.#host.changed();
  }

  #leavePay(): void {
    if (this.#form.step !== "pay") return;
    this.#plan = null;
    this.#activity = resting;
  }

  #reset(form: FormState): void {
    this.#plan = null;
    this.#signed = null;
    this.#activity = resting;
    this.#set(form);
  }

  async #guarded(run: () => Promise<void>): Promise<boolean> {
    try {
      await run();
      return true;
    } catch (error) {
      this.#stop(problemOf(error), error);
      return false;
    }
  }

  #stop(problem: PegProblem, error: unknown): void {
    // A fault of our own goes to the console, where a person can copy it from; the page says only that it happened.
    if (problem.code === "unexpected" && !(error instanceof PegProblemError)) console.error(error);
    this.#set(withProblem(this.#form, problem));
  }

  #context(): FormContext {
    return {
      facts: this.#host.facts(),
      network: this.#host.sources().network,
      sbtc: this.#host.sbtc(),
    };
  }

  #set(form: FormState): void {
    this.#form = form;
    this.#host.changed();
  }
}
