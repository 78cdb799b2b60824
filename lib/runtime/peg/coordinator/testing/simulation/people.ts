import type { Chain } from "../../../../../../devnet/bitcoin/chain.ts";
import type { Prng } from "../../../../../rounds/simulation/prng.ts";
import { sameBytes } from "../../../../../sbtc/bytes.ts";
import type { BitcoinTx } from "../../../../../sbtc/bitcoin/transaction.ts";
import { dataOutput } from "../../../../../sbtc/ops/data-output.ts";
import {
  announcedDepositOutputs,
  readAnnouncedDeposit,
} from "../../../../../sbtc/ops/deposit-announcement.ts";
import { accountOf, pegOutMessageHash, signVrs } from "../../../../../sbtc/ops/owner-signature.ts";
import { formatPrincipal } from "../../../../../sbtc/ops/principal.ts";
import { keyWallet, type KeyWallet } from "../../../../../sbtc/testing/wallets.ts";
import type { Coin, Plan } from "../../../../../sbtc/transactions/plan.ts";
import { buildReclaim } from "../../../../../sbtc/transactions/script-path.ts";
import { withUnlocking, type Unlocking } from "../../../../../sbtc/transactions/sign.ts";
import {
  buildPegIn,
  buildPegOutRequest,
  fundByUser,
  type UserFunds,
} from "../../../../../sbtc/transactions/user.ts";
import type { SignatureMemory } from "./signatures.ts";
import { group, limits, terms } from "./setting.ts";
import type { Tally } from "./tally.ts";

const { network } = terms;
export const wallets: readonly KeyWallet[] = [keyWallet(0x71), keyWallet(0x72), keyWallet(0x73)];
export const accountName = (wallet: KeyWallet): string =>
  formatPrincipal(accountOf(wallet.publicKey, network));

/** A peg-out as its owner asked for it. */
export interface Asked {
  readonly tx: BitcoinTx;
  readonly amount: bigint;
  readonly script: Uint8Array;
  readonly fee: bigint;
}
/** A deposit as its owner made it. */
export interface Deposited {
  readonly tx: BitcoinTx;
  readonly amount: bigint;
  readonly recipient: string;
  readonly form: "direct" | "script" | "spoilt";
  readonly wallet: KeyWallet;
}

interface Surroundings {
  readonly chain: Chain;
  readonly random: Prng;
  readonly memory: SignatureMemory;
  readonly log: string[];
  readonly happened: Tally;
  readonly balance: (who: string) => bigint;
}

/** Three people with wallets of their own: they pay in, ask for payouts, change their minds and cheat. */
export class People {
  readonly deposits: Deposited[] = [];
  readonly requests: Asked[] = [];
  /** Payments to the peg that ask for nothing. */
  readonly topUps = new Set<string>();
  readonly #world: Surroundings;
  #counter = 0;

  constructor(world: Surroundings) {
    this.#world = world;
  }

