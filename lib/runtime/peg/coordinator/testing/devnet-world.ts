import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { BitcoinChainService } from "../../../../../devnet/bitcoin/service.ts";
import { follow } from "../../../../../devnet/burn.ts";
import { startStacksChain, type StacksDevnet } from "../../../../../devnet/stacks/service.ts";
import { give } from "../../../../../devnet/stacks/faucet.ts";
import { devnetChainId } from "../../../../../devnet/stacks/transaction.ts";
import { seededRng } from "../../../../frost/testing/groups.ts";
import type { BitcoinNode } from "../../../../sbtc/bitcoin/node.ts";
import { addressOf } from "../../../../sbtc/bitcoin/script.ts";
import type { BitcoinTx } from "../../../../sbtc/bitcoin/transaction.ts";
import { setWalletCall } from "../../../../sbtc/contract/calls.ts";
import { configCalls } from "../../../../sbtc/contract/config-calls.ts";
import { contractSources } from "../../../../sbtc/contract/deployment.ts";
import { actionDigest } from "../../../../sbtc/contract/digest.ts";
import { tokenQueries, type Limits } from "../../../../sbtc/contract/queries.ts";
import { networks } from "../../../../sbtc/network.ts";
import { announcedDepositOutputs } from "../../../../sbtc/ops/deposit-announcement.ts";
import { accountOf, pegOutMessageHash, signVrs } from "../../../../sbtc/ops/owner-signature.ts";
import { dataOutput } from "../../../../sbtc/ops/data-output.ts";
import { formatPrincipal } from "../../../../sbtc/ops/principal.ts";
import type { PegTerms } from "../../../../sbtc/peg/coordinator/facts.ts";
import { FeeWallet, type Submission } from "../../../../sbtc/peg/fee-wallet/fee-wallet.ts";
import type { PegRecord } from "../../../../sbtc/peg/queue/record.ts";
import type { StacksNode } from "../../../../sbtc/stacks/node.ts";
import { thresholdGroup, type ThresholdGroup } from "../../../../sbtc/testing/signing-group.ts";
import { keyWallet, type KeyWallet } from "../../../../sbtc/testing/wallets.ts";
import { finalize, signWithKey } from "../../../../sbtc/transactions/sign.ts";
import { feeRate } from "../../../../sbtc/transactions/size.ts";
import type { Plan } from "../../../../sbtc/transactions/plan.ts";
import {
  buildPegIn,
  buildPegOutRequest,
  fundByUser,
  type UserFunds,
} from "../../../../sbtc/transactions/user.ts";
import { MemoryStore } from "../../../memory-store.ts";
import type { CoordinatorPorts } from "../ports.ts";
import { PegCoordinator } from "../coordinator.ts";
import { feeScript } from "../bitcoin-fees.ts";
import { regtestOf } from "../regtest.ts";
import { stacksAccount } from "../stacks-account.ts";
import { GroupCoordinator } from "./group.ts";
import { bitcoinNode, stacksNode } from "./nodes.ts";

const seed = (text: string): Uint8Array => sha256(utf8ToBytes(`peg world ${text}`));

export const worldLimits: Limits = {
  minAmount: 1_000n,
  maxMint: 5_000_000n,
  maxLock: 5_000_000n,
  window: 144,
  windowMint: 100_000_000n,
  windowLock: 100_000_000n,
  supplyCap: 1_000_000_000n,
  confirmations: 2,
  lifetime: 12,
};

/** Both devnet chains in this process, a real threshold group, a user, and a coordinator between them. */
export class DevnetWorld {
  readonly bitcoinChain: BitcoinChainService;
  readonly stacksChain: StacksDevnet;
  readonly bitcoin: BitcoinNode;
  readonly stacks: StacksNode;
  readonly rng = seededRng("peg world");
  readonly group: ThresholdGroup;
  readonly frost: GroupCoordinator;
  readonly store = new MemoryStore();
  readonly feeKey = seed("bitcoin fees");
  readonly account = stacksAccount(seed("stacks fees"), "testnet");
  readonly user: KeyWallet = keyWallet(0x52);
  readonly rate = feeRate(2);
  /** What the node says fees are; null for its own answer. */
  feeRate: bigint | null = null;
  #now = 1_800_000_000_000;

