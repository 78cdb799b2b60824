import type { Roster } from "../../../rounds/index.ts";
import { outpointKey, parseTxid, type Outpoint } from "../../../sbtc/bytes.ts";
import { Refusal, refuse, type Outcome } from "../../../sbtc/refusal.ts";
import { isOneOf } from "../../../sbtc/bitcoin/script.ts";
import { parseTransaction, type BitcoinTx } from "../../../sbtc/bitcoin/transaction.ts";
import { checkDeployment, type ContractNetwork } from "../../../sbtc/contract/deployment.ts";
import { configQueries, sharedQueries, tokenQueries } from "../../../sbtc/contract/queries.ts";
import { pegOutMessageHash, recoverOwner } from "../../../sbtc/ops/owner-signature.ts";
import { formatPrincipal } from "../../../sbtc/ops/principal.ts";

import type {
  CoinsFacts,
  Confirmed,
  ContractFacts,
  DepositFacts,
  Evidence,
  PegSetting,
  RequestFacts,
  Standing,
  Subject,
  SuccessorFacts,
} from "../../../sbtc/peg/checks/evidence.ts";
import { needsFunding, paymentsWith, spentCoins, sweptInto } from "../../../sbtc/peg/checks/free-coins.ts";
import { SignedMemory } from "../../../sbtc/peg/checks/memory.ts";
import { opContext, pegScriptOf } from "../../../sbtc/peg/checks/standing.ts";
import type { Proposal, TransactionProposal } from "../../../sbtc/peg/proposal.ts";
import { sameBytes } from "../../../sbtc/bytes.ts";
import { attempt } from "../../../sbtc/refusal.ts";
import { AgreeingStacks, outcome } from "./agreement.ts";
import { readRegistry } from "./registry.ts";
import type { SignerFollower } from "./follower.ts";
import { leafOf, leafRecipient, recipientOf, requestOf, sweptFor } from "./readings.ts";

/** What one gathering needs from the seat. */
export interface GatherContext {
  readonly setting: PegSetting;
  /** The group this seat belongs to. */
  readonly roster: Roster;
  readonly memory: SignedMemory;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What this browser knows of a key that is to take over. */
  readonly successor: (key: Uint8Array) => Omit<SuccessorFacts, "registry"> | null;
}

/** Tips kept, so that a payment made at a recent one is recognised. */
const tipsKept = 200;

const missing = (says: string): Outcome<never> => ({ ok: false, refusal: new Refusal("nodeNotFound", says) });

/** Collects from a signer's own sources what its checks judge. It decides nothing. */
export class Gatherer {
  readonly #follower: SignerFollower;
  readonly #stacks: AgreeingStacks;
  readonly #network: ContractNetwork;
  /** Contracts whose text was found to be ours; a text never changes once deployed. */
  readonly #ours = new Set<string>();
  #tips: readonly string[] = [];

  constructor(follower: SignerFollower, stacks: AgreeingStacks, network: ContractNetwork) {
    this.#follower = follower;
    this.#stacks = stacks;
    this.#network = network;
  }

  /** Bitcoin height, by headers verified here. */
  get height(): number {
    return this.#follower.chain.height;
  }

  async gather(proposal: Proposal, context: GatherContext): Promise<Evidence> {
    const standing = await this.standing(proposal, context);
    const contract = this.#contractOf(proposal, context.setting);
    return { standing, subject: await this.#subject(proposal, contract, context) };
  }

  #contractOf(proposal: Proposal, setting: PegSetting): string | null {
    return proposal.tag === "action" ? proposal.contract : setting.contract;
  }

