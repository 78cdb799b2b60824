import { outpointKey, sameBytes } from "../../bytes.ts";
import { parseTransaction, type BitcoinTx } from "../../bitcoin/transaction.ts";
import type { Proposal, TransactionProposal } from "../proposal.ts";

/** One proposal this seat approved. */
export interface SignedEntry {
  readonly proposal: Proposal;
  /** Bitcoin height when it was approved. */
  readonly height: number;
  /** True where a policy answered. */
  readonly automatic: boolean;
}

/** A transaction this seat approved. */
export interface SignedTransaction {
  readonly proposal: TransactionProposal;
  readonly tx: BitcoinTx;
  readonly height: number;
}

/** What a proposal is about: proposals about one thing are held against each other. */
export function subjectOf(proposal: Proposal): string {
  if (proposal.tag === "action") {
    const { action } = proposal;
    switch (action.tag) {
      case "mint":
      case "reject":
        return `deposit/${action.deposit.txid}:${action.deposit.vout}`;
      case "lock":
      case "settle":
      case "refund":
        return `request/${action.txid}`;
      case "setWallet":
        return `wallet/${proposal.epoch.toString()}`;
    }
  }
  const { purpose } = proposal;
  switch (purpose.tag) {
    case "fulfilment":
    case "cancel":
      return `request/${purpose.request}`;
    case "pegInReturn":
      return `deposit/${outpointKey(purpose.deposit)}`;
    case "handOff":
      return `handOff/${purpose.cycle.toString()}`;
    case "sweep":
      return `sweep/${purpose.deposits.map(outpointKey).join()}`;
    case "reveal":
      return `reveal/${outpointKey(purpose.commit)}`;
    case "consolidation":
      return "consolidation";
  }
}

/** Satoshi that a proposal lets into the peg's books or out of its coins; 0 for one that does neither. */
export function amountOf(proposal: Proposal): {
  readonly flow: "in" | "out" | "none";
  readonly amount: bigint;
} {
  if (proposal.tag === "action") {
    return proposal.action.tag === "mint"
      ? { flow: "in", amount: proposal.action.amount }
      : { flow: "none", amount: 0n };
  }
  const { purpose } = proposal;
  if (purpose.tag !== "fulfilment" && purpose.tag !== "pegInReturn") return { flow: "none", amount: 0n };
  return { flow: "out", amount: parseTransaction(proposal.unsigned).outputs[1]?.amount ?? 0n };
}

/** Everything a seat ever approved, so that it never approves two things that must not both be. Immutable. */
export class SignedMemory {
  readonly #entries: readonly SignedEntry[];
  readonly #bySubject = new Map<string, SignedEntry[]>();

  constructor(entries: readonly SignedEntry[] = []) {
    this.#entries = entries;
    for (const entry of entries) {
      const subject = subjectOf(entry.proposal);
      this.#bySubject.set(subject, [...(this.#bySubject.get(subject) ?? []), entry]);
    }
  }

  get entries(): readonly SignedEntry[] {
    return this.#entries;
  }

  with(...entries: readonly SignedEntry[]): SignedMemory {
    return new SignedMemory([...this.#entries, ...entries]);
  }

  /** What was approved about the same thing, oldest first. */
  about(proposal: Proposal): readonly SignedEntry[] {
    return this.#bySubject.get(subjectOf(proposal)) ?? [];
  }

  /** Transactions approved for these purposes, oldest first. */
  transactions(...purposes: readonly TransactionProposal["purpose"]["tag"][]): readonly SignedTransaction[] {
    return this.#entries.flatMap(({ proposal, height }) =>
      proposal.tag === "transaction" && purposes.includes(proposal.purpose.tag)
        ? [{ proposal, height, tx: parseTransaction(proposal.unsigned) }]
        : [],
    );
  }

  /**
   * Satoshi approved for a flow since a height, each thing once however often its transaction was replaced.
   * @param without the thing that is being asked about now
   */
  approvedSince(flow: "in" | "out", height: number, without?: Proposal): bigint {
    const amounts = new Map<string, bigint>();
    for (const { proposal, height: at } of this.#entries) {
      const moved = amountOf(proposal);
      if (at >= height && moved.flow === flow) amounts.set(subjectOf(proposal), moved.amount);
    }
    if (without !== undefined) amounts.delete(subjectOf(without));
    return [...amounts.values()].reduce((sum, amount) => sum + amount, 0n);
  }

  /** The key a group's wallet went over to with this seat's approval; null where it did not. */
  successorOf(groupKey: Uint8Array): Uint8Array | null {
    const given = this.#entries.findLast(
      ({ proposal }) =>
        proposal.tag === "action" &&
        proposal.action.tag === "setWallet" &&
        !sameBytes(proposal.action.key, groupKey),
    );
    return given?.proposal.tag === "action" && given.proposal.action.tag === "setWallet"
      ? given.proposal.action.key
      : null;
  }

  /** The contract of the first action this seat approved; null before that. Later actions elsewhere are refused. */
  get pinnedContract(): string | null {
    const first = this.#entries.find(({ proposal }) => proposal.tag === "action");
    return first?.proposal.tag === "action" ? first.proposal.contract : null;
  }
}