  #coins(wallet: KeyWallet): Coin[] {
    const { chain } = this.#world;
    return [...chain.coins.values()].filter(
      (coin) => sameBytes(coin.script, wallet.script) && chain.mempool.spenderOf(coin) === undefined,
    );
  }
  #funds(wallet: KeyWallet, rate = 2_000n): UserFunds {
    return { coins: this.#coins(wallet), changeScript: wallet.script, rate };
  }

  /** Hands a transaction over as if its owner had signed it. */
  #publish(plan: Plan, wallet: KeyWallet): BitcoinTx | null {
    const { chain, memory } = this.#world;
    const signature = new Uint8Array(72).fill(0x30);
    const unlocking = plan.inputs.map(({ signer }, i): [number, Unlocking] => [
      i,
      signer.tag === "leaf"
        ? { witness: [signature.subarray(8), signer.leaf.script, signer.leaf.controlBlock] }
        : { witness: [signature, wallet.publicKey] },
    ]);
    const tx = withUnlocking(plan, new Map(unlocking));
    memory.trust(tx.raw);
    return "txid" in chain.submit(tx.raw) ? tx : null;
  }

  #attempt(what: string, make: () => BitcoinTx | null): BitcoinTx | null {
    const { log, happened } = this.#world;
    try {
      const tx = make();
      if (tx !== null) happened.add(what.split(" ").slice(0, 2).join(" "));
      log.push(`${what} ${tx === null ? "not taken" : tx.txid.slice(0, 8)}`);
      return tx;
    } catch (error) {
      log.push(`${what}: ${error instanceof Error ? error.message : "?"}`);
      return null;
    }
  }

  /** @param least smallest amount, satoshi */
  pegIn(least = 900, onlyDirect = false): void {
    const { random } = this.#world;
    const wallet = random.pick(wallets);
    const recipient = accountOf(wallet.publicKey, network);
    const isTooMuch = !onlyDirect && random.chance(0.08);
    const amount = isTooMuch ? limits.maxMint + 1n : BigInt(random.between(least, 900_000));
    const form = onlyDirect
      ? "direct"
      : random.pick(["direct", "direct", "direct", "script", "script", "spoilt"] as const);
    const reclaim = { key: wallet.publicKey.slice(1), blocks: random.pick([16, 144]) };
    const script = (): Plan => {
      const deposit = { data: { maxFee: 20_000n, recipient }, reclaim };
      return fundByUser(announcedDepositOutputs(deposit, amount, group.key, network), this.#funds(wallet));
    };
    const makers = {
      direct: () =>
        buildPegIn(
          { recipient, amount, pegScript: group.script, network, dialect: "D2" },
          this.#funds(wallet),
        ),
      script,
      spoilt: () =>
        fundByUser(
          [dataOutput(network, "pegIn", Uint8Array.of(9)), { amount, script: group.script }],
          this.#funds(wallet),
        ),
    };
    const tx = this.#attempt(`pegIn ${form} ${amount}`, () => this.#publish(makers[form](), wallet));
    if (tx !== null) this.deposits.push({ tx, amount, form, wallet, recipient: formatPrincipal(recipient) });
  }

  pegOut(): void {
    const { random, balance } = this.#world;
    const wallet = random.pick(wallets);
    const free = balance(accountName(wallet));
    const most = free > 900_000n ? 900_000n : free;
    const isGuess = random.chance(0.08);
    const amount = isGuess
      ? BigInt(random.between(500, 900_000))
      : (most * BigInt(random.between(10, 70))) / 100n;
    if (amount < limits.minAmount && !isGuess) return;
    // Some ask for the same again: the same amount at the same address is the same message.
    const again = this.requests.at(-1);
    const repeats = again !== undefined && random.chance(0.06);
    const script = repeats ? again.script : keyWallet(0x81 + (this.#counter++ % 60)).script;
    const wanted = repeats ? again.amount : amount;
    const data = {
      amount: wanted,
      signature: signVrs(pegOutMessageHash(wanted, script, network, "D2"), wallet.secret),
      memo: new Uint8Array(),
    };
    const fee = BigInt(random.between(400, 2_000));
    const parts = { data, recipientScript: script, fulfilmentFee: fee, pegScript: group.script, network };
    const tx = this.#attempt(`pegOut asked ${wanted}`, () =>
      this.#publish(buildPegOutRequest(parts, this.#funds(wallet)), wallet),
    );
    if (tx !== null) this.requests.push({ tx, amount: wanted, script, fee });
  }

  /** Spends what a deposit or request spent once more, to oneself. Works while it is in no block. */
  doubleSpend(): boolean {
    const { random, chain } = this.#world;
    const all = [...this.deposits, ...this.requests].filter(
      ({ tx }) => chain.history.transaction(tx.txid) === undefined,
    );
    if (all.length === 0) return false;
    const { tx } = random.pick(all);
    const owner = wallets.find(({ script }) =>
      tx.inputs.some((input) => sameBytes(chain.coins.get(input)?.script ?? new Uint8Array(), script)),
    );
    if (owner === undefined) return false;
    const coins = tx.inputs.flatMap((input) => chain.coins.get(input) ?? []);
    // More than any rival in the mempool pays, so that nodes take it in its place.
    const funds = { coins, changeScript: owner.script, rate: 40_000n };
    return (
      this.#attempt(`double spend of ${tx.txid.slice(0, 8)}`, () =>
        this.#publish(fundByUser([{ amount: 20_000n, script: owner.script }], funds), owner),
      ) !== null
    );
  }

  /** Takes deposits back whose lock is over and that nobody swept. */
  reclaim(): void {
    const { chain } = this.#world;
    for (const { tx, form, wallet } of this.deposits) {
      if (form !== "script") continue;
      const { outpoint, reclaimLeaf } = readAnnouncedDeposit(tx, [group.key], network);
      const coin = chain.coins.get(outpoint);
      if (coin === undefined || chain.mempool.spenderOf(outpoint) !== undefined) continue;
      const age = chain.tip.height - coin.height + 1;
      if (age >= 144 || age < 16) continue;
      this.#attempt(`reclaim of ${tx.txid.slice(0, 8)}`, () =>
        this.#publish(buildReclaim(coin, reclaimLeaf, wallet.script, age, 2_000n), wallet),
      );
    }
  }

  /** Gives the peg coins for nothing, so that it is backed again. */
  topUp(amount: bigint): void {
    const wallet = [...wallets].sort((a, b) => Number(this.#sum(b) - this.#sum(a)))[0]!;
    const tx = this.#attempt(`top-up of ${amount}`, () =>
      this.#publish(fundByUser([{ amount, script: group.script }], this.#funds(wallet, 9_000n)), wallet),
    );
    if (tx !== null) this.topUps.add(tx.txid);
  }
  #sum(wallet: KeyWallet): bigint {
    return this.#coins(wallet).reduce((sum, { amount }) => sum + amount, 0n);
  }
}
