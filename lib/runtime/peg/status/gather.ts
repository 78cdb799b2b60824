import { Cl, type ClarityValue } from "@stacks/transactions";
import { parseTxid, sameBytes, type Outpoint, type Txid } from "../../../sbtc/bytes.ts";
import type { BlockRef } from "../../../sbtc/bitcoin/node.ts";
import { addressOf } from "../../../sbtc/bitcoin/script.ts";
import { parseHeader } from "../../../sbtc/bitcoin/spv/header.ts";
import { parseTransaction, type BitcoinTx } from "../../../sbtc/bitcoin/transaction.ts";
import {
  configQueries,
  tokenQueries,
  type DepositState,
  type WithdrawalState,
} from "../../../sbtc/contract/queries.ts";
import { readDataOutput, type OpcodeName } from "../../../sbtc/ops/data-output.ts";
import { readAnnouncedDeposit, type FoundDeposit } from "../../../sbtc/ops/deposit-announcement.ts";
import { pegOutMessageHash, recoverOwner } from "../../../sbtc/ops/owner-signature.ts";
import { parsePegIn, type OpContext } from "../../../sbtc/ops/peg-in.ts";
import { parsePegOutRequest, type PegOutRequest } from "../../../sbtc/ops/peg-out-request.ts";
import { formatPrincipal } from "../../../sbtc/ops/principal.ts";
import { attempt, Refusal } from "../../../sbtc/refusal.ts";
import { readFields, readText } from "../../../sbtc/stacks/clarity.ts";
import { configOf, type PegFacts, type PegSources } from "../form/facts.ts";

/** A transaction and how deep it lies. */
export interface SeenTx {
  readonly tx: BitcoinTx;
  readonly block: BlockRef | null;
  /** 0 while unconfirmed. */
  readonly confirmations: number;
  /** Milliseconds since 1970, from the block's header. */
  readonly at: number | null;
}

/** What became of a coin. */
export interface SpentBy extends SeenTx {
  readonly opcode: OpcodeName | null;
}

/** A call that the contract carried out. */
export interface StacksDeed {
  readonly txid: string;
  readonly at: number | null;
}

/** What a peg-in's transaction turned out to be. */
export type PegInReading =
  | {
      readonly way: "direct";
      readonly recipient: string;
      readonly amount: bigint;
      readonly outpoint: Outpoint;
    }
  | {
      readonly way: "deposit";
      readonly recipient: string;
      readonly amount: bigint;
      readonly outpoint: Outpoint;
      readonly found: FoundDeposit;
    }
  | { readonly way: "refused"; readonly refusal: Refusal };

/** Everything the two chains tell about a peg-in. */
export interface PegInEvidence {
  readonly seen: SeenTx | null;
  readonly reading: PegInReading | null;
  readonly deposit: DepositState | null;
  readonly spent: SpentBy | null;
  /** True where the coin was taken by the depositor's own leaf. */
  readonly reclaimed: boolean;
  readonly recipientAllowed: boolean;
  readonly deed: StacksDeed | null;
}

/** Everything the two chains tell about a peg-out request. */
export interface PegOutEvidence {
  readonly seen: SeenTx | null;
  readonly reading:
    | {
        readonly tag: "request";
        readonly request: PegOutRequest;
        readonly owner: string;
        readonly to: string;
      }
    | { readonly tag: "refused"; readonly refusal: Refusal }
    | null;
  readonly withdrawal: WithdrawalState | null;
  readonly spent: SpentBy | null;
  readonly ownerBalance: bigint | null;
  readonly messageUsedBy: string | null;
  readonly scriptAllowed: boolean;
  readonly locked: StacksDeed | null;
  readonly ended: StacksDeed | null;
}

const contextOf = ({ network }: PegSources, facts: PegFacts): OpContext => ({
  network,
  dialect: "D2",
  pegScript: facts.pegScript,
});

/** Pages of the contract's events that are looked through for one request, newest first. */
const eventPages = 6;
const eventsPerPage = 50;

/** Asks both chains about a peg-in. @throws Refusal of the sources */
export async function gatherPegIn(sources: PegSources, facts: PegFacts, txid: Txid): Promise<PegInEvidence> {
  const seen = await see(sources, txid);
  const nothing = {
    ...{ deposit: null, spent: null, reclaimed: false, recipientAllowed: true, deed: null },
  } as const;
  if (seen === null) return { ...nothing, seen: null, reading: null };
  const reading = readPegIn(sources, facts, seen.tx);
  if (reading.way === "refused") return { ...nothing, seen, reading };
  const { stacks } = sources;
  const [deposit, spent, recipientAllowed] = await Promise.all([
    stacks.read(tokenQueries.deposit(facts.contract, reading.outpoint)),
    spentBy(sources, reading.outpoint),
    stacks.read(configQueries.recipientAllowed(configOf(facts.contract), reading.recipient)),
  ]);
  const deed =
    deposit === null
      ? null
      : await findDeed(sources, facts.contract, txid, [deposit.state === "minted" ? "mint" : "reject"]);
  const reclaimed =
    reading.way === "deposit" && spent !== null && isReclaim(spent.tx, reading.outpoint, reading.found);
  return { seen, reading, deposit, spent, reclaimed, recipientAllowed, deed };
}