  private constructor(
    bitcoinChain: BitcoinChainService,
    stacksChain: StacksDevnet,
    members: readonly [number, number],
  ) {
    this.bitcoinChain = bitcoinChain;
    this.stacksChain = stacksChain;
    const node = bitcoinNode(({ method, path, body }) => bitcoinChain.handle(method, path, body));
    this.bitcoin = {
      ...node,
      feeRates: async () => {
        const rate = this.feeRate;
        return rate === null ? node.feeRates() : { fast: rate, normal: rate, slow: rate };
      },
    };
    this.stacks = stacksNode(stacksChain.handle);
    this.group = thresholdGroup(...members, this.rng);
    this.frost = new GroupCoordinator(this.group);
  }

  /** Starts both chains; with the contract deployed and the group's wallet on it unless `bare`. */
  static async start(
    dataDir: string,
    options: {
      readonly limits?: Partial<Limits>;
      readonly members?: readonly [number, number];
      readonly bare?: boolean;
    } = {},
  ): Promise<DevnetWorld> {
    let time = 1_700_000_000;
    const bitcoin = new BitcoinChainService({ dataDir, blockSeconds: 0, now: () => (time += 600) });
    const stacks = await startStacksChain({ dataDir });
    const world = new DevnetWorld(bitcoin, stacks, options.members ?? [2, 3]);
    await world.#sync();
    await give(stacks.chain, world.account.address, 1_000_000_000n);
    await world.mine(10);
    world.faucet(world.user.script, 50_000_000n);
    for (let i = 0; i < 8; i++) world.faucet(feeScript(world.feeKey), 200_000n);
    await world.mine(1);
    if (options.bare !== true) await world.#deploy({ ...worldLimits, ...options.limits });
    return world;
  }

  get token(): string {
    return `${this.account.address}.sbtc`;
  }
  get userAccount(): string {
    return formatPrincipal(accountOf(this.user.publicKey, networks.regtest));
  }
  get terms(): PegTerms {
    return {
      network: networks.regtest,
      dialect: "D2",
      key: this.group.key,
      pegScript: this.group.script,
      earlier: [],
      contract: this.token,
      chainId: devnetChainId,
      bumpAfter: 3,
      cancelGrace: 4,
      returnToSender: true,
    };
  }
  get ports(): CoordinatorPorts {
    const { bitcoin, stacks, store, frost, account } = this;
    const clock = { now: () => (this.#now += 1_000), after: () => () => undefined };
    return { bitcoin, stacks, store, frost, account, clock, rng: { bytes: (length) => this.rng(length) } };
  }
  /** Lets pauses pass. */
  wait(ms: number): void {
    this.#now += ms;
  }

  async open(ports: Partial<CoordinatorPorts> = {}): Promise<PegCoordinator> {
    const parameters = await regtestOf(this.bitcoin);
    const { height, hash } = parameters.start;
    const { terms, feeKey } = this;
    return PegCoordinator.open(
      { ...this.ports, ...ports },
      { terms, parameters, start: { height, hash }, feeKey },
    );
  }

  async stop(): Promise<void> {
    this.bitcoinChain.stop();
    await this.stacksChain.stop();
  }

  faucet(script: Uint8Array, amount: bigint): void {
    const paid = this.bitcoinChain.faucet.pay(script, amount);
    if (!("txid" in paid)) throw new Error(paid.detail);
  }

  async mine(blocks: number, minFeeRate = 0): Promise<void> {
    this.bitcoinChain.chain.mine(blocks, this.bitcoinChain.faucet.script, minFeeRate);
    await this.#sync();
  }
  async reorg(depth: number, drop = false): Promise<void> {
    this.bitcoinChain.chain.rewind(depth, drop);
    await this.mine(depth + 1);
  }
  async #sync(): Promise<void> {
    const { chain } = this.bitcoinChain;
    await follow(this.stacksChain.burn, {
      firstHeight: 1,
      tipHeight: chain.tip.height,
      blockAt: (height) => {
        const block = chain.blockAt(height);
        if (block === undefined) throw new RangeError(`there is no block ${height}`);
        return { height, hash: block.hash, time: block.time };
      },
    });
  }

  async #deploy(limits: Limits): Promise<void> {
    const wallet = new FeeWallet({ node: this.stacks, ...this.account, save: () => Promise.resolve() }, []);
    const config = `${this.token}-config`;
    const submit = async (key: string, submission: Submission): Promise<void> => {
      await wallet.send(key, submission, 0);
      const status = await wallet.send(key, submission, 0);
      if (status.tag !== "done")
        throw new Error(
          `${key}: ${JSON.stringify(status, (_, v: unknown) => (typeof v === "bigint" ? v.toString() : v))}`,
        );
    };
    for (const contract of contractSources("devnet"))
      await submit(contract.name, { tag: "deploy", contract });
    await submit("limits", { tag: "call", call: configCalls.setLimits(config, limits) });
    await submit("allow", { tag: "call", call: configCalls.enableAllowList(config, false) });
    const context = { chainId: devnetChainId, contract: this.token, epoch: 0n };
    const address = addressOf(this.group.script, networks.regtest) ?? "";
    const action = { tag: "setWallet", address, key: this.group.key } as const;
    const signature = this.group.sign(actionDigest(context, action), { kind: "none" });
    await submit("wallet", { tag: "call", call: setWalletCall(context, action, signature, null) });
  }

