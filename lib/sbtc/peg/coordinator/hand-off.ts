import { verifySchnorr } from "../../../frost/index.ts";
import { outpointKey, sameBytes, type Outpoint, type Txid } from "../../bytes.ts";
import { parseTransaction } from "../../bitcoin/transaction.ts";
import type { SetWalletAction } from "../../contract/actions.ts";
import { setWalletCall, type ContractCall } from "../../contract/calls.ts";
import { actionDigest, type ActionContext } from "../../contract/digest.ts";
import type { WalletState } from "../../contract/queries.ts";
import type { BitcoinNetwork } from "../../network.ts";
import type { GroupKey } from "../../ops/peg-script.ts";
import { buildHandOff } from "../../transactions/peg.ts";
import { total, type Coin, type FeeWallet, type Plan } from "../../transactions/plan.ts";
import { maxPegInputs } from "../../transactions/select.ts";
import type { FeeRate } from "../../transactions/size.ts";
import { Refusal } from "../../refusal.ts";
import type { ActionProposal, TransactionProposal } from "../proposal.ts";
import { proposalOf, storePlan, type StoredPlan } from "../queue/plans.ts";

/** Both wallets of a hand-off, and the contract that names one of them. */
export interface HandOffTerms {
  readonly network: BitcoinNetwork;
  readonly contract: string;
  readonly chainId: number;
  readonly from: { readonly key: GroupKey; readonly script: Uint8Array };
  readonly to: { readonly key: GroupKey; readonly script: Uint8Array; readonly address: string };
}

/** A transaction that moves coins to the next wallet, signed by the group that leaves. Kept for ever. */
export interface SignedHandOff {
  readonly txid: Txid;
  readonly plan: StoredPlan;
  readonly raw: Uint8Array;
}

/** What the chains cannot tell: signatures, and the plan the group was asked for. */
export interface HandOffRecord {
  /** Signatures under the new wallet's action, 64 bytes, for a key epoch. */
  readonly announcement: {
    readonly epoch: bigint;
    readonly next: Uint8Array | null;
    readonly old: Uint8Array | null;
  } | null;
  readonly plan: StoredPlan | null;
  readonly signed: readonly SignedHandOff[];
}

export const newHandOff: HandOffRecord = { announcement: null, plan: null, signed: [] };

/** A request that only the group that leaves can finish. */
export interface Unfinished {
  readonly id: string;
  readonly state: string;
}

/** What both chains show now. */
export interface HandOffFacts {
  readonly wallet: WalletState;
  /** True where the contract's registry names the seats of the next group. */
  readonly isRegistered: boolean;
  /** sBTC there is, satoshi. */
  readonly supply: bigint;
  readonly confirmations: number;
  /** Height of the Bitcoin tip. */
  readonly height: number;
  readonly unfinished: readonly Unfinished[];
  /** Confirmed coins of the wallet that is left, with the heights of their blocks. */
  readonly coins: readonly (Coin & { readonly height: number })[];
  /** The block of each signed transaction; null where it is in none. */
  readonly places: ReadonlyMap<Txid, number | null>;
  /** Why a node did not take a transaction. */
  readonly refused: ReadonlyMap<Txid, string>;
  readonly rate: FeeRate;
  readonly feeWallet: FeeWallet;
  readonly parents: ReadonlyMap<Txid, Uint8Array>;
}

/** What comes next, and what is to be sent besides. */
export type HandOffNext =
  /** Requests that only the old group can finish are finished first. */
  | { readonly tag: "drain"; readonly unfinished: readonly Unfinished[] }
  | { readonly tag: "register" }
  | { readonly tag: "sign"; readonly by: "next" | "old"; readonly proposal: ActionProposal }
  | { readonly tag: "announce"; readonly key: string; readonly call: ContractCall }
  /** The old group is asked for a transaction; `record` holds its plan and goes to disk first. */
  | { readonly tag: "move"; readonly record: HandOffRecord; readonly proposal: TransactionProposal }
  /** All coins are on their way; `left` blocks are missing. */
  | { readonly tag: "confirm"; readonly left: number }
  | { readonly tag: "stuck"; readonly code: "belowSupply" | "noFees" | "overtaken"; readonly reason: string }
  /** Everything is there. What is paid to the old address from now on is looked for and follows. */
  | { readonly tag: "done" };

/** The action both groups sign. */
export const successorAction = ({ to }: HandOffTerms): SetWalletAction => ({
  tag: "setWallet",
  address: to.address,
  key: to.key,
});

const contextOf = ({ contract, chainId }: HandOffTerms, epoch: bigint): ActionContext => ({
  contract,
  chainId,
  epoch,
});

/**
 * The next thing to do for a peg to go over to its next group: the chains decide, so it may stop anywhere and go on with
 * any tab. Before the contract names the next wallet it can also be given up, and nothing has happened.
 */
export function nextHandOff(terms: HandOffTerms, record: HandOffRecord, facts: HandOffFacts): HandOffNext {
  const { wallet } = facts.wallet;
  if (wallet === null) return { tag: "stuck", code: "overtaken", reason: "the contract has no wallet yet" };
  if (sameBytes(wallet.key, terms.to.key)) return nextMove(terms, record, facts);
  if (sameBytes(wallet.key, terms.from.key)) return nextAnnouncement(terms, record, facts);
  // Handed on once more since: what still comes to the old address follows to the group in charge by its own hand-off.
  return { tag: "stuck", code: "overtaken", reason: "the contract names another group by now" };
}

