import { parseBlockHash, toHex, type BlockHash, type Txid } from "../../bytes.ts";
import { Refusal } from "../../refusal.ts";
import { networks, type BitcoinNetwork } from "../../network.ts";
import type { Rng } from "../../../frost/index.ts";
import { scanBlock } from "../../bitcoin/block.ts";
import { getOps, type BlockOp } from "../../bitcoin/block-ops.ts";
import { followBlocks, syncHeaders } from "../../bitcoin/follow.ts";
import { PegLedger } from "../../bitcoin/ledger.ts";
import type { BitcoinNode } from "../../bitcoin/node.ts";
import { HeaderChain } from "../../bitcoin/spv/chain.ts";
import { chainParameters } from "../../bitcoin/spv/parameters.ts";
import type { BitcoinTx } from "../../bitcoin/transaction.ts";
import type { PegIn } from "../../ops/peg-in.ts";
import type { PegOutRequest } from "../../ops/peg-out-request.ts";
import { accountOf, pegOutMessageHash, signVrs } from "../../ops/owner-signature.ts";
import type { FeeWallet, Plan } from "../../transactions/plan.ts";
import { finalize, signWithKey } from "../../transactions/sign.ts";
import { feeRate } from "../../transactions/size.ts";
import { buildPegIn, buildPegOutRequest, type UserFunds } from "../../transactions/user.ts";
import { signTogether, thresholdGroup, type ThresholdGroup } from "../signing-group.ts";
import { keyWallet, type KeyWallet } from "../wallets.ts";

/** A regtest chain that the shared suite runs on: a full node, or the devnet. Both must give the same verdicts. */
export interface ChainUnderTest {
  readonly name: string;
  readonly node: BitcoinNode;
  /** Mines blocks; their rewards go to {@link minerWallet}. */
  mine(blocks: number): Promise<void>;
  /** Forgets a block and every one after it, as `invalidateblock` does. */
  invalidate(hash: BlockHash): Promise<void>;
}

/** The P2WPKH wallet that every chain under test must pay its block rewards to. */
export const minerWallet: KeyWallet = keyWallet(0x51);

/** Why a node must reject a transaction. */
export type Verdict = "invalid spend" | "already spent" | "lock not over" | "fee too low";

/** How btcd, Bitcoin Core and the devnet word each of them. */
const verdicts: Readonly<Record<Verdict, RegExp>> = {
  "invalid spend": /failed to validate input|script-verify|signature|sequenceLockNotReached/i,
  "already spent":
    /orphan transaction|missingorspent|missing inputs|already spent|mempool-conflict|double spend/i,
  "lock not over": /sequence locks on inputs not met|non-BIP68-final|sequence lock/i,
  "fee too low": /insufficient fee|fee (rate|too low)|replacement transaction/i,
};

/** Confirmations after which the suite counts an operation as settled. */
export const enough = 6;

/** What a case sees: a chain, people with wallets, two groups, and one observer who verifies everything. */
export class World {
  readonly chain: ChainUnderTest;
  readonly network: BitcoinNetwork = networks.regtest;
  readonly rng: Rng;
  readonly group: ThresholdGroup;
  readonly nextGroup: ThresholdGroup;
  readonly user = keyWallet(0x52);
  readonly fees = keyWallet(0x53);
  readonly rate = feeRate(2);
  readonly headers = new HeaderChain(chainParameters.regtest);
  readonly ledger: PegLedger;

  constructor(chain: ChainUnderTest, rng: Rng) {
    this.chain = chain;
    this.rng = rng;
    this.group = thresholdGroup(2, 3, rng);
    this.nextGroup = thresholdGroup(3, 4, rng);
    const { height, hash } = chainParameters.regtest.start;
    this.ledger = new PegLedger({ height, hash }, [this.group.script, this.nextGroup.script]);
  }

  get node(): BitcoinNode {
    return this.chain.node;
  }
  get context() {
    return { network: this.network, dialect: "D2", pegScript: this.group.script } as const;
  }

  /** Follows the chain with our own verification: headers, then whole blocks into the ledger. */
  async sync(): Promise<void> {
    await syncHeaders(this.headers, this.node, Math.floor(Date.now() / 1000));
    for await (const step of followBlocks(this.headers, this.node, this.ledger.tip)) {
      if (step.tag === "disconnect") this.ledger.disconnect(step.block.hash);
      else
        this.ledger.connect(
          step.block,
          scanBlock(step.contents, this.ledger.filter()).map(({ tx }) => tx),
        );
    }
  }

  async mine(blocks = 1): Promise<void> {
    await this.chain.mine(blocks);
    await this.sync();
  }