function readPegIn(sources: PegSources, facts: PegFacts, tx: BitcoinTx): PegInReading {
  const announced = attempt(() => readAnnouncedDeposit(tx, [facts.groupKey], sources.network));
  if (announced.ok) {
    const { data, outpoint, amount } = announced.value;
    return {
      way: "deposit",
      recipient: formatPrincipal(data.recipient),
      amount,
      outpoint,
      found: announced.value,
    };
  }
  const direct = attempt(() => parsePegIn(tx, contextOf(sources, facts)));
  if (!direct.ok) return { way: "refused", refusal: direct.refusal };
  const { recipient, amount, deposit } = direct.value;
  return { way: "direct", recipient: formatPrincipal(recipient), amount, outpoint: deposit };
}

function isReclaim(tx: BitcoinTx, outpoint: Outpoint, found: FoundDeposit): boolean {
  const input = tx.inputs.find(({ txid, vout }) => txid === outpoint.txid && vout === outpoint.vout);
  const leaf = input?.witness.at(-2);
  return leaf !== undefined && sameBytes(leaf, found.reclaimLeaf.script);
}

/** Asks both chains about a peg-out request. @throws Refusal of the sources */
export async function gatherPegOut(
  sources: PegSources,
  facts: PegFacts,
  txid: Txid,
): Promise<PegOutEvidence> {
  const seen = await see(sources, txid);
  const nothing = {
    ...{ withdrawal: null, spent: null, ownerBalance: null, messageUsedBy: null },
    ...{ scriptAllowed: true, locked: null, ended: null },
  } as const;
  if (seen === null) return { ...nothing, seen: null, reading: null };
  const parsed = attempt(() => {
    const request = parsePegOutRequest(seen.tx, contextOf(sources, facts));
    const owner = formatPrincipal(recoverOwner(request, sources.network, "D2"));
    return { request, owner, to: addressOf(request.recipientScript, sources.network) ?? "" };
  });
  if (!parsed.ok) return { ...nothing, seen, reading: { tag: "refused", refusal: parsed.refusal } };
  const { request, owner } = parsed.value;
  const { stacks, network } = sources;
  const { contract } = facts;
  const digest = pegOutMessageHash(request.amount, request.recipientScript, network, "D2");
  const [withdrawal, spent, ownerBalance, messageUsedBy, scriptAllowed] = await Promise.all([
    stacks.read(tokenQueries.withdrawal(contract, txid)),
    spentBy(sources, request.feeOutpoint),
    stacks.read(tokenQueries.balance(contract, owner)),
    stacks.read(tokenQueries.messageUse(contract, owner, digest)),
    stacks.read(configQueries.scriptAllowed(configOf(contract), request.recipientScript)),
  ]);
  const ended = withdrawal !== null && withdrawal.state !== "locked";
  const [locked, end] = await Promise.all([
    withdrawal === null ? null : findDeed(sources, contract, txid, ["lock"]),
    ended ? findDeed(sources, contract, txid, ["settle", "refund"]) : null,
  ]);
  return {
    seen,
    reading: { tag: "request", ...parsed.value },
    withdrawal,
    spent,
    ownerBalance,
    messageUsedBy,
    scriptAllowed,
    locked,
    ended: end,
  };
}

/** A transaction with its depth, or null where the source does not know it. */
async function see({ bitcoin }: PegSources, txid: Txid): Promise<SeenTx | null> {
  let known;
  try {
    known = await bitcoin.transaction(txid);
  } catch (error) {
    if (error instanceof Refusal && error.code === "nodeNotFound") return null;
    throw error;
  }
  const tx = parseTransaction(known.raw);
  const { block } = known;
  if (block === null) return { tx, block: null, confirmations: 0, at: null };
  const [tip, at] = await Promise.all([bitcoin.tip(), blockTime(bitcoin, block.height)]);
  return { tx, block, confirmations: Math.max(0, tip.height - block.height + 1), at };
}

async function blockTime(node: PegSources["bitcoin"], height: number): Promise<number | null> {
  try {
    return parseHeader((await node.headers(height, 1)).subarray(0, 80)).time * 1000;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

async function spentBy(sources: PegSources, outpoint: Outpoint): Promise<SpentBy | null> {
  const outspend = await sources.bitcoin.outspend(outpoint);
  if (!outspend.spent || outspend.by === null) return null;
  const seen = await see(sources, outspend.by.txid);
  if (seen === null) return null;
  const data = attempt(() => readDataOutput(seen.tx.outputs, sources.network));
  return { ...seen, opcode: data.ok ? data.value.opcode : null };
}

/** The call of the contract that printed one of `topics` about a Bitcoin transaction. */
async function findDeed(
  { stacks, bitcoin }: PegSources,
  contract: string,
  txid: Txid,
  topics: readonly string[],
): Promise<StacksDeed | null> {
  for (let page = 0; page < eventPages; page++) {
    const events = await stacks.events(contract, { limit: eventsPerPage, offset: page * eventsPerPage });
    const found = events.find(({ value }) => isAbout(value, txid, topics));
    if (found !== undefined) {
      const state = await stacks.transaction(found.txid);
      const at = state.tag === "success" ? await blockTime(bitcoin, state.burnBlockHeight) : null;
      return { txid: found.txid, at };
    }
    if (events.length < eventsPerPage) return null;
  }
  return null;
}

function isAbout(value: ClarityValue, txid: Txid, topics: readonly string[]): boolean {
  const read = attempt(() => {
    const field = readFields(value);
    return topics.includes(readText(field("topic"))) && Cl.stringify(field("txid")) === `0x${txid}`;
  });
  return read.ok && read.value;
}

/** Reads a transaction id from a link. @throws Refusal `txidInvalid` */
export const requestId = (text: string): Txid => parseTxid(text.toLowerCase());
