import type { RejectReason } from "../reject-reasons.ts";
import type { SpendableLeaf } from "../../bitcoin/taproot.ts";
import type { BitcoinTx } from "../../bitcoin/transaction.ts";
import { outpointKey, type Outpoint, type Txid } from "../../bytes.ts";
import type { PegOutRequest } from "../../ops/peg-out-request.ts";
import type { StoredPlan } from "./plans.ts";
import {
  pegInTransitions,
  pegOutTransitions,
  type PegInState,
  type PegInTag,
  type PegOutState,
  type PegOutTag,
} from "./states.ts";

/** Why a request does not go on by itself right now. `detail` is for people and names the value. */
export interface Hold {
  readonly code: HoldCode;
  readonly detail: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** When it is tried again by itself, milliseconds since 1970; null: not before something changes or a person says so. */
  readonly retryAt: number | null;
  /** How often in a row it was tried. */
  readonly tries: number;
}

export type HoldCode =
  | "halted"
  | "deficit"
  | "recipientNotAllowed"
  | "scriptNotAllowed"
  | "belowMinimum"
  | "overCap"
  | "windowFull"
  | "supplyFull"
  | "balanceTooLow"
  | "messageUsed"
  | "feeTooLow"
  | "pegCoinsMissing"
  | "feeWalletEmpty"
  | "signersRefused"
  | "signersMissing"
  | "signatureWrong"
  | "contractRefused"
  | "callStuck"
  | "bitcoinRefused"
  | "changeSpent"
  | "requestOrphaned"
  | "returnAddressMissing"
  | "expired"
  | "lockTooShort"
  | "spenderUnread"
  | "handOff"
  | "earlierWallet"
  | "reclaimed";

/** A transaction the group signed for a request. Kept for ever: any of them may be mined one day. */
export interface SignedTransaction {
  readonly purpose: "payout" | "cancel" | "return" | "sweep";
  readonly txid: Txid;
  readonly plan: StoredPlan;
  /** With witnesses, as broadcast. */
  readonly raw: Uint8Array;
}

/** One entry of a request's history. */
export interface Step<Tag extends string> {
  readonly tag: Tag;
  /** Milliseconds since 1970. */
  readonly at: number;
}

interface Common<State extends { readonly tag: string }> {
  /** One per (kind, txid, vout), whatever block it is in: the key that makes everything happen at most once. */
  readonly id: RecordId;
  /** The transaction that made it, as it was on the chain. */
  readonly raw: Uint8Array;
  readonly state: State;
  readonly history: readonly Step<State["tag"]>[];
  readonly hold: Hold | null;
  /** Set after a round with it among others was refused: it is asked for alone then. */
  readonly alone: boolean;
  readonly signed: readonly SignedTransaction[];
}

/** How a deposit lies on the chain. */
export type DepositForm =
  /** In the peg's own wallet. */
  | { readonly tag: "direct" }
  /** In a script of its own, which the group sweeps, or its depositor takes back once `lockBlocks` are over. */
  | {
      readonly tag: "script";
      readonly script: Uint8Array;
      readonly leaf: SpendableLeaf;
      /** Most its depositor pays the miner of the sweep, satoshi. */
      readonly maxFee: bigint;
      readonly lockBlocks: number;
    };

/** A deposit and what becomes of it. */
export interface PegInRecord extends Common<PegInState> {
  readonly kind: "pegIn";
  readonly form: DepositForm;
  readonly deposit: Outpoint;
  /** Satoshi. */
  readonly amount: bigint;
  /** Stacks principal; null where the transaction names none that can be read: it can only be returned. */
  readonly recipient: string | null;
  /** What is wrong with it, where it is not to be minted. */
  readonly reject: { readonly reason: RejectReason; readonly detail: string } | null;
  /** Where a return goes, and the depositor's proof; null where nobody said anything. */
  readonly returnTo: { readonly script: Uint8Array; readonly proof: Uint8Array | null } | null;
}

/** A peg-out request and what becomes of it. */
export interface PegOutRecord extends Common<PegOutState> {
  readonly kind: "pegOut";
  readonly request: PegOutRequest;
  /** Stacks principal recovered from the signature. */
  readonly owner: string;
}

