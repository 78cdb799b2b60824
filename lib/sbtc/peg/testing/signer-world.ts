import { secp256k1 } from "@noble/curves/secp256k1.js";
import { outpointKey, parseTxid, type Outpoint } from "../../bytes.ts";
import { networks } from "../../network.ts";
import { Refusal, type Outcome } from "../../refusal.ts";
import { scanBlock } from "../../bitcoin/block.ts";
import { followBlocks, syncHeaders } from "../../bitcoin/follow.ts";
import { PegLedger } from "../../bitcoin/ledger.ts";
import { addressOf } from "../../bitcoin/script.ts";
import { HeaderChain } from "../../bitcoin/spv/chain.ts";
import { chainParameters } from "../../bitcoin/spv/parameters.ts";
import { parseTransaction, type BitcoinTx } from "../../bitcoin/transaction.ts";
import type { LockAction, MintAction } from "../../contract/actions.ts";
import type { DepositState, WithdrawalState } from "../../contract/queries.ts";
import { accountOf, pegOutMessageHash, signVrs } from "../../ops/owner-signature.ts";
import { encodePegIn, parsePegIn, type PegIn } from "../../ops/peg-in.ts";
import { encodePegOutRequest, parsePegOutRequest, type PegOutRequest } from "../../ops/peg-out-request.ts";
import { formatPrincipal } from "../../ops/principal.ts";
import { MemoryNode } from "../../testing/memory-node.ts";
import { transactionWith } from "../../testing/transactions.ts";
import {
  bareTaproot,
  coin,
  feeWallet,
  freshTxid,
  keyWallet,
  soloGroup,
  type SoloGroup,
} from "../../testing/wallets.ts";
import { buildFulfilment } from "../../transactions/peg-out.ts";
import type { Coin, FeeWallet, Plan } from "../../transactions/plan.ts";
import { feeRate } from "../../transactions/size.ts";
import { parseBlockHash } from "../../bytes.ts";
import { checkProposal, refusedCodes } from "../checks/check.ts";
import { feeWalletScript } from "../checks/coins.ts";
import { needsFunding, paymentsWith, spentCoins, sweptInto } from "../checks/free-coins.ts";
import type {
  CoinsFacts,
  Confirmed,
  ContractFacts,
  DepositFacts,
  Evidence,
  RequestFacts,
  Standing,
  Subject,
} from "../checks/evidence.ts";
import { SignedMemory } from "../checks/memory.ts";
import type { ActionProposal, Proposal, Purpose, TransactionProposal } from "../proposal.ts";

export const network = networks.regtest;
const now = 2_000_000_000;
const yes = <T>(value: T): Outcome<T> => ({ ok: true, value });

/** What a source answers, or why it does not. */
async function asked<T>(ask: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return yes(await ask());
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, refusal: error };
    throw error;
  }
}

/**
 * What one signer sees: a real regtest chain of headers, blocks and proofs, its own ledger of the peg, and the contract
 * as its sources tell it. Proposals are built as a coordinator would, then bent by the attack that is tested.
 */
export class SignerWorld {
  readonly group: SoloGroup;
  readonly owner = keyWallet(0x77);
  readonly fees = keyWallet(2);
  readonly recipientScript = bareTaproot(3);
  readonly contractId = "ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6.sbtc";
  readonly tip = parseBlockHash("0e".repeat(32));
  readonly node = new MemoryNode();
  readonly chain = new HeaderChain(chainParameters.regtest);
  readonly ledger: PegLedger;
  memory = new SignedMemory();
  facts: ContractFacts;
  readonly deposits = new Map<string, DepositState>();
  readonly withdrawals = new Map<string, WithdrawalState>();
  readonly messages = new Map<string, string>();
  balance = 1_000_000n;
  allowed = true;
  paidAhead = 0n;

