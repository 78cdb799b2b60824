import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { parseTxid } from "../../lib/sbtc/bytes.ts";
import { parseTransaction } from "../../lib/sbtc/bitcoin/transaction.ts";
import { configCalls } from "../../lib/sbtc/contract/config-calls.ts";
import { networks } from "../../lib/sbtc/network.ts";
import { MemoryStore } from "../../lib/runtime/memory-store.ts";
import { PegPage } from "../../lib/runtime/peg/page/driver.ts";
import { SoloPeg, soloLimits } from "../../lib/runtime/peg/testing/solo-peg.ts";
import { registerTestWallets } from "../../lib/runtime/peg/wallets/test-wallet/register.ts";
import { createSession, type Session } from "../../lib/runtime/session.ts";
import { ManualClock } from "../../lib/runtime/testing/manual-clock.ts";
import type { PegFormView, PegIntent, PegPageView, PegStatusView } from "../../lib/runtime/views/index.ts";
import { RelayProcess } from "../relay-process.ts";

// The testers' page without a browser, against both chains of a running devnet. The group is one key.

const site = new RelayProcess(
  { HOARFROST_NETWORK: "devnet", HOARFROST_DEVNET_BLOCK_SECONDS: "0" },
  "test/relay-only.ts",
);
let peg: SoloPeg;
beforeAll(async () => {
  await site.start();
  peg = new SoloPeg(site.url);
  await peg.open();
}, 120_000);
afterAll(() => site.dispose());

vi.setConfig({ testTimeout: 90_000 });
let seeds = 0;

/** A page as a tab has it, with a browser profile of its own. */
class Tab {
  readonly session: Session<PegPageView, PegIntent> = createSession<PegPageView, PegIntent>({
    chrome: {},
    wallet: { state: "none", choices: [] },
    tag: "starting",
  });
  hash = "";
  readonly saved: { name: string; bytes: Uint8Array }[] = [];
  /** Set to lose the answer of the next request to this path, after it was carried out. */
  lose: string | null = null;
  /** While it is set, no chain answers. */
  isCut = false;
  readonly #clock = new ManualClock();
  readonly #page: PegPage;

  constructor(seed = ++seeds) {
    const window: Record<string, unknown> = {};
    const fetchHere = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
      const path = input instanceof Request ? input.url : String(input);
      if (this.isCut) throw new TypeError("the network is down");
      const response = await fetch(new URL(path, site.url), init);
      if (this.lose !== null && path.endsWith(this.lose)) {
        this.lose = null;
        throw new TypeError("the connection broke");
      }
      return response;
    };
    const ports = {
      fetch: fetchHere,
      clock: this.#clock,
      rng: { bytes: (length: number) => new Uint8Array(length).fill(seed) },
      store: new MemoryStore(),
      window,
      origin: site.url,
      page: `${site.url}/peg`,
      hash: () => this.hash,
      go: (hash: string) => {
        this.hash = hash;
        void this.#page.moved();
      },
      save: (name: string, bytes: Uint8Array) => void this.saved.push({ name, bytes }),
    };
    this.#page = new PegPage(ports, this.session, ({ stacks }) => {
      registerTestWallets(window, new Uint8Array(32).fill(seed), networks.regtest, { stacks });
      return Promise.resolve();
    });
  }

  async open(hash: string): Promise<this> {
    this.hash = hash;
    await this.#page.start();
    return this;
  }

  act(intent: PegIntent): void {
    this.session.act(intent);
  }

  /** Lets the page ask again, as its timer would, until `found` says so. */
  async until<T>(what: string, found: (view: PegPageView) => T | null | undefined | false): Promise<T> {
    for (let tries = 0; tries < 400; tries++) {
      const answer = found(this.session.view());
      if (answer !== null && answer !== undefined && answer !== false) return answer;
      if (tries % 10 === 9) await this.#clock.pass(3_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`never came: ${what}; the page shows ${JSON.stringify(this.session.view(), bigints)}`);
  }

  pass(ms: number): Promise<void> {
    return this.#clock.pass(ms);
  }

  form(what: string, found: (form: PegFormView) => boolean): Promise<PegFormView> {
    return this.until(what, (view) => (view.tag === "form" && found(view.form) ? view.form : null));
  }

  status(what: string, found: (status: PegStatusView) => boolean): Promise<PegStatusView> {
    return this.until(what, (view) => (view.tag === "status" && found(view.status) ? view.status : null));
  }

  async connect(): Promise<string> {
    this.act({ do: "wallet-connect", id: "HoarfrostTestWallets.Plain" });
    const wallet = await this.until("wallet", ({ wallet: one }) => (one.state === "connected" ? one : null));
    return wallet.stacks;
  }

  async coins(): Promise<void> {
    this.act({ do: "faucet" });
    await this.until("coins", ({ wallet }) => wallet.state === "connected" && (wallet.btc ?? 0n) > 0n);
    await peg.mine(1);
  }

  /** Answers the question on screen and waits for `next`. */
  async answer(text: string | null, next: string): Promise<PegFormView> {
    if (text !== null) this.act({ do: "write", text });
    this.act({ do: "next" });
    return this.form(next, ({ ask }) => ask.step === next);
  }
}

