import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { Chain } from "../../../../../../devnet/bitcoin/chain.ts";
import { genesis, type Block } from "../../../../../../devnet/bitcoin/block.ts";
import { Faucet } from "../../../../../../devnet/bitcoin/faucet.ts";
import { createPrng, type Prng } from "../../../../../rounds/simulation/prng.ts";
import { sameBytes, type Txid } from "../../../../../sbtc/bytes.ts";
import { chainParameters } from "../../../../../sbtc/bitcoin/spv/parameters.ts";
import type { BitcoinTx } from "../../../../../sbtc/bitcoin/transaction.ts";
import type { Limits } from "../../../../../sbtc/contract/queries.ts";
import { networks } from "../../../../../sbtc/network.ts";
import { dataOutput } from "../../../../../sbtc/ops/dataOutput.ts";
import { announcedDepositOutputs } from "../../../../../sbtc/ops/depositAnnouncement.ts";
import { accountOf, pegOutMessageHash, signVrs } from "../../../../../sbtc/ops/ownerSignature.ts";
import { formatPrincipal } from "../../../../../sbtc/ops/principal.ts";
import type { PegTerms } from "../../../../../sbtc/peg/coordinator/facts.ts";
import {
  keyWallet,
  noAux,
  signPlan,
  soloGroup,
  type KeyWallet,
} from "../../../../../sbtc/testing/wallets.ts";
import { schnorr } from "@noble/curves/secp256k1.js";
import type { Coin, Plan } from "../../../../../sbtc/transactions/plan.ts";
import {
  buildPegIn,
  buildPegOutRequest,
  fundByUser,
  type UserFunds,
} from "../../../../../sbtc/transactions/user.ts";
import { MemoryStore } from "../../../../memory-store.ts";
import type { Store } from "../../../../ports/store.ts";
import { PegCoordinator, type CoordinatorPorts } from "../../coordinator.ts";
import { feeScript } from "../../bitcoin-fees.ts";
import { GroupCoordinator } from "../group.ts";
import { ModelChain } from "./model-chain.ts";
import { directBitcoin, directStacks } from "./nodes.ts";

export const group = soloGroup(0x21);
const feeKey = sha256(utf8ToBytes("simulated fees"));
const network = networks.regtest;
/** Confirmations everything needs in a simulation. */
export const depth = 3;
const limits: Limits = {
  ...{ minAmount: 1_000n, maxMint: 3_000_000n, maxLock: 3_000_000n, supplyCap: 1_000_000_000n },
  ...{
    window: 144,
    windowMint: 1_000_000_000n,
    windowLock: 1_000_000_000n,
    confirmations: depth,
    lifetime: 10,
  },
};
const contract = "ST000000000000000000002AMW42H.sbtc";
const start = genesis();
export const terms: PegTerms = {
  network,
  dialect: "D2",
  key: group.key,
  pegScript: group.script,
  earlier: [],
  contract,
  chainId: 0x80000000,
  bumpAfter: 2,
  cancelGrace: 3,
  returnToSender: true,
};

/** A process that died: whatever it still tries to do does not happen. */
export class Crash extends Error {
  override readonly name = "Crash";
}

const people: readonly KeyWallet[] = [keyWallet(0x71), keyWallet(0x72), keyWallet(0x73)];
export const accountName = (wallet: KeyWallet): string =>
  formatPrincipal(accountOf(wallet.publicKey, network));

const roomBelow = 40;
let funded: readonly Block[] | null = null;

/** Blocks every run starts from: people and the fee wallet have coins. Mined once. */
function fundedBlocks(): readonly Block[] {
  if (funded !== null) return funded;
  let time = 1_700_000_000;
  const chain = new Chain({ now: () => (time += 600) });
  const faucet = new Faucet(chain);
  faucet.prepare();
  chain.mine(8, faucet.script);
  for (let i = 0; i < 4; i++) {
    for (const { script } of people) faucet.pay(script, 4_000_000n);
    for (let j = 0; j < 4; j++) faucet.pay(feeScript(feeKey), 60_000n);
    chain.mine(1, faucet.script);
  }
  // Room for reorganisations that must not reach what everyone starts with.
  chain.mine(roomBelow, faucet.script);
  funded = Array.from({ length: chain.tip.height }, (_, i) => chain.blockAt(i + 1)!);
  return funded;
}