  /** @param group whose signer it is */
  constructor(group: SoloGroup = soloGroup(1)) {
    this.group = group;
    this.ledger = new PegLedger({ height: 0, hash: chainParameters.regtest.start.hash }, [group.script]);
    this.facts = {
      foreign: [],
      halted: false,
      wallet: { epoch: 1n, wallet: { key: this.group.key, address: this.addressOf(this.group.script) } },
      limits: {
        minAmount: 1_000n,
        maxMint: 500_000n,
        maxLock: 500_000n,
        window: 144,
        windowMint: 2_000_000n,
        windowLock: 600_000n,
        supplyCap: 100_000_000n,
        confirmations: 3,
        lifetime: 20,
      },
      windowUse: { minted: 0n, locked: 0n },
      supply: 0n,
      coordinator: { address: "ST000", key: secp256k1.getPublicKey(this.fees.secret) },
      burnHeight: 0,
      tips: [this.tip],
    };
  }

  get ownerAddress(): string {
    return formatPrincipal(accountOf(this.owner.publicKey, network));
  }
  addressOf(script: Uint8Array): string {
    return addressOf(script, network) ?? "";
  }

  /** Mines the transactions and `more` empty blocks, and follows. */
  async mine(transactions: readonly BitcoinTx[] = [], more = 0): Promise<void> {
    this.node.mine(...transactions);
    for (let i = 0; i < more; i++) this.node.mine();
    await syncHeaders(this.chain, this.node, now);
    for await (const step of followBlocks(this.chain, this.node, this.ledger.tip)) {
      if (step.tag === "disconnect") this.ledger.disconnect(step.block.hash);
      else
        this.ledger.connect(
          step.block,
          scanBlock(step.contents, this.ledger.filter()).map(({ tx }) => tx),
        );
    }
    this.facts = { ...this.facts, burnHeight: this.chain.height };
  }

  confirmed(txid: string): Promise<Outcome<Confirmed>> {
    const id = parseTxid(txid);
    return asked(async () => {
      const { raw } = await this.node.transaction(id);
      return { raw, proof: await this.node.merkleProof(id) };
    });
  }

  /** A confirmed peg-in of the owner. */
  async pegIn(amount: bigint, blocks = 3): Promise<{ tx: BitcoinTx; op: PegIn }> {
    const recipient = accountOf(this.owner.publicKey, network);
    const data = encodePegIn({ recipient, memo: new Uint8Array() }, network, "D2");
    const tx = transactionWith([data, { amount, script: this.group.script }], [{ txid: freshTxid() }]);
    await this.mine([tx], blocks - 1);
    return { tx, op: parsePegIn(tx, { network, dialect: "D2", pegScript: this.group.script }) };
  }

  /** The contract mints for a deposit. */
  mint({ deposit, amount }: Pick<PegIn, "deposit" | "amount">): void {
    this.deposits.set(outpointKey(deposit), { state: "minted", amount, recipient: null, burnHeight: 1 });
  }

  /** A peg-out request of the owner, confirmed `blocks` deep. */
  async request(amount: bigint, options: { fee?: bigint; blocks?: number } = {}): Promise<PegOutRequest> {
    const { fee = 2_000n, blocks = 3 } = options;
    const hash = pegOutMessageHash(amount, this.recipientScript, network, "D2");
    const data = { amount, signature: signVrs(hash, this.owner.secret), memo: new Uint8Array() };
    const tx = transactionWith(
      [
        encodePegOutRequest(data, network),
        { amount: 330n, script: this.recipientScript },
        { amount: fee, script: this.group.script },
      ],
      [{ txid: freshTxid() }],
    );
    await this.mine([tx], blocks - 1);
    return parsePegOutRequest(tx, { network, dialect: "D2", pegScript: this.group.script });
  }