const bigints = (_: string, value: unknown): unknown =>
  typeof value === "bigint" ? value.toString() : value;

/** A tab with a wallet that has coins, at the form. */
async function funded(direction: "in" | "out" = "in"): Promise<{ tab: Tab; account: string }> {
  const tab = await new Tab().open(`#/${peg.contract}/${direction}`);
  await tab.form("form", () => true);
  const account = await tab.connect();
  await tab.coins();
  return { tab, account };
}

/** From the amount to a built payment. */
async function toPay(tab: Tab, account: string, way: "deposit" | "direct", amount = "0.01"): Promise<void> {
  await tab.answer(amount, "recipient");
  await tab.answer(account, "way");
  tab.act({ do: "way", way });
  await tab.answer(null, "check");
  await tab.answer(null, "pay");
  await tab.form("built", ({ ask }) => ask.step === "pay" && ask.state === "ready" && ask.psbtReady);
}

const txidOf = (tab: Tab): string => tab.hash.split("/").at(-1) ?? "";

describe("the page", () => {
  test("shows no address of a contract with another text, however often it asks", async () => {
    const foreign = new SoloPeg(site.url, 32);
    await foreign.open(soloLimits, false, (source) => `${source}\n;; one more line`);
    const tab = await new Tab().open(`#/${foreign.contract}/in`);
    const code = await tab.until("refusal", (view) => view.tag === "failed" && view.problem.code);
    expect(code).toBe("contract-foreign");
    await tab.pass(20_000);
    expect(tab.session.view().tag).toBe("failed");
  });

  test("says where there is no contract at all", async () => {
    const tab = await new Tab().open("#/ST1TNW5XKBHTZPN9M345JC8M1GZR5F0DJGAYMD3R6.sbtc/in");
    const code = await tab.until("refusal", (view) => view.tag === "failed" && view.problem.code);
    expect(code).toBe("contract-missing");
  });

  test("takes back a deposit that nobody minted, once its lock has passed, and not a block before", async () => {
    const { tab, account } = await funded();
    await toPay(tab, account, "deposit");
    tab.act({ do: "pay" });
    await tab.status("sent", () => true);
    await peg.mine(143);
    const locked = await tab.status("locked", ({ reclaim }) => reclaim?.state === "locked");
    expect(locked.reclaim?.blocksLeft).toBe(1);
    await peg.mine(1);
    await tab.status("open", ({ reclaim }) => reclaim?.state === "open");
    tab.act({ do: "reclaim" });
    const back = await tab.status("taken back", ({ stop }) => stop?.code === "reclaimed");
    expect(back.reclaim?.state).toBe("done");
  });

  test("gives a deposit back to no other wallet than the one that made it", async () => {
    const { tab, account } = await funded();
    await toPay(tab, account, "deposit");
    tab.act({ do: "pay" });
    await tab.status("sent", () => true);
    await peg.mine(144);
    const other = await new Tab().open(tab.hash);
    await other.status("open", ({ reclaim }) => reclaim?.state === "open");
    await other.connect();
    other.act({ do: "reclaim" });
    const refused = await other.status("refused", ({ reclaim }) => reclaim?.problem !== undefined);
    expect(refused.reclaim?.problem).toContain("the wallet that made this deposit");
  });

  test("pays once, also where the network's answer is lost and the person presses again", async () => {
    const { tab, account } = await funded();
    await toPay(tab, account, "direct");
    tab.lose = "/tx";
    tab.act({ do: "pay" });
    await tab.form("lost", ({ ask }) => ask.step === "pay" && ask.problem?.code === "node-down");
    tab.act({ do: "pay" });
    await tab.status("sent", () => true);
    const { raw } = await peg.bitcoin.transaction(parseTxid(txidOf(tab)));
    const spent = parseTransaction(raw).inputs[0];
    await peg.mine(1);
    const wallet = await tab.until("balance", ({ wallet: one }) =>
      one.state === "connected" && (one.btc ?? 0n) < 99_500_000n ? one : null,
    );
    expect(wallet.btc).toBeGreaterThan(98_900_000n);
    expect(spent?.txid).toBeDefined();
  });

  test("takes a PSBT signed elsewhere, and none that is another transaction", async () => {
    const { tab, account } = await funded();
    await toPay(tab, account, "deposit");
    tab.act({ do: "save-psbt" });
    const [saved] = tab.saved;
    expect(saved?.name).toMatch(/^peg-in-[0-9a-f]{8}\.psbt$/);
    const bytes = saved?.bytes ?? new Uint8Array();
    tab.act({ do: "read-psbt", file: new File([Uint8Array.from(bytes)], "same.psbt") });
    await tab.form("unsigned", ({ ask }) => ask.step === "pay" && ask.problem?.code === "psbt-unsigned");
    tab.act({ do: "read-psbt", file: new File(["hello"], "other.psbt") });
    await tab.form("unreadable", ({ ask }) => ask.step === "pay" && ask.problem?.code === "psbt-unreadable");
  });

  test("asks for what is missing, and goes on by itself once it is there", async () => {
    const tab = await new Tab().open(`#/${peg.contract}/in`);
    await tab.form("form", () => true);
    const account = await tab.connect();
    await tab.answer("0.01", "recipient");
    await tab.answer(account, "way");
    await tab.answer(null, "check");
    tab.act({ do: "next" });
    const short = await tab.form(
      "short",
      ({ ask }) => ask.step === "pay" && ask.problem?.code === "funds-short",
    );
    expect(short.ask.step === "pay" && short.ask.script.uri).toMatch(/^bitcoin:bcrt1q\w+\?amount=0\.01000/);
    await tab.coins();
    await tab.form("built", ({ ask }) => ask.step === "pay" && ask.psbtReady && ask.problem === undefined);
  });

  test("follows a reorganisation: a block less is said, and nothing is called done", async () => {
    const { tab, account } = await funded();
    await toPay(tab, account, "direct", "0.02");
    tab.act({ do: "pay" });
    await tab.status("sent", () => true);
    await peg.mine(1);
    await tab.status("one block", ({ steps }) => steps[1]?.title === "Seen on chain, 1 of 2 blocks");
    await peg.post("/api/bitcoin/devnet/reorg", { depth: 1, blocks: 2, drop: true });
    const gone = await tab.status("gone", ({ steps }) => steps[1]?.title !== "Seen on chain, 1 of 2 blocks");
    expect(gone.steps.find(({ id }) => id === "done")?.state).not.toBe("done");
  });

  test("follows a reorganisation after the mint: it is said that no bitcoin are behind it, until they are again", async () => {
    const { tab, account } = await funded();
    await toPay(tab, account, "direct", "0.02");
    tab.act({ do: "pay" });
    await tab.status("sent", () => true);
    const deposit = txidOf(tab);
    const { raw } = await peg.bitcoin.transaction(parseTxid(deposit));
    await peg.mine(2);
    await peg.mint(deposit, 2_000_000n, account);
    await tab.status("minted", ({ final }) => final);
    // A deposit can leave a chain without its mint only where the Stacks chain lags behind.
    await peg.post("/api/stacks/devnet/follow", { following: false });
    await peg.post("/api/bitcoin/devnet/reorg", { depth: 2, drop: true });
    await peg.bitcoin.broadcast(raw);
    const unbacked = await tab.status("unbacked", ({ stop }) => stop?.code === "unbacked");
    expect(unbacked.title).toBe("Your sBTC is there");
    await peg.post("/api/bitcoin/devnet/mine", { blocks: 2 });
    await tab.status("backed", ({ stop, final }) => stop === undefined && final);
    await peg.post("/api/stacks/devnet/follow", { following: true });
    await peg.mine(1);
  });

  test("says that a source does not answer, keeps what was known, and goes on by itself once it does", async () => {
    const { tab, account } = await funded();
    await toPay(tab, account, "direct", "0.02");
    tab.act({ do: "pay" });
    const before = await tab.status("sent", () => true);
    tab.isCut = true;
    const cut = await tab.status("cut", ({ asked }) => asked.problem !== undefined);
    expect(cut.asked.at).toBeGreaterThanOrEqual(before.asked.at);
    expect(cut.steps).toEqual(before.steps);
    tab.isCut = false;
    await tab.status("back", ({ asked }) => asked.problem === undefined);
  });
});

describe("with the alpha's list on", () => {
  const config = () => `${peg.contract.split(".")[0] ?? ""}.sbtc-config`;
  beforeEach(async () => {
    await peg.call(configCalls.enableAllowList(config(), true));
    await peg.call(configCalls.setLimits(config(), soloLimits));
    return () => peg.call(configCalls.enableAllowList(config(), false));
  });

  test("a recipient who is not on it is refused before anything is paid, and accepted once added", async () => {
    const { tab, account } = await funded();
    await tab.answer("0.01", "recipient");
    tab.act({ do: "write", text: account });
    tab.act({ do: "next" });
    const form = await tab.form(
      "refused",
      ({ ask }) => ask.step === "recipient" && ask.problem !== undefined,
    );
    expect(form.ask.step === "recipient" && form.ask.problem?.code).toBe("principal-not-allowed");
    await peg.call(configCalls.allowRecipients(config(), [{ who: account, allowed: true }]));
    await tab.answer(account, "way");
  });
});
