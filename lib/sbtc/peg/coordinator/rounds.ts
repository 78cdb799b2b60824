import { MAX_MESSAGES, MAX_OPERATION_BYTES } from "../../../rounds/operation/operation.ts";
import { sameBytes } from "../../bytes.ts";
import { coordinatedBytes } from "../operation/coordinated.ts";
import { actionProposals, transactionProposals } from "../proposal-codec.ts";
import type { Proposal } from "../proposal.ts";
import type { PegRecord, RecordId } from "../queue/record.ts";
import type { Want } from "./facts.ts";

/** One thing the group is asked to sign: for one request, or to join coins. */
export interface RoundItem {
  readonly id: RecordId | "joining";
  readonly proposal: Proposal;
}

/** One signing round: everything in it is approved together and signed together. */
export interface Round {
  readonly number: number;
  readonly items: readonly RoundItem[];
  /** True where no policy may answer, only people. */
  readonly byHand: boolean;
}

type Ask = Extract<Want, { tag: "sign" }>;

/** How a round ended. */
export type RoundOutcome =
  /** Per item, one signature (64 bytes) per message, in their order. */
  | { readonly tag: "signed"; readonly signatures: readonly (readonly Uint8Array[])[] }
  /** Too many signers said no; each with its name and its reason, in words. */
  | { readonly tag: "refused"; readonly reason: string }
  /** Too few answered in time, or the round broke off. */
  | { readonly tag: "missing"; readonly reason: string };

/** Asks the group. The source documents' FrostCoordinator, as far as the peg needs it. */
export interface FrostCoordinator {
  sign(round: Round): Promise<RoundOutcome>;
  /** Takes a round back that has been overtaken, so that nobody decides about it any more. */
  withdraw(round: Round): Promise<void>;
}

/** Rounds that policies may answer and that are open at once: one that waits for people does not hold up all others. */
export const openRounds = 2;

/** How many messages, and so signatures, a proposal stands for. */
export const messagesIn = (proposal: Proposal): number =>
  proposal.tag === "action" ? 1 : proposal.spends.filter(({ signer }) => signer.tag !== "wallet").length;

const encoded = (proposal: Proposal): Uint8Array =>
  proposal.tag === "action" ? actionProposals.encode(proposal) : transactionProposals.encode(proposal);

const bytesOf = (proposal: Proposal): number => encoded(proposal).length + 32;

const isSame = (a: Proposal, b: Proposal): boolean => a.tag === b.tag && sameBytes(encoded(a), encoded(b));

/**
 * Open rounds that ask for something a request has no use for any more: it needs another signature now, since a block was
 * taken back, say. While such a round is open, people decide about the past and the request waits for them.
 */
export function overtaken(rounds: Iterable<Round>, wants: readonly Ask[]): readonly Round[] {
  const now = new Map<RoundItem["id"], Proposal>(wants.map(({ id, proposal }) => [id, proposal]));
  return [...rounds].filter(({ items }) =>
    items.some(({ id, proposal }) => {
      const wanted = now.get(id);
      return wanted !== undefined && !isSame(wanted, proposal);
    }),
  );
}

/**
 * Puts what is wanted into rounds: as many requests in one as a signing request can carry, alone what was refused among
 * others, by hand what only people may answer.
 * @param first number of the first new round
 */
export function bundle(
  wants: readonly Ask[],
  records: ReadonlyMap<RecordId, PegRecord>,
  first: number,
  free: number,
): readonly Round[] {
  const rounds: Round[] = [];
  const open = (items: readonly RoundItem[], byHand: boolean): void => {
    rounds.push({ number: first + rounds.length, items, byHand });
  };
  const together: RoundItem[] = [];
  let room = free;
  for (const { id, proposal, byHand } of wants) {
    if (byHand) open([{ id, proposal }], true);
    else if (records.get(id)?.alone !== true) together.push({ id, proposal });
    else if (room > 0) {
      room -= 1;
      open([{ id, proposal }], false);
    }
  }
  if (room > 0 && together.length > 0) open(fill(together), false);
  return rounds;
}

function fill(items: readonly RoundItem[]): readonly RoundItem[] {
  const taken: RoundItem[] = [];
  let messages = 0;
  let bytes = 2 + coordinatedBytes;
  for (const item of items) {
    messages += messagesIn(item.proposal);
    bytes += bytesOf(item.proposal);
    if (messages > MAX_MESSAGES || bytes > MAX_OPERATION_BYTES) break;
    taken.push(item);
  }
  return taken.length > 0 ? taken : items.slice(0, 1);
}