  /** The contract locks for a request, deep enough. */
  async lock(request: PegOutRequest, blocks = 3): Promise<WithdrawalState> {
    const state: WithdrawalState = {
      state: "locked",
      owner: this.ownerAddress,
      amount: request.amount,
      script: request.recipientScript,
      message: pegOutMessageHash(request.amount, request.recipientScript, network, "D2"),
      burnHeight: this.chain.height,
      expires: this.chain.height + this.facts.limits.lifetime,
      finalTxid: null,
    };
    this.withdrawals.set(request.txid, state);
    this.messages.set(this.ownerAddress, request.txid);
    await this.mine([], blocks - 1);
    return state;
  }

  /** Peg coins worth `amount`, minted for; a locked request; ready to be paid. */
  async readyToPay(amount = 60_000n, held = 300_000n): Promise<PegOutRequest> {
    this.mint((await this.pegIn(held)).op);
    this.facts = { ...this.facts, supply: held };
    const request = await this.request(amount);
    await this.lock(request);
    return request;
  }

  wallet(...amounts: bigint[]): FeeWallet {
    return { ...feeWallet(this.fees, ...amounts), script: feeWalletScript(this.coordinatorKey) };
  }
  get coordinatorKey() {
    return { key: secp256k1.getPublicKey(this.fees.secret) };
  }

  pay(
    request: PegOutRequest,
    options: { wallet?: FeeWallet; rate?: number; coins?: readonly Coin[] } = {},
  ): Plan {
    const pegCoins = options.coins ?? this.ledger.spendable();
    const terms = {
      rate: feeRate(options.rate ?? 2),
      ...(options.wallet === undefined ? {} : { feeWallet: options.wallet }),
    };
    return buildFulfilment({ request, pegCoins, chainTip: this.tip, network, dialect: "D2" }, terms);
  }

  transaction(plan: Pick<Plan, "unsigned" | "inputs">, purpose: Purpose): TransactionProposal {
    const spends = plan.inputs.map(({ coin: { amount, script }, signer }) => ({ amount, script, signer }));
    return { tag: "transaction", purpose, unsigned: plan.unsigned.raw, spends };
  }

  action(action: ActionProposal["action"]): ActionProposal {
    return {
      tag: "action",
      action,
      contract: this.contractId,
      chainId: 0x80000000,
      epoch: this.facts.wallet.epoch,
    };
  }

  async blockOf(txid: string): Promise<{ height: number; hash: string }> {
    const { block } = await this.node.transaction(parseTxid(txid));
    return block ?? { height: 0, hash: "00".repeat(32) };
  }

  async mintOf({ op }: { op: PegIn }, change: Partial<MintAction> = {}): Promise<ActionProposal> {
    const burnBlock = await this.blockOf(op.txid);
    const recipient = formatPrincipal(op.recipient);
    return this.action({
      tag: "mint",
      amount: op.amount,
      recipient,
      deposit: op.deposit,
      burnBlock,
      ...change,
    });
  }

  async lockOf(request: PegOutRequest, change: Partial<LockAction> = {}): Promise<ActionProposal> {
    return this.action({
      tag: "lock",
      amount: request.amount,
      script: request.recipientScript,
      address: this.addressOf(request.recipientScript),
      dialect: "D2",
      ownerSignature: request.signature,
      txid: request.txid,
      burnBlock: await this.blockOf(request.txid),
      ...change,
    });
  }

  get standing(): Standing {
    return {
      setting: {
        network,
        dialect: "D2",
        groupKey: this.group.key,
        expiredPegScripts: [],
        contract: this.contractId,
        chainId: 0x80000000,
        confirmations: 3,
        stacksConfirmations: 3,
        expiryMargin: 2,
        feeRates: { least: 1_000n, most: 300_000n },
      },
      chain: this.chain,
      bitcoin: yes(true),
      contract: yes(this.facts),
      ledger: this.ledger,
      paidAhead: this.paidAhead,
      memory: this.memory,
    };
  }