export type PegRecord = PegInRecord | PegOutRecord;

/** `pegIn:txid:vout` or `pegOut:txid:vout` */
export type RecordId = `${"pegIn" | "pegOut"}:${string}`;

export const recordId = (kind: PegRecord["kind"], outpoint: Outpoint): RecordId =>
  `${kind}:${outpointKey(outpoint)}`;

/** The output everything about a request hangs on: the deposit, or the request's fee output. */
export const outpointOf = (record: PegRecord): Outpoint =>
  record.kind === "pegIn" ? record.deposit : record.request.feeOutpoint;

const fresh = (at: number) =>
  ({
    state: { tag: "seen" },
    history: [{ tag: "seen", at }],
    hold: null,
    alone: false,
    signed: [],
  }) as const;

/** A deposit seen for the first time. */
export function newPegIn(
  parts: Pick<PegInRecord, "form" | "deposit" | "amount" | "recipient" | "reject">,
  tx: Pick<BitcoinTx, "raw">,
  at: number,
): PegInRecord {
  return {
    kind: "pegIn",
    id: recordId("pegIn", parts.deposit),
    raw: tx.raw,
    ...parts,
    returnTo: null,
    ...fresh(at),
  };
}

/** A peg-out request seen for the first time. */
export function newPegOut(
  request: PegOutRequest,
  owner: string,
  tx: Pick<BitcoinTx, "raw">,
  at: number,
): PegOutRecord {
  return {
    kind: "pegOut",
    id: recordId("pegOut", request.feeOutpoint),
    raw: tx.raw,
    request,
    owner,
    ...fresh(at),
  };
}

/** A state change the table does not know: a mistake of this program, never of anyone outside. */
export class TransitionError extends Error {
  override readonly name = "TransitionError";
}

function checked<Tag extends string>(
  table: Readonly<Record<Tag, readonly Tag[]>>,
  id: string,
  from: Tag,
  to: Tag,
): boolean {
  if (from === to) return false;
  if (!table[from].includes(to)) throw new TransitionError(`${id}: ${from} may not become ${to}`);
  return true;
}

/** Moves a deposit on, and notes when. @throws TransitionError */
export function movePegIn(record: PegInRecord, state: PegInState, at: number): PegInRecord {
  const isNew = checked<PegInTag>(pegInTransitions, record.id, record.state.tag, state.tag);
  return { ...record, state, ...(isNew ? progress(record.history, state.tag, at) : {}) };
}

/** Moves a request on, and notes when. @throws TransitionError */
export function movePegOut(record: PegOutRecord, state: PegOutState, at: number): PegOutRecord {
  const isNew = checked<PegOutTag>(pegOutTransitions, record.id, record.state.tag, state.tag);
  return { ...record, state, ...(isNew ? progress(record.history, state.tag, at) : {}) };
}

/** Entries of a history at most; the first and the latest stay. */
const longestHistory = 60;

function progress<Tag extends string>(history: readonly Step<Tag>[], tag: Tag, at: number) {
  const all = [...history, { tag, at }];
  return {
    history: all.length > longestHistory ? [...all.slice(0, 1), ...all.slice(2)] : all,
    hold: null,
    alone: false,
  };
}

/** Longest pause between two tries, milliseconds. */
const longestPause = 15 * 60_000;

/** Notes why a request does not go on. The same reason again keeps its beginning and doubles the pause. */
export function held<R extends PegRecord>(
  record: R,
  code: HoldCode,
  detail: string,
  at: number,
  pauseMs: number | null,
): R {
  const before = record.hold?.code === code ? record.hold : null;
  const tries = (before?.tries ?? 0) + 1;
  const retryAt = pauseMs === null ? null : at + Math.min(pauseMs * 2 ** (tries - 1), longestPause);
  if (before !== null && pauseMs === null && before.detail === detail) return record;
  return {
    ...record,
    hold: { code, detail: detail.slice(0, 300), since: before?.since ?? at, retryAt, tries },
  };
}
