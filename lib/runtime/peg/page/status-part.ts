import type { BitcoinTx } from "../../../sbtc/bitcoin/transaction.ts";
import type { Txid } from "../../../sbtc/bytes.ts";
import { buildReclaim } from "../../../sbtc/transactions/script-path.ts";
import { sameBytes } from "../../../sbtc/bytes.ts";
import type { PegDirection, PegProblem, PegStatusView } from "../../views/index.ts";
import type { PegFacts, PegSources } from "../form/facts.ts";
import { problemOf, stopWith } from "../form/problems.ts";
import { gatherPegIn, gatherPegOut, type PegInEvidence } from "../status/gather.ts";
import type { OwnRequest } from "../status/history.ts";
import { pegInView } from "../status/peg-in-view.ts";
import { pegOutView } from "../status/peg-out-view.ts";
import type { ConnectedWallet } from "../wallets/wallet.ts";

/** Which request the page is about. */
export interface StatusSubject {
  readonly direction: PegDirection;
  readonly txid: Txid;
  readonly link: string;
  readonly own: OwnRequest | null;
}

/** One request's page: asks the chains again and again, and takes a deposit back. */
export class StatusPart {
  readonly subject: StatusSubject;
  readonly #changed: () => void;
  #view: PegStatusView | null = null;
  #evidence: PegInEvidence | null = null;
  #problem: PegProblem | null = null;
  #reclaim: { readonly working: boolean; readonly problem: string | null } = {
    working: false,
    problem: null,
  };

  constructor(subject: StatusSubject, changed: () => void) {
    this.subject = subject;
    this.#changed = changed;
  }

  get problem(): PegProblem | null {
    return this.#problem;
  }

  get view(): PegStatusView | null {
    const view = this.#view;
    if (view?.reclaim === undefined) return view;
    const { working, problem } = this.#reclaim;
    return {
      ...view,
      reclaim: {
        ...view.reclaim,
        ...(working ? { state: "working" as const } : {}),
        ...(problem === null ? {} : { problem }),
      },
    };
  }

  /** Asks both chains once. A source that fails leaves what was known on screen, and is named. */
  async refresh(sources: PegSources, facts: PegFacts, now: number): Promise<void> {
    const { txid, link, own, direction } = this.subject;
    const context = { facts, site: sources.site, txid, link, sentAt: own?.at ?? null, asked: { at: now } };
    try {
      if (direction === "in") {
        this.#evidence = await gatherPegIn(sources, facts, txid);
        this.#view = pegInView(this.#evidence, context);
      } else {
        this.#view = pegOutView(await gatherPegOut(sources, facts, txid), context);
      }
      this.#problem = null;
    } catch (error) {
      this.missed(error, now);
    }
    this.#changed();
  }

  /** A source could not be asked: what was known stays, and is named as what it is. */
  missed(error: unknown, now: number): void {
    const problem = problemOf(error);
    this.#problem = problem;
    const asked = { at: this.#view?.asked.at ?? now, problem: problem.detail ?? problem.code };
    if (this.#view !== null) this.#view = { ...this.#view, asked };
  }

  /** Takes the deposit back with the depositor's own key. */
  async reclaim(sources: PegSources, facts: PegFacts, wallet: ConnectedWallet | null): Promise<void> {
    const reading = this.#evidence?.reading;
    const seen = this.#evidence?.seen;
    if (this.#reclaim.working || reading?.way !== "deposit" || seen == null) return;
    this.#reclaim = { working: true, problem: null };
    this.#changed();
    try {
      if (wallet === null || !sameBytes(wallet.reclaimKey, reading.found.reclaim.key))
        return stopWith("wallet-address", {
          detail: "Connect the wallet that made this deposit: only its key can take it back",
        });
      const { found } = reading;
      const coin = { ...found.outpoint, amount: found.amount, script: found.script };
      const plan = buildReclaim(
        coin,
        found.reclaimLeaf,
        wallet.addresses.payment.script,
        seen.confirmations,
        facts.rates.normal,
      );
      const tx: BitcoinTx = await wallet.signPlan(plan);
      await sources.bitcoin.broadcast(tx.raw);
      this.#reclaim = { working: false, problem: null };
    } catch (error) {
      const { detail, code } = problemOf(error);
      this.#reclaim = { working: false, problem: detail ?? code };
    }
    this.#changed();
  }
}