  async deposit(outpoint: Outpoint): Promise<DepositFacts> {
    return {
      made: await this.confirmed(outpoint.txid),
      funding: null,
      sweep: null,
      state: yes(this.deposits.get(outpointKey(outpoint)) ?? null),
      recipientAllowed: yes(this.allowed),
    };
  }

  async requestFacts(txid: string, closing: string | null = null): Promise<RequestFacts> {
    const id = parseTxid(txid);
    return {
      made: await this.confirmed(txid),
      commit: null,
      withdrawal: yes(this.withdrawals.get(txid) ?? null),
      messageUse: yes(this.messages.get(this.ownerAddress) ?? null),
      ownerBalance: yes(this.balance),
      scriptAllowed: yes(this.allowed),
      feeSpend: yes(await this.node.outspend({ txid: id, vout: 2 })),
      closing: closing === null ? null : await this.confirmed(closing),
      coins: null,
    };
  }

  async coinsFacts(proposal: TransactionProposal): Promise<CoinsFacts> {
    const coins = spentCoins(proposal);
    const found = coins.map(async (coin) => {
      const key = outpointKey(coin);
      const made = await asked(async () => (await this.node.transaction(coin.txid)).raw);
      const isReveal = made.ok && needsFunding(made.value, this.standing);
      const [input] = made.ok ? parseTransaction(made.value).inputs : [];
      const funding =
        isReveal && input !== undefined
          ? await asked(async () => (await this.node.transaction(input.txid)).raw)
          : null;
      const swept = sweptInto(coin, this.memory).map((one) =>
        yes(this.deposits.get(outpointKey(one)) ?? null),
      );
      return [key, { made, funding, swept, state: yes(this.deposits.get(key) ?? null) }] as const;
    });
    const payouts = paymentsWith(coins, this.memory).map(
      (request) => [request, yes(this.withdrawals.get(request) ?? null)] as const,
    );
    return { coins: new Map(await Promise.all(found)), payouts: new Map(payouts) };
  }

  /** Evidence as a signer gathers it for a proposal. */
  async gather(proposal: Proposal): Promise<Evidence> {
    return { standing: this.standing, subject: await this.#subject(proposal) };
  }

  async #subject(proposal: Proposal): Promise<Subject> {
    if (proposal.tag === "action") {
      const { action } = proposal;
      switch (action.tag) {
        case "mint":
        case "reject":
          return {
            tag: "deposit",
            deposit: await this.deposit({ ...action.deposit, txid: parseTxid(action.deposit.txid) }),
          };
        case "lock":
          return { tag: "request", request: await this.requestFacts(action.txid) };
        case "settle":
          return { tag: "request", request: await this.requestFacts(action.txid, action.payoutTxid) };
        case "refund":
          return { tag: "request", request: await this.requestFacts(action.txid, action.cancelTxid) };
        case "setWallet":
          return { tag: "successor", successor: null };
      }
    }
    const { purpose } = proposal;
    switch (purpose.tag) {
      case "fulfilment": {
        const [request, coins] = [await this.requestFacts(purpose.request), await this.coinsFacts(proposal)];
        return { tag: "request", request: { ...request, coins } };
      }
      case "cancel":
        return { tag: "request", request: await this.requestFacts(purpose.request) };
      case "pegInReturn":
        return { tag: "deposit", deposit: await this.deposit(purpose.deposit) };
      case "handOff":
        return { tag: "successor", successor: null };
      case "consolidation":
        return { tag: "coins", facts: await this.coinsFacts(proposal) };
      case "sweep":
      case "reveal":
        return { tag: "none" };
    }
  }

  /** Codes with which this signer refuses; empty where it may approve. */
  async refusals(proposal: Proposal): Promise<readonly string[]> {
    return refusedCodes(checkProposal(proposal, await this.gather(proposal)));
  }

  /** Remembers a proposal as approved here now. */
  approve(proposal: Proposal): void {
    this.memory = this.memory.with({ proposal, height: this.chain.height, automatic: false });
  }
}

export { coin };