function nextAnnouncement(terms: HandOffTerms, record: HandOffRecord, facts: HandOffFacts): HandOffNext {
  if (facts.unfinished.length > 0) return { tag: "drain", unfinished: facts.unfinished };
  if (!facts.isRegistered) return { tag: "register" };
  const { epoch } = facts.wallet;
  const context = contextOf(terms, epoch);
  const action = successorAction(terms);
  const proposal: ActionProposal = { tag: "action", action, ...context };
  const signed = record.announcement?.epoch === epoch ? record.announcement : null;
  if (signed?.next == null) return { tag: "sign", by: "next", proposal };
  if (signed.old === null) return { tag: "sign", by: "old", proposal };
  const old = { key: terms.from.key, signature: signed.old };
  return {
    tag: "announce",
    key: `wallet/${epoch.toString()}/${terms.to.address}`,
    call: setWalletCall(context, action, signed.next, old),
  };
}

/** Takes a signature in. @returns null where it is not the named group's */
export function withSignature(
  terms: HandOffTerms,
  record: HandOffRecord,
  { by, proposal }: Extract<HandOffNext, { tag: "sign" }>,
  signature: Uint8Array,
): HandOffRecord | null {
  const { epoch } = proposal;
  const key = by === "next" ? terms.to.key : terms.from.key;
  const digest = actionDigest(contextOf(terms, epoch), proposal.action);
  if (!verifySchnorr(key, digest, signature)) return null;
  const before = record.announcement?.epoch === epoch ? record.announcement : null;
  const announcement = { epoch, next: before?.next ?? null, old: before?.old ?? null, [by]: signature };
  return { ...record, announcement };
}

const inputsOf = (plan: StoredPlan): readonly (Outpoint & { readonly isFee: boolean })[] =>
  parseTransaction(plan.unsigned).inputs.map(({ txid, vout }, i) => ({
    txid,
    vout,
    isFee: plan.spends[i]?.signer.tag === "wallet",
  }));

/** Signed transactions that are mined or may still be. */
export const liveHandOffs = (
  { signed }: HandOffRecord,
  { places, refused, coins, feeWallet }: Pick<HandOffFacts, "places" | "refused" | "coins" | "feeWallet">,
): readonly SignedHandOff[] =>
  signed.filter(({ txid, plan }) => {
    if ((places.get(txid) ?? null) !== null || !refused.has(txid)) return true;
    // A node does not take it: only where what it spends is still there can that change.
    const there = new Set([...coins, ...feeWallet.coins].map(outpointKey));
    return inputsOf(plan).every((input) => there.has(outpointKey(input)));
  });

function nextMove(terms: HandOffTerms, record: HandOffRecord, facts: HandOffFacts): HandOffNext {
  const live = liveHandOffs(record, facts);
  const moved = new Set(live.flatMap(({ plan }) => inputsOf(plan)).map(outpointKey));
  const left = facts.coins.filter((coin) => !moved.has(outpointKey(coin)));
  if (left.length === 0) return confirmed(live, facts);
  const isFirst = live.length === 0;
  if (isFirst && total(left) < facts.supply)
    return {
      tag: "stuck",
      code: "belowSupply",
      reason: `${total(left).toString()} sat are here for ${facts.supply.toString()} sat of sBTC: pay the difference to the old address first`,
    };
  if (record.plan !== null && stands(record.plan, left, facts))
    return { tag: "move", record, proposal: proposalOf(record.plan) };
  const plan = attemptPlan(terms, left, facts);
  if (plan instanceof Refusal) return { tag: "stuck", code: "noFees", reason: plan.message };
  // Late and worth less than its journey: it waits for more.
  if (!isFirst && plan.fee >= total(left) && confirmed(live, facts).tag === "done") return { tag: "done" };
  const cycle = facts.wallet.epoch - 1n;
  const stored = storePlan(
    plan,
    { tag: "handOff", cycle, nextKey: terms.to.key },
    ({ txid }) => facts.parents.get(txid) ?? null,
  );
  return { tag: "move", record: { ...record, plan: stored }, proposal: proposalOf(stored) };
}

function attemptPlan(terms: HandOffTerms, left: readonly Coin[], facts: HandOffFacts): Plan | Refusal {
  try {
    const rewardCycle = facts.wallet.epoch - 1n;
    const [first] = buildHandOff(
      { pegCoins: left, nextPegScript: terms.to.script, rewardCycle, network: terms.network },
      { rate: facts.rate, feeWallet: facts.feeWallet },
    );
    if (first === undefined) throw new Error("coins make at least one plan");
    return first;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Whether a plan nobody signed yet still takes everything along that signers will ask for. */
function stands(plan: StoredPlan, left: HandOffFacts["coins"], facts: HandOffFacts): boolean {
  const inputs = inputsOf(plan);
  const there = new Set([...left, ...facts.feeWallet.coins].map(outpointKey));
  const taken = new Set(inputs.map(outpointKey));
  const isFull = inputs.filter(({ isFee }) => !isFee).length >= maxPegInputs;
  const forgets = left.some(
    (coin) => coin.height <= facts.height - facts.confirmations + 1 && !taken.has(outpointKey(coin)),
  );
  return inputs.every((input) => there.has(outpointKey(input))) && (isFull || !forgets);
}

function confirmed(
  live: readonly SignedHandOff[],
  { places, height, confirmations }: HandOffFacts,
): HandOffNext {
  const left = live.map(({ txid }) => {
    const place = places.get(txid) ?? null;
    return place === null ? confirmations : Math.max(0, place + confirmations - 1 - height);
  });
  const most = Math.max(0, ...left);
  return most === 0 ? { tag: "done" } : { tag: "confirm", left: most };
}
