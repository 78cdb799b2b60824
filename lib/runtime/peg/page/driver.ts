import type { PegIntent, PegPageView, PegProblem, PegRequestRow, PegScreen } from "../../views/index.ts";
import type { Session } from "../../session.ts";
import { checkContract, readContractText, readFacts, type PegFacts, type PegSources } from "../form/facts.ts";
import { problemOf, stopWith } from "../form/problems.ts";
import { requestId } from "../status/gather.ts";
import { PegHistory, type OwnRequest } from "../status/history.ts";
import { FormPart } from "./form-part.ts";
import { NumbersPart } from "./numbers-part.ts";
import { placeHash, readPlace, type PegPlace } from "./place.ts";
import type { PegPagePorts } from "./ports.ts";
import { openSite } from "./sources.ts";
import { StatusPart } from "./status-part.ts";
import { TransferPart } from "./transfer-part.ts";
import { WalletPart } from "./wallet-part.ts";

/** How often the chains are asked, in milliseconds: often where blocks come every few seconds. */
const pollMs = (sources: PegSources | null): number => (sources?.site === "devnet" ? 3_000 : 20_000);
/** What is over is asked about every so many turns: only a reorganisation can change it. */
const restTurns = 10;

/**
 * The testers' page at work: it reads the place from the URL, keeps the facts of the peg fresh, and turns intents into
 * effects. It holds no key; wallets sign.
 */