  /** Confirmed coins of a wallet that may be spent now. */
  async coins(wallet: KeyWallet) {
    const { height } = await this.node.tip();
    const maturity = wallet.script === minerWallet.script ? 100 : 0;
    return (await this.node.utxos(wallet.script)).filter(
      (coin) => coin.height !== null && coin.height + maturity <= height,
    );
  }
  async funds(wallet: KeyWallet = this.user): Promise<UserFunds> {
    return { coins: await this.coins(wallet), changeScript: wallet.script, rate: this.rate };
  }
  async feeWallet(): Promise<FeeWallet> {
    return { script: this.fees.script, coins: await this.coins(this.fees) };
  }

  /** Signs with one wallet alone. */
  byWallet(plan: Plan, wallet: KeyWallet = this.user): BitcoinTx {
    return finalize(
      plan,
      new Map(plan.inputs.map((_, i) => [i, signWithKey(plan, i, wallet.secret, this.rng(32))])),
    );
  }
  /** Signs with the group, and with the fee wallet where it takes part. */
  byGroup(plan: Plan, group: ThresholdGroup = this.group): BitcoinTx {
    return signTogether(plan, group, { walletSecret: this.fees.secret, rng: this.rng });
  }

  /** Broadcasts and mines one block that must hold the transaction. */
  async confirm(tx: BitcoinTx, blocks = 1): Promise<void> {
    await this.publish(tx);
    await this.mine(blocks);
    const { block } = await this.node.transaction(tx.txid);
    if (block === null) throw new Error(`${tx.txid} was accepted but not mined`);
  }
  /** Broadcasts; the node must answer with the id we computed. */
  async publish(tx: BitcoinTx): Promise<Txid> {
    const answered = await this.node.broadcast(tx.raw);
    if (answered !== tx.txid) throw new Error(`the node calls ${tx.txid} ${answered}`);
    return answered;
  }
  /** The node must reject it, and for the reason given: a rejection for another one would prove nothing. */
  async rejected(tx: BitcoinTx, why: Verdict): Promise<void> {
    try {
      await this.node.broadcast(tx.raw);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "nodeRejected") throw error;
      if (!verdicts[why].test(error.message))
        throw new Error(`rejected, but not for "${why}": ${error.message}`, { cause: error });
      return;
    }
    throw new Error(`${tx.txid} was accepted, and must not be: ${toHex(tx.raw)}`);
  }

  /** Operations of the block that holds `txid`. */
  async opOf(txid: Txid): Promise<BlockOp> {
    const { block } = await this.node.transaction(txid);
    if (block === null) throw new Error(`${txid} is not confirmed`);
    const hashAt = (height: number) => this.headers.at(height)?.hash ?? null;
    const { ops, refused } = await getOps({ node: this.node, hashAt, context: this.context }, block.height);
    const found = ops.find(({ tx }) => tx.txid === txid);
    if (found === undefined)
      throw new Error(
        `${txid} is no operation: ${refused.map(({ reading }) => reading.refusal.message).join()}`,
      );
    return found;
  }

  /** A confirmed peg-in of the user. */
  async pegIn(amount: bigint): Promise<PegIn> {
    const recipient = accountOf(this.user.publicKey, this.network);
    const parts = {
      recipient,
      amount,
      pegScript: this.group.script,
      network: this.network,
      dialect: "D2",
    } as const;
    const tx = this.byWallet(buildPegIn(parts, await this.funds()));
    await this.confirm(tx);
    const { op } = await this.opOf(tx.txid);
    if (op.kind !== "pegIn") throw new Error(`read as ${op.kind}`);
    return op;
  }

  /** A confirmed peg-out request, signed by the user's account. */
  async request(amount: bigint, fulfilmentFee: bigint, recipientScript: Uint8Array): Promise<PegOutRequest> {
    const hash = pegOutMessageHash(amount, recipientScript, this.network, "D2");
    const data = { amount, signature: signVrs(hash, this.user.secret), memo: new Uint8Array() };
    const parts = {
      data,
      recipientScript,
      fulfilmentFee,
      pegScript: this.group.script,
      network: this.network,
    };
    const tx = this.byWallet(buildPegOutRequest(parts, await this.funds()));
    await this.confirm(tx);
    const { op } = await this.opOf(tx.txid);
    if (op.kind !== "pegOutRequest") throw new Error(`read as ${op.kind}`);
    return op;
  }
}

/** A Stacks tip for fulfilments: the suite has no Stacks chain. */
export const stacksTip = parseBlockHash("0e".repeat(32));

/** One promise of the suite. Cases run in order, on one world. */
export interface ChainCase {
  readonly name: string;
  readonly run: (world: World) => Promise<void>;
}
