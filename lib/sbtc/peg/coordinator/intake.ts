import { sameBytes } from "../../bytes.ts";
import type { BlockOp, BlockOps, RefusedOp } from "../../bitcoin/block-ops.ts";
import { readAnnouncedDeposit } from "../../ops/deposit-announcement.ts";
import { readOperation } from "../../ops/operation.ts";
import { recoverOwner } from "../../ops/owner-signature.ts";
import { formatPrincipal } from "../../ops/principal.ts";
import { attempt } from "../../refusal.ts";
import {
  movePegIn,
  movePegOut,
  newPegIn,
  newPegOut,
  type PegInRecord,
  type PegRecord,
  type RecordId,
} from "../queue/record.ts";
import type { PegTerms } from "./facts.ts";

/**
 * The requests of one block that are not known yet. One that is known stays as it is, whatever block it comes back in:
 * that is what makes everything happen at most once.
 * @param now milliseconds since 1970
 * @param next the wallet that is about to be in charge; null where none is
 */
export function newRequests(
  found: BlockOps,
  known: ReadonlyMap<RecordId, unknown>,
  terms: PegTerms,
  now: number,
  next: Uint8Array | null = null,
): readonly PegRecord[] {
  const all = [
    ...found.ops.flatMap((one) => requestOf(one, terms, now)),
    ...found.refused.flatMap((one) => stranded(one, terms, now, next)),
  ];
  return all.filter(({ id }) => !known.has(id));
}

function requestOf(
  { op, tx }: Pick<BlockOp, "op" | "tx">,
  terms: PegTerms,
  now: number,
): readonly PegRecord[] {
  const inner = op.kind === "reveal" ? op.op : op;
  if (inner.kind === "pegIn") {
    const recipient = formatPrincipal(inner.recipient);
    const { deposit, amount } = inner;
    return [newPegIn({ form: { tag: "direct" }, deposit, amount, recipient, reject: null }, tx, now)];
  }
  if (inner.kind !== "pegOutRequest") return [];
  const owner = attempt(() => recoverOwner(inner, terms.network, terms.dialect));
  return owner.ok
    ? [newPegOut(inner, formatPrincipal(owner.value), tx, now)]
    : payments(tx, terms, now, owner.refusal.message);
}

/** What was meant as an operation and is none may still have paid the peg: those coins are somebody's. */
function stranded(
  { reading, tx }: RefusedOp,
  terms: PegTerms,
  now: number,
  next: Uint8Array | null,
): readonly PegRecord[] {
  const isRequest =
    reading.opcode === null || reading.opcode === "pegIn" || reading.opcode === "pegOutRequest";
  if (!isRequest) return [];
  if (reading.refusal.code === "pegWalletExpired") return toOther(tx, terms.earlier, terms, now);
  if (reading.refusal.code === "notPegWallet" && next !== null) {
    const found = toOther(tx, [next], terms, now);
    if (found.length > 0) return found;
  }
  const announced = attempt(() => readAnnouncedDeposit(tx, [terms.key], terms.network));
  if (!announced.ok) return payments(tx, terms, now, reading.refusal.message);
  const { outpoint: deposit, amount, script, depositLeaf: leaf, data, reclaim } = announced.value;
  const form = { tag: "script", script, leaf, maxFee: data.maxFee, lockBlocks: reclaim.blocks } as const;
  return [
    newPegIn({ form, deposit, amount, recipient: formatPrincipal(data.recipient), reject: null }, tx, now),
  ];
}

/** A request that pays an earlier wallet, whose coins are handed over, or the next one's, which will look after it. */
function toOther(
  tx: BlockOp["tx"],
  wallets: readonly Uint8Array[],
  terms: PegTerms,
  now: number,
): readonly PegRecord[] {
  for (const pegScript of wallets) {
    const reading = readOperation(tx, { ...terms, pegScript });
    if (reading.tag !== "op") continue;
    return requestOf({ op: reading.op, tx }, terms, now);
  }
  return [];
}

function payments(tx: BlockOp["tx"], terms: PegTerms, now: number, detail: string): readonly PegInRecord[] {
  return tx.outputs.flatMap(({ amount, script }, vout) =>
    sameBytes(script, terms.pegScript)
      ? [
          newPegIn(
            {
              form: { tag: "direct" },
              deposit: { txid: tx.txid, vout },
              amount,
              recipient: null,
              reject: { reason: "malformed", detail },
            },
            tx,
            now,
          ),
        ]
      : [],
  );
}

/** What a person can do about one request. */
export type PersonCommand =
  /** Forget what held it up, and look again. */
  | { readonly tag: "retry" }
  /** Take it out of the loop until someone says otherwise. */
  | { readonly tag: "markForPerson" }
  /** Rule a deposit out, so that it goes back. Only before it is minted. */
  | { readonly tag: "reject"; readonly detail: string }
  /** Where a rejected deposit goes back to, with the depositor's proof (base64 as UTF-8) where there is one. */
  | { readonly tag: "returnTo"; readonly script: Uint8Array; readonly proof: Uint8Array | null };

/** Carries a person's command out on one request. @returns the same record where it does not apply */
export function command<R extends PegRecord>(record: R, order: PersonCommand, now: number): R;
export function command(record: PegRecord, order: PersonCommand, now: number): PegRecord {
  switch (order.tag) {
    case "retry":
      return retried(record, now);
    case "markForPerson":
      return marked(record, now);
    case "reject": {
      if (record.kind !== "pegIn" || (record.state.tag !== "confirming" && record.state.tag !== "seen"))
        return record;
      return { ...record, hold: null, reject: { reason: "byPerson", detail: order.detail.slice(0, 300) } };
    }
    case "returnTo":
      return record.kind === "pegIn"
        ? { ...record, hold: null, returnTo: { script: order.script, proof: order.proof } }
        : record;
  }
}

function retried(record: PegRecord, now: number): PegRecord {
  const free = { ...record, hold: null, alone: false };
  if (free.kind === "pegIn")
    return free.state.tag === "needsPerson" ? movePegIn(free, { tag: "seen" }, now) : free;
  return free.state.tag === "needsPerson" ? movePegOut(free, { tag: "seen" }, now) : free;
}

function marked(record: PegRecord, now: number): PegRecord {
  return record.kind === "pegIn"
    ? movePegIn(record, { tag: "needsPerson", reason: "marked" }, now)
    : movePegOut(record, { tag: "needsPerson", reason: "marked" }, now);
}