  balance(who = this.userAccount): Promise<bigint> {
    return this.stacks.read(tokenQueries.balance(this.token, who));
  }

  async #funds(): Promise<UserFunds> {
    const coins = (await this.bitcoin.utxos(this.user.script)).filter(({ height }) => height !== null);
    return { coins, changeScript: this.user.script, rate: this.rate };
  }
  async #publish(plan: Plan): Promise<BitcoinTx> {
    const signed = plan.inputs.map(
      (_, i) => [i, signWithKey(plan, i, this.user.secret, this.rng(32))] as const,
    );
    const tx = finalize(plan, new Map(signed));
    await this.bitcoin.broadcast(tx.raw);
    return tx;
  }

  /** The user's deposit, waiting in the mempool. */
  async pegIn(
    amount: bigint,
    form: "direct" | "spoilt" | "script" = "direct",
    group: Pick<ThresholdGroup, "key" | "script"> = this.group,
  ): Promise<BitcoinTx> {
    const recipient = accountOf(this.user.publicKey, networks.regtest);
    const parts = {
      recipient,
      amount,
      pegScript: group.script,
      network: networks.regtest,
      dialect: "D2",
    } as const;
    const funds = await this.#funds();
    if (form === "direct") return this.#publish(buildPegIn(parts, funds));
    if (form === "script") {
      const reclaim = { key: this.user.publicKey.slice(1), blocks: 144 };
      const terms = { data: { maxFee: 20_000n, recipient }, reclaim };
      return this.#publish(
        fundByUser(announcedDepositOutputs(terms, amount, group.key, networks.regtest), funds),
      );
    }
    const outputs = [
      dataOutput(networks.regtest, "pegIn", Uint8Array.of(9)),
      { amount, script: group.script },
    ];
    return this.#publish(fundByUser(outputs, funds));
  }

  /** The user's peg-out request, waiting in the mempool. */
  async pegOut(
    amount: bigint,
    recipientScript: Uint8Array,
    fulfilmentFee = 1_000n,
    group: Pick<ThresholdGroup, "script"> = this.group,
  ): Promise<BitcoinTx> {
    const hash = pegOutMessageHash(amount, recipientScript, networks.regtest, "D2");
    const data = { amount, signature: signVrs(hash, this.user.secret), memo: new Uint8Array() };
    const parts = {
      data,
      recipientScript,
      fulfilmentFee,
      pegScript: group.script,
      network: networks.regtest,
    };
    return this.#publish(buildPegOutRequest(parts, await this.#funds()));
  }

  /** Coins a script holds, confirmed ones only. */
  async received(script: Uint8Array): Promise<bigint> {
    const coins = await this.bitcoin.utxos(script);
    return coins.reduce((sum, { amount, height }) => (height === null ? sum : sum + amount), 0n);
  }
}

/** Looks until nothing changes any more, answers of the group included. */
export async function settle(coordinator: PegCoordinator): Promise<readonly PegRecord[]> {
  for (let quiet = 0; quiet < 2;) {
    const before = JSON.stringify(coordinator.snapshot().records.map(({ id, state }) => [id, state.tag]));
    await coordinator.look();
    for (let turn = 0; turn < 20 && coordinator.snapshot().rounds.length > 0; turn++)
      await new Promise((resolve) => setTimeout(resolve, 0));
    await coordinator.look();
    const { records, fault } = coordinator.snapshot();
    if (fault !== null) throw new Error(fault);
    quiet = JSON.stringify(records.map(({ id, state }) => [id, state.tag])) === before ? quiet + 1 : 0;
  }
  return coordinator.snapshot().records;
}

/** The state of one request by its transaction. */
export function stateOf(coordinator: PegCoordinator, { txid }: Pick<BitcoinTx, "txid">): string {
  const record = coordinator.snapshot().records.find(({ id }) => id.includes(txid));
  if (record === undefined) return "unknown";
  return record.hold === null
    ? record.state.tag
    : `${record.state.tag} (${record.hold.code}: ${record.hold.detail})`;
}