  /** What every check looks at. */
  async standing(proposal: Proposal, { setting, memory, now }: GatherContext): Promise<Standing> {
    const { chain, ledger } = this.#follower;
    const followed = await outcome(() => this.#follower.follow(now));
    const contract = this.#contractOf(proposal, setting);
    const facts =
      contract === null
        ? missing("this seat has not approved a contract yet")
        : await outcome(() => this.#contractFacts(contract));
    const paid = await outcome(() => this.#paidAhead(contract));
    return {
      setting,
      memory,
      chain,
      ledger,
      bitcoin: followed.ok ? { ok: true, value: true } : followed,
      contract: paid.ok ? facts : paid,
      paidAhead: paid.ok ? paid.value : 0n,
    };
  }

  async #contractFacts(contract: string): Promise<ContractFacts> {
    const stacks = this.#stacks;
    const infos = await stacks.all((node) => node.info());
    this.#tips = [...new Set([...infos.map(({ value }) => value.stacksTip), ...this.#tips])].slice(
      0,
      tipsKept,
    );
    const config = `${contract}-config`;
    const [foreign, halted, wallet, limits, windowUse, supply, coordinator] = await Promise.all([
      this.#foreign(contract),
      stacks.agree((node) => node.read(sharedQueries.tradingHalted(contract))),
      stacks.agree((node) => node.read(tokenQueries.wallet(contract))),
      stacks.agree((node) => node.read(configQueries.limits(config))),
      stacks.agree((node) => node.read(tokenQueries.windowUse(contract))),
      stacks.agree((node) => node.read(tokenQueries.totalSupply(contract))),
      stacks.agree((node) => node.read(sharedQueries.coordinator(contract))),
    ]);
    const burnHeight = Math.min(...infos.map(({ value }) => value.burnBlockHeight));
    return { foreign, halted, wallet, limits, windowUse, supply, coordinator, burnHeight, tips: this.#tips };
  }

  async #foreign(contract: string): Promise<readonly string[]> {
    if (this.#ours.has(contract)) return [];
    const foreign = await this.#stacks.agree((node) => checkDeployment(node, this.#network, contract));
    if (foreign.length === 0) this.#ours.add(contract);
    return foreign;
  }

  /** Satoshi that left for requests the contract still holds sBTC for. */
  async #paidAhead(contract: string | null): Promise<bigint> {
    if (contract === null) return 0n;
    const { payments, ledger } = this.#follower;
    const recent = payments.filter(({ height }) => ledger.tip.height - height <= paidWithin);
    const states = await Promise.all(
      recent.map(({ request }) =>
        this.#stacks.agree((node) => node.read(tokenQueries.withdrawal(contract, request))),
      ),
    );
    return recent.reduce((sum, { amount }, i) => (states[i]?.state === "locked" ? sum + amount : sum), 0n);
  }

  async #subject(proposal: Proposal, contract: string | null, context: GatherContext): Promise<Subject> {
    const { setting } = context;
    if (contract === null) return { tag: "none" };
    if (proposal.tag === "action") {
      const { action } = proposal;
      switch (action.tag) {
        case "mint":
        case "reject": {
          const deposit = { txid: parseTxid(action.deposit.txid), vout: action.deposit.vout };
          return { tag: "deposit", deposit: await this.#deposit(deposit, contract, setting) };
        }
        case "lock":
          return { tag: "request", request: await this.#request(action.txid, contract, setting, null) };
        case "settle":
          return {
            tag: "request",
            request: await this.#request(action.txid, contract, setting, action.payoutTxid),
          };
        case "refund":
          return {
            tag: "request",
            request: await this.#request(action.txid, contract, setting, action.cancelTxid),
          };
        case "setWallet":
          if (sameBytes(action.key, setting.groupKey)) {
            const registry = await outcome(() => readRegistry(this.#stacks, contract));
            return { tag: "registry", roster: context.roster, registry };
          }
          return this.#successor(action.key, contract, context);
      }
    }
    return this.#purpose(proposal, contract, context);
  }

  async #purpose(proposal: TransactionProposal, contract: string, context: GatherContext): Promise<Subject> {
    const { purpose } = proposal;
    const { setting } = context;
    switch (purpose.tag) {
      case "fulfilment": {
        const [request, coins] = await Promise.all([
          this.#request(purpose.request, contract, setting, null),
          this.#coins(proposal, contract, context),
        ]);
        return { tag: "request", request: { ...request, coins } };
      }
      case "cancel":
        return { tag: "request", request: await this.#request(purpose.request, contract, setting, null) };
      case "pegInReturn":
        return { tag: "deposit", deposit: await this.#deposit(purpose.deposit, contract, setting) };
      case "sweep": {
        const found = await Promise.all(
          purpose.deposits.map(
            async (deposit) =>
              [
                outpointKey(deposit),
                await this.#scriptDeposit(deposit, contract, leafOf(deposit, proposal), setting),
              ] as const,
          ),
        );
        return { tag: "deposits", deposits: new Map(found) };
      }
      case "reveal":
        return { tag: "commit", made: await this.#confirmed(purpose.commit.txid) };
      case "handOff":
        return this.#successor(purpose.nextKey, contract, context);
      case "consolidation":
        return { tag: "coins", facts: await this.#coins(proposal, contract, context) };
    }
  }

  /** What each coin is, and how the requests stand whose payments want one of them. */
  async #coins(
    proposal: TransactionProposal,
    contract: string,
    { memory, setting }: GatherContext,
  ): Promise<CoinsFacts> {
    const { node } = this.#follower;
    const coins = attempt(() => spentCoins(proposal));
    if (!coins.ok) return { coins: new Map(), payouts: new Map() };
    const found = coins.value.map(async (coin) => {
      const [made, state, swept] = await Promise.all([
        outcome(async () => (await node.transaction(coin.txid)).raw),
        this.#depositState(coin, contract),
        Promise.all(sweptInto(coin, memory).map((deposit) => this.#depositState(deposit, contract))),
      ]);
      const isReveal = made.ok && needsFunding(made.value, { setting });
      const funding = isReveal ? await this.#funding(parseTransaction(made.value)) : null;
      return [outpointKey(coin), { made, funding, state, swept }] as const;
    });
    const payouts = paymentsWith(coins.value, memory).map(
      async (request) => [request, await this.#withdrawal(request, contract)] as const,
    );
    return { coins: new Map(await Promise.all(found)), payouts: new Map(await Promise.all(payouts)) };
  }

  #withdrawal(request: string, contract: string) {
    return outcome(() => this.#stacks.agree((one) => one.read(tokenQueries.withdrawal(contract, request))));
  }

  async #successor(key: Uint8Array, contract: string, context: GatherContext): Promise<Subject> {
    const known = context.successor(key);
    if (known === null) return { tag: "successor", successor: null };
    const registry = await outcome(async () => (await readRegistry(this.#stacks, contract)).signers);
    return { tag: "successor", successor: { ...known, registry } };
  }

  #confirmed(txid: string): Promise<Outcome<Confirmed>> {
    return outcome(async () => {
      const id = parseTxid(txid);
      const { raw, block } = await this.#follower.node.transaction(id);
      if (block === null) refuse("notEnoughConfirmations", `${txid} is in no block yet`);
      return { raw, proof: await this.#follower.node.merkleProof(id) };
    });
  }

  /** Raw transaction whose output input 0 spends. */
  #funding(tx: BitcoinTx): Promise<Outcome<Uint8Array>> {
    return outcome(async () => {
      const [input] = tx.inputs;
      if (input === undefined) return refuse("transactionMalformed", "a transaction without inputs");
      return (await this.#follower.node.transaction(input.txid)).raw;
    });
  }

  async #deposit(deposit: Outpoint, contract: string, setting: PegSetting): Promise<DepositFacts> {
    const [made, state] = await Promise.all([
      this.#confirmed(deposit.txid),
      this.#depositState(deposit, contract),
    ]);
    if (!made.ok) return { made, funding: null, sweep: null, state, recipientAllowed: null };
    const tx = parseTransaction(made.value.raw);
    const funding = await this.#funding(tx);
    const output = tx.outputs[deposit.vout];
    const isDirect = output !== undefined && sameBytes(output.script, pegScriptOf(setting));
    const sweep = isDirect ? null : await this.#sweep(deposit);
    const isEarlier = output !== undefined && isOneOf(output.script, setting.expiredPegScripts);
    const recipient = isDirect
      ? recipientOf(tx, funding, opContext(setting))
      : isEarlier
        ? recipientOf(tx, funding, {
            ...opContext(setting),
            pegScript: output.script,
            expiredPegScripts: [],
          })
        : sweptFor(deposit, sweep, setting);
    return { made, funding, sweep, state, recipientAllowed: await this.#allowed(recipient, contract) };
  }

  #depositState(deposit: Outpoint, contract: string) {
    return outcome(() => this.#stacks.agree((node) => node.read(tokenQueries.deposit(contract, deposit))));
  }

  async #allowed(recipient: string | null, contract: string): Promise<Outcome<boolean> | null> {
    if (recipient === null) return null;
    return outcome(() =>
      this.#stacks.agree((node) =>
        node.read(configQueries.recipientAllowed(`${contract}-config`, recipient)),
      ),
    );
  }

  /** What spent a deposit, with everything that was spent beside it. */
  async #sweep(deposit: Outpoint): Promise<DepositFacts["sweep"]> {
    const spend = await outcome(() => this.#follower.node.outspend(deposit));
    if (!spend.ok) return spend;
    if (!spend.value.spent || spend.value.by === null) return null;
    const tx = await this.#confirmed(spend.value.by.txid);
    if (!tx.ok) return tx;
    return outcome(async () => {
      const parents = new Set(parseTransaction(tx.value.raw).inputs.map(({ txid }) => txid));
      const raws = await Promise.all(
        [...parents].map(async (txid) => (await this.#follower.node.transaction(txid)).raw),
      );
      return { tx: tx.value, parents: raws };
    });
  }

  /** A deposit that is still to be swept: its recipient stands in the leaf the proposal shows, which its output commits to. */
  async #scriptDeposit(
    deposit: Outpoint,
    contract: string,
    leaf: Uint8Array | undefined,
    setting: PegSetting,
  ): Promise<DepositFacts> {
    const [made, state, recipientAllowed] = await Promise.all([
      this.#confirmed(deposit.txid),
      this.#depositState(deposit, contract),
      this.#allowed(leafRecipient(leaf, setting), contract),
    ]);
    return { made, funding: null, sweep: null, state, recipientAllowed };
  }

  async #request(
    txid: string,
    contract: string,
    setting: PegSetting,
    closing: string | null,
  ): Promise<RequestFacts> {
    const { node } = this.#follower;
    const [made, withdrawal, feeSpend, ended] = await Promise.all([
      this.#confirmed(txid),
      this.#withdrawal(txid, contract),
      outcome(() => node.outspend({ txid: parseTxid(txid), vout: 2 })),
      closing === null ? null : this.#confirmed(closing),
    ]);
    const tx = made.ok ? parseTransaction(made.value.raw) : null;
    const direct = tx === null ? null : requestOf(tx, null, setting);
    const commit = tx !== null && direct === null ? await this.#funding(tx) : null;
    const request =
      direct ?? (tx !== null && commit?.ok === true ? requestOf(tx, commit.value, setting) : null);
    const rest = { made, commit, withdrawal, feeSpend, closing: ended, coins: null };
    if (request === null) {
      const none = missing("the request cannot be read");
      return { ...rest, messageUse: none, ownerBalance: none, scriptAllowed: none };
    }
    const { amount, recipientScript, signature } = request;
    const owner = attempt(() =>
      formatPrincipal(recoverOwner({ amount, recipientScript, signature }, setting.network, setting.dialect)),
    );
    const message = pegOutMessageHash(amount, recipientScript, setting.network, setting.dialect);
    const read = this.#stacks;
    const [messageUse, ownerBalance, scriptAllowed] = await Promise.all([
      owner.ok
        ? outcome(() =>
            read.agree((one) => one.read(tokenQueries.messageUse(contract, owner.value, message))),
          )
        : owner,
      owner.ok
        ? outcome(() => read.agree((one) => one.read(tokenQueries.balance(contract, owner.value))))
        : owner,
      outcome(() =>
        read.agree((one) => one.read(configQueries.scriptAllowed(`${contract}-config`, recipientScript))),
      ),
    ]);
    return { ...rest, messageUse, ownerBalance, scriptAllowed };
  }
}

/** Blocks within which a payment can be waiting for its settlement. */
const paidWithin = 1_000;