/** Both chains, three people, a group with one key, and whatever coordinator is alive. */
export class SimWorld {
  readonly random: Prng;
  readonly chain: Chain;
  readonly stacks: ModelChain;
  readonly frost: GroupCoordinator;
  readonly requests: { readonly tx: BitcoinTx; readonly amount: bigint; readonly script: Uint8Array }[] = [];
  readonly log: string[] = [];
  readonly #store = new MemoryStore();
  readonly #miner = keyWallet(0x7a);
  #now = 1_800_000_000_000;
  #time = 1_750_000_000;
  #alive: { dead: boolean } = { dead: true };
  #coordinator: PegCoordinator | null = null;
  crashChance = 0;
  rate = 2_000n;
  deepest = 0;
  #counter = 0;

  constructor(seed: number) {
    this.random = createPrng(seed, "peg simulation");
    this.chain = new Chain({ now: () => (this.#time += 600) });
    for (const block of fundedBlocks()) this.chain.restore(block);
    this.stacks = new ModelChain({ chainId: terms.chainId, contract, epoch: 1n }, group.key, limits);
    for (let height = 0; height <= this.chain.tip.height; height++) this.#tell(height);
    this.frost = new GroupCoordinator({ sign: (message) => schnorr.sign(message, group.secret, noAux) });
  }

  #tell(height: number): void {
    this.stacks.burn(height, this.chain.blockAt(height)!.hash);
  }
  mine(blocks: number, minFeeRate = 0): void {
    const from = this.chain.tip.height + 1;
    this.chain.mine(blocks, this.#miner.script, minFeeRate);
    for (let height = from; height <= this.chain.tip.height; height++) this.#tell(height);
  }
  reorg(blocks: number, drop: boolean): void {
    this.deepest = Math.max(this.deepest, blocks);
    this.chain.rewind(blocks, drop);
    this.stacks.reorg(this.chain.tip.height);
    this.mine(blocks + 1);
  }
  wait(ms: number): void {
    this.#now += ms;
  }

  #funds(wallet: KeyWallet): UserFunds {
    const coins = [...this.chain.coins.values()].filter(
      (coin): coin is Coin & typeof coin =>
        sameBytes(coin.script, wallet.script) && this.chain.mempool.spenderOf(coin) === undefined,
    );
    return { coins, changeScript: wallet.script, rate: 2_000n };
  }
  #publish(plan: Plan, wallet: KeyWallet): BitcoinTx | null {
    const tx = signPlan(plan, { wallet: wallet.secret });
    return "txid" in this.chain.submit(tx.raw) ? tx : null;
  }

  pegIn(): void {
    const wallet = this.random.pick(people);
    const recipient = accountOf(wallet.publicKey, network);
    const amount = this.random.chance(0.1) ? 3_000_001n : BigInt(this.random.between(900, 900_000));
    const funds = this.#funds(wallet);
    const form = this.random.pick(["direct", "direct", "direct", "script", "spoilt"] as const);
    const reclaim = { key: wallet.publicKey.slice(1), blocks: 144 };
    const outputs = {
      script: () =>
        announcedDepositOutputs(
          { data: { maxFee: 20_000n, recipient }, reclaim },
          amount,
          group.key,
          network,
        ),
      spoilt: () => [dataOutput(network, "pegIn", Uint8Array.of(9)), { amount, script: group.script }],
    };
    this.#attempt(`pegIn ${form} ${amount}`, () =>
      this.#publish(
        form === "direct"
          ? buildPegIn({ recipient, amount, pegScript: group.script, network, dialect: "D2" }, funds)
          : fundByUser(outputs[form](), funds),
        wallet,
      ),
    );
  }

  pegOut(): void {
    const wallet = this.random.pick(people);
    const balance = this.stacks.model.balance(accountName(wallet));
    const most = balance > 900_000n ? 900_000n : balance;
    const amount = this.random.chance(0.15)
      ? BigInt(this.random.between(1_000, 900_000))
      : (most * BigInt(this.random.between(10, 100))) / 100n;
    if (amount < 1_000n) return;
    // Some ask for the same again: the same amount at the same address is the same message.
    const script = keyWallet(this.random.chance(0.1) ? 0x80 : 0x81 + (this.#counter++ % 60)).script;
    const data = {
      amount,
      signature: signVrs(pegOutMessageHash(amount, script, network, "D2"), wallet.secret),
      memo: new Uint8Array(),
    };
    const fulfilmentFee = BigInt(this.random.between(400, 2_000));
    const parts = { data, recipientScript: script, fulfilmentFee, pegScript: group.script, network };
    this.#attempt(`pegOut ${amount}`, () => {
      const tx = this.#publish(buildPegOutRequest(parts, this.#funds(wallet)), wallet);
      if (tx !== null) this.requests.push({ tx, amount, script });
      return tx;
    });
  }

  #attempt(what: string, make: () => BitcoinTx | null): void {
    try {
      const tx = make();
      this.log.push(`${what} ${tx === null ? "not taken" : tx.txid.slice(0, 8)}`);
    } catch (error) {
      this.log.push(`${what}: ${error instanceof Error ? error.message : "?"}`);
    }
  }

  /** Ports of one process: each call may be its last, before or after it took effect. */
  #ports(): CoordinatorPorts {
    const life = { dead: false };
    this.#alive = life;
    const perhaps = (): void => {
      if (life.dead) throw new Crash("dead");
      if (this.crashChance === 0 || !this.random.chance(this.crashChance)) return;
      life.dead = true;
      throw new Crash("crash");
    };
    const mortal = async <T>(work: () => Promise<T>): Promise<T> => {
      perhaps();
      const result = await work();
      perhaps();
      return result;
    };
    const bitcoin = directBitcoin(this.chain, () => this.rate);
    const stacks = directStacks(this.stacks);
    const store: Store = {
      get: (key) => this.#store.get(key),
      list: (prefix) => this.#store.list(prefix),
      commit: (writes) => mortal(() => this.#store.commit(writes)),
      close: () => Promise.resolve(),
    };
    return {
      bitcoin: { ...bitcoin, broadcast: (raw) => mortal(() => bitcoin.broadcast(raw)) },
      stacks: { ...stacks, broadcast: (bytes) => mortal(() => stacks.broadcast(bytes)) },
      store,
      clock: { now: () => (this.#now += 10), after: () => () => undefined },
      rng: { bytes: () => noAux },
      frost: { sign: (round) => mortal(() => this.frost.sign(round)) },
      account: this.stacks.account,
    };
  }

  async coordinator(): Promise<PegCoordinator> {
    if (this.#coordinator !== null && !this.#alive.dead && !this.#coordinator.snapshot().stopped)
      return this.#coordinator;
    this.#coordinator?.stop();
    const { height, hash } = start;
    const parameters = { ...chainParameters.regtest, start: { height, hash, nextBits: 0x207fffff } };
    this.#coordinator = await PegCoordinator.open(this.#ports(), {
      terms,
      parameters,
      start: { height, hash },
      feeKey,
    });
    return this.#coordinator;
  }

  /** One look, and whatever the group answers. */
  async look(): Promise<PegCoordinator> {
    const coordinator = await this.coordinator();
    await coordinator.look();
    // Answers of the group come in their own time: wait for those under way.
    for (let turn = 0; turn < 200 && coordinator.snapshot().rounds.length > 0; turn++) {
      await Promise.resolve();
      if (this.#alive.dead) break;
    }
    await new Promise((resolve) => setImmediate(resolve));
    await coordinator.idle();
    return coordinator;
  }

  confirmedTransactions(): readonly { readonly tx: BitcoinTx; readonly height: number }[] {
    const found: { tx: BitcoinTx; height: number }[] = [];
    for (let height = fundedBlocks().length + 1 - roomBelow; height <= this.chain.tip.height; height++)
      for (const tx of this.chain.blockAt(height)!.txs.slice(1)) found.push({ tx, height });
    return found;
  }
  output(txid: Txid, vout: number) {
    return this.chain.history.output({ txid, vout });
  }
  /** Satoshi under the peg's key in confirmed coins. */
  held(): bigint {
    return [...this.chain.coins.values()].reduce(
      (sum, coin) => (sameBytes(coin.script, group.script) ? sum + coin.amount : sum),
      0n,
    );
  }
}