export class PegPage {
  readonly #ports: PegPagePorts;
  readonly #session: Session<PegPageView, PegIntent>;
  readonly #prepare: (sources: PegSources) => Promise<void>;
  readonly #wallet: WalletPart;
  readonly #history: PegHistory;
  readonly #transfer: TransferPart;
  readonly #form: FormPart;
  #build: string | null = null;
  #sources: PegSources | null = null;
  #place: PegPlace = { tag: "start" };
  #contract: string | null = null;
  /** The contract was compared with ours, text by text. Before that nothing of it is shown. */
  #checked = false;
  #facts: PegFacts | null = null;
  #problem: PegProblem | null = null;
  #opening: { text: string; busy: boolean; problem: PegProblem | null } = {
    ...{ text: "", busy: false, problem: null },
  };
  #status: StatusPart | null = null;
  #numbers: NumbersPart | null = null;
  #requests: readonly OwnRequest[] = [];
  #rested = 0;
  #stop: () => void = () => undefined;

  /** @param prepare run once the network is known, e.g. to register the devnet's wallets */
  constructor(
    ports: PegPagePorts,
    session: Session<PegPageView, PegIntent>,
    prepare: (sources: PegSources) => Promise<void>,
  ) {
    this.#ports = ports;
    this.#session = session;
    this.#prepare = prepare;
    this.#history = new PegHistory(ports.store);
    const changed = () => this.#render();
    this.#wallet = new WalletPart(ports, changed);
    this.#transfer = new TransferPart(changed);
    this.#form = new FormPart(
      {
        sources: () => this.#sources ?? stopWith("sources-missing"),
        facts: () => this.#facts ?? stopWith("no-wallet-yet"),
        wallet: () => this.#wallet.wallet,
        sbtc: () => this.#wallet.sbtc,
        now: () => ports.clock.now(),
        changed,
        save: ports.save,
        keep: (request) => this.#history.keep(request),
        forget: (txid) => this.#history.forget(txid),
        sent: ({ direction, contract, txid }) =>
          ports.go(placeHash({ tag: "status", contract, direction, txid }), false),
      },
      "in",
    );
  }

  async start(): Promise<void> {
    this.#session.listen((intent) => void this.#hear(intent));
    await this.#begin();
    this.#poll();
  }

  async #begin(): Promise<void> {
    this.#problem = null;
    try {
      const { sources, build } = await openSite(this.#ports.fetch, this.#ports.origin);
      await this.#prepare(sources);
      this.#sources = sources;
      this.#build = build;
      await this.moved();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Ends the asking. */
  stop(): void {
    this.#stop();
  }

  /** The fragment changed, or is read for the first time. */
  async moved(): Promise<void> {
    if (this.#sources === null) return;
    this.#place = readPlace(this.#ports.hash());
    if (this.#place.tag === "start") {
      const last = await this.#history.contract();
      if (last !== null && this.#ports.hash().replace(/^#\/?/, "") === "") {
        this.#ports.go(placeHash({ tag: "form", contract: last, direction: "in" }), true);
        return;
      }
      this.#render();
      return;
    }
    const { contract } = this.#place;
    if (this.#place.tag === "form") this.#form.turn(this.#place.direction);
    await this.#openStatus();
    if (this.#place.tag === "requests") this.#requests = await this.#history.list();
    if (contract !== this.#contract) await this.#open(contract);
    else await this.#refresh();
  }

  async #openStatus(): Promise<void> {
    const place = this.#place;
    if (place.tag !== "status") {
      this.#status = null;
      return;
    }
    if (this.#status?.subject.txid === place.txid) return;
    const own = await this.#history.get(place.txid);
    const link = `${this.#ports.page}${placeHash(place)}`;
    const subject = { direction: place.direction, txid: requestId(place.txid), link, own };
    this.#status = new StatusPart(subject, () => this.#render());
    this.#render();
  }

  async #open(contract: string): Promise<void> {
    this.#contract = contract;
    this.#checked = false;
    this.#facts = null;
    this.#problem = null;
    this.#render();
    await this.#refresh();
  }

  /** Asks for everything on screen once more. */
  async #refresh(): Promise<void> {
    const sources = this.#sources;
    const contract = this.#contract;
    if (sources === null || contract === null) return;
    try {
      if (!this.#checked) await checkContract(sources, contract);
      const facts = await readFacts(sources, contract);
      if (this.#contract !== contract) return;
      if (!this.#checked) await this.#history.setContract(contract);
      this.#checked = true;
      this.#facts = facts;
      this.#problem = null;
      await this.#wallet.refresh(sources, contract);
      await this.#transfer.refresh(sources);
      if (this.#place.tag === "form") await this.#form.refresh();
      await this.#status?.refresh(sources, facts, this.#ports.clock.now());
      if (this.#place.tag === "numbers") await this.#countUp(sources, facts);
      await this.#remember();
    } catch (error) {
      // What is on screen stays. A request's page says since when it is what was known then.
      if (this.#facts === null) this.#fail(error);
      else this.#status?.missed(error, this.#ports.clock.now());
    }
    this.#render();
  }

  async #countUp(sources: PegSources, facts: PegFacts): Promise<void> {
    if (this.#numbers?.contract !== facts.contract) this.#numbers = new NumbersPart(sources, facts.contract);
    this.#render();
    await this.#numbers.refresh(sources, facts);
  }

  /** Keeps what the chains last said of an own request, so that the list shows it before it is asked again. */
  async #remember(): Promise<void> {
    const own = this.#status?.subject.own;
    const view = this.#status?.view;
    if (own == null || view == null) return;
    const state = view.stop === undefined || view.stop.tone === "sun" ? view.title : `Stopped: ${view.title}`;
    if (own.state === state && own.final === view.final) return;
    await this.#history.keep({ ...own, state, final: view.final });
  }

  #poll(): void {
    this.#stop = this.#ports.clock.after(pollMs(this.#sources), () => {
      const isOver = this.#status?.view?.final === true;
      this.#rested = isOver ? (this.#rested + 1) % restTurns : 0;
      void (this.#rested === 0 ? this.#refresh() : Promise.resolve()).finally(() => this.#poll());
    });
  }

  async #hear(intent: PegIntent): Promise<void> {
    try {
      await this.#do(intent);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #do(intent: PegIntent): Promise<void> {
    const sources = this.#sources;
    switch (intent.do) {
      case "try-again":
        if (sources === null) return this.#begin();
        return this.#contract === null ? this.moved() : this.#open(this.#contract);
      case "peg":
        return this.#choose(intent.text, intent.open);
      case "direction":
        if (this.#contract !== null)
          this.#ports.go(
            placeHash({ tag: "form", contract: this.#contract, direction: intent.direction }),
            false,
          );
        return;
      case "wallet-choose": {
        this.#wallet.open(true);
        return;
      }
      case "wallet-close": {
        this.#wallet.open(false);
        return;
      }
      case "wallet-disconnect": {
        this.#wallet.disconnect();
        return;
      }
      case "wallet-connect":
        if (sources === null) return;
        await this.#wallet.connect(intent.id, sources);
        await this.#refresh();
        return this.#facts === null ? undefined : this.#form.prepare();
      case "faucet":
        await this.#wallet.drink();
        return this.#refresh();
      case "transfer-write": {
        this.#transfer.write(intent.amount, intent.to);
        return;
      }
      default:
        if (sources !== null && this.#facts !== null) await this.#doWithFacts(intent, sources, this.#facts);
    }
  }

  async #doWithFacts(intent: PegIntent, sources: PegSources, facts: PegFacts): Promise<void> {
    const form = this.#form;
    switch (intent.do) {
      case "write": {
        form.write(intent.text);
        return;
      }
      case "way": {
        form.choose(intent.way);
        return;
      }
      case "next":
        return form.next();
      case "back": {
        form.back();
        return;
      }
      case "edit": {
        form.edit(intent.step);
        return;
      }
      case "amount-instead": {
        form.otherAmount(intent.sats);
        return;
      }
      case "sign":
        return form.sign();
      case "pay":
        return form.pay();
      case "save-psbt": {
        form.savePsbt();
        return;
      }
      case "read-psbt":
        return form.readPsbt(intent.file);
      case "transfer":
        return this.#transfer.send(sources, facts, this.#wallet.wallet, this.#wallet.sbtc);
      case "reclaim":
        await this.#status?.reclaim(sources, facts, this.#wallet.wallet);
        return this.#refresh();
      default:
        return;
    }
  }

  async #choose(text: string, open: boolean): Promise<void> {
    this.#opening = { text, busy: open, problem: null };
    this.#render();
    if (!open) return;
    try {
      const contract = readContractText(text);
      await checkContract(this.#sources ?? stopWith("sources-missing"), contract);
      this.#opening = { text: "", busy: false, problem: null };
      this.#ports.go(placeHash({ tag: "form", contract, direction: "in" }), false);
    } catch (error) {
      this.#opening = { text, busy: false, problem: problemOf(error) };
    }
    this.#render();
    return Promise.resolve();
  }

  #fail(error: unknown): void {
    this.#problem = problemOf(error);
    if (this.#problem.code === "unexpected") console.error(error);
    this.#render();
  }

  #render(): void {
    const network = this.#sources?.site;
    const build = this.#build;
    this.#session.set({
      chrome: build === null ? {} : { build: { hash: build.slice(0, 8) } },
      ...(network === undefined ? {} : { network }),
      ...(this.#contract === null ? {} : { contract: this.#contract }),
      wallet: this.#wallet.view(network ?? null),
      ...this.#screen(),
    });
  }

  #screen(): PegScreen {
    if (this.#sources === null)
      return this.#problem === null ? { tag: "starting" } : { tag: "failed", problem: this.#problem };
    const place = this.#place;
    if (place.tag === "start") {
      const { text, busy, problem } = this.#opening;
      return { tag: "choose", text, busy, ...(problem === null ? {} : { problem }) };
    }
    if (place.tag === "requests")
      return { tag: "requests", requests: this.#requests.map((own) => rowOf(own)) };
    if (this.#facts === null)
      return this.#problem === null ? { tag: "starting" } : { tag: "failed", problem: this.#problem };
    if (place.tag === "wallet") return { tag: "wallet", transfer: this.#transfer.view };
    if (place.tag === "form") return { tag: "form", form: this.#form.view() };
    if (place.tag === "numbers") {
      const numbers = this.#numbers?.view ?? null;
      return { tag: "numbers", ...(numbers === null ? {} : { numbers }) };
    }
    const status = this.#status?.view;
    const problem = this.#status?.problem;
    return status == null
      ? { tag: "looking", txid: place.txid, ...(problem == null ? {} : { problem }) }
      : { tag: "status", status };
  }
}

function rowOf({ direction, contract, txid, sats, to, at, state, final }: OwnRequest): PegRequestRow {
  const stopped = state.startsWith("Stopped: ");
  return {
    direction,
    txid,
    sats,
    to,
    at,
    state: stopped ? state.slice("Stopped: ".length) : state,
    tone: stopped ? "stop" : final ? "go" : "act",
    href: placeHash({ tag: "status", contract, direction, txid }),
  };
}
