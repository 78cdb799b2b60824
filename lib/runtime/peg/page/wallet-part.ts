import { tokenQueries } from "../../../sbtc/contract/queries.ts";
import type { PegProblem, PegWalletView } from "../../views/index.ts";
import type { PegSources } from "../form/facts.ts";
import { problemOf, stopWith } from "../form/problems.ts";
import { connectWallet } from "../wallets/connect.ts";
import { walletChoices } from "../wallets/providers.ts";
import type { ConnectedWallet } from "../wallets/wallet.ts";
import type { PegPagePorts } from "./ports.ts";

interface Balances {
  readonly btc?: bigint;
  readonly sbtc?: bigint;
  readonly ustx?: bigint;
}

/** One BTC of the devnet, in satoshi: what its faucet gives at a click. */
const faucetGift = 100_000_000n;

/** The connected wallet: choosing, connecting, balances, the devnet's faucet. */
export class WalletPart {
  readonly #ports: PegPagePorts;
  readonly #changed: () => void;
  #state: "none" | "choosing" | "connecting" = "none";
  #wallet: ConnectedWallet | null = null;
  #balances: Balances = {};
  #faucet: "ready" | "working" | "paid" = "ready";
  #problem: PegProblem | null = null;

  constructor(ports: PegPagePorts, changed: () => void) {
    this.#ports = ports;
    this.#changed = changed;
  }

  get wallet(): ConnectedWallet | null {
    return this.#wallet;
  }

  get sbtc(): bigint | null {
    return this.#balances.sbtc ?? null;
  }

  view(site: PegSources["site"] | null): PegWalletView {
    const problem = this.#problem === null ? {} : { problem: this.#problem };
    const wallet = this.#wallet;
    if (wallet === null)
      return { state: this.#state, choices: walletChoices(this.#ports.window), ...problem };
    return {
      state: "connected",
      name: wallet.name,
      test: wallet.test,
      stacks: wallet.addresses.stacks,
      bitcoin: wallet.addresses.payment.address,
      ...this.#balances,
      faucet: site === "devnet" ? this.#faucet : "none",
      ...problem,
    };
  }

  open(choosing: boolean): void {
    if (this.#wallet === null) this.#state = choosing ? "choosing" : "none";
    this.#problem = null;
    this.#changed();
  }

  disconnect(): void {
    this.#wallet = null;
    this.#balances = {};
    this.#faucet = "ready";
    this.open(false);
  }

  async connect(id: string, { network }: PegSources): Promise<void> {
    const name = walletChoices(this.#ports.window).find((choice) => choice.id === id)?.name ?? "The wallet";
    this.#state = "connecting";
    this.#problem = null;
    this.#changed();
    try {
      this.#wallet = await connectWallet(id, { scope: this.#ports.window, network, name });
      this.#state = "none";
    } catch (error) {
      this.#state = "choosing";
      this.#problem = problemOf(error);
    }
    this.#changed();
  }

  /** Asks both chains what the wallet has. */
  async refresh({ bitcoin, stacks }: PegSources, contract: string | null): Promise<void> {
    const wallet = this.#wallet;
    if (wallet === null) return;
    const { stacks: account, payment } = wallet.addresses;
    const [utxos, state, sbtc] = await Promise.all([
      bitcoin.utxos(payment.script),
      stacks.account(account),
      contract === null ? null : stacks.read(tokenQueries.balance(contract, account)),
    ]);
    if (this.#wallet !== wallet) return;
    const btc = utxos.reduce((sum, { amount }) => sum + amount, 0n);
    this.#balances = { btc, ustx: state.balance, ...(sbtc === null ? {} : { sbtc }) };
    this.#changed();
  }

  /** Asks the devnet for coins of both chains. */
  async drink(): Promise<void> {
    const wallet = this.#wallet;
    if (wallet === null || this.#faucet === "working") return;
    this.#faucet = "working";
    this.#problem = null;
    this.#changed();
    try {
      const { payment, stacks } = wallet.addresses;
      await this.#post("/api/bitcoin/devnet/faucet", {
        address: payment.address,
        amount: faucetGift.toString(),
      });
      await this.#post("/api/stacks/extended/v1/faucets/stx", { address: stacks });
      this.#faucet = "paid";
    } catch (error) {
      this.#faucet = "ready";
      this.#problem = problemOf(error);
    }
    this.#changed();
  }

  async #post(path: string, body: object): Promise<void> {
    const { fetch } = this.#ports;
    let response;
    try {
      response = await fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    } catch {
      return stopWith("node-down", { detail: "the devnet" });
    }
    if (!response.ok) stopWith("node-rejected", { detail: (await response.text()).slice(0, 200) });
  }
}
