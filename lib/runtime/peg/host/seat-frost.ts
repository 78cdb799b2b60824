import { bytesToHex } from "@noble/hashes/utils.js";
import type { Operation } from "../../../rounds/operation/operation.ts";
import { decodeBatch } from "../../../rounds/operation/batch.ts";
import type { Hash, PartyId } from "../../../rounds/index.ts";
import { isLive, type CoordinatorRequest } from "../../../rounds/signing/coordinator-state.ts";
import { sameBytes } from "../../../sbtc/bytes.ts";
import {
  messagesIn,
  type FrostCoordinator,
  type Round,
  type RoundOutcome,
} from "../../../sbtc/peg/coordinator/rounds.ts";
import { coordinatedBy, readCoordinated } from "../../../sbtc/peg/operation/coordinated.ts";
import { subjectOf } from "../../../sbtc/peg/checks/memory.ts";
import { proposalsOf, proposalsToSign } from "../../../sbtc/peg/operation/kinds.ts";
import type { ActionProposal, Proposal } from "../../../sbtc/peg/proposal.ts";
import type { Clock } from "../../ports/clock.ts";
import { reasonText } from "../../views/refuse-reasons.ts";
import type { GroupAnswer } from "../coordinator/hand-off.ts";
import type { WalletAnswer } from "../coordinator/set-up.ts";

/** What asking the group takes of a seat. */
export interface FrostSeat {
  readonly clock: Clock;
  /** Every request this seat coordinates, oldest first; null while the group cannot be asked. */
  readonly requests: () => ReadonlyMap<Hash, CoordinatorRequest> | null;
  /** Asks the group to sign an operation until `expiry` (milliseconds since 1970). */
  readonly ask: (operation: Operation, expiry: number) => Promise<void>;
  readonly cancel: (digest: Hash, reason: string) => Promise<void>;
  readonly nameOf: (id: PartyId) => string;
  /** True where the group can sign without these seats. */
  readonly canDoWithout: (seats: readonly PartyId[]) => boolean;
}

const minute = 60_000;
/** How long signers have to answer. */
const patience = { usual: 60 * minute, byHand: 24 * 60 * minute };

interface Waiting {
  readonly operation: Operation;
  /** Requests that had ended before this one was asked for: their end says nothing about it. */
  readonly past: ReadonlySet<Hash>;
  readonly answer: (end: RoundEnd) => void;
}

type RoundEnd =
  | { readonly tag: "signed"; readonly signatures: readonly Uint8Array[] }
  | Exclude<RoundOutcome, { tag: "signed" }>;

/**
 * The group behind a seat, as the peg asks it. What is under way or signed already is found again by its bytes, so that
 * neither a reload nor a second look asks people twice.
 */
export class SeatFrost implements FrostCoordinator {
  readonly #seat: FrostSeat;
  readonly #waiting = new Set<Waiting>();
  #epoch = 0n;
  #overtaken: (highest: bigint) => void = () => undefined;

  constructor(seat: FrostSeat) {
    this.#seat = seat;
  }

  /**
   * Asks from now on as the device of this epoch.
   * @param overtaken called with the highest epoch the signers name, where too few of them still answer this device
   */
  serve(epoch: bigint, overtaken: (highest: bigint) => void): void {
    this.#epoch = epoch;
    this.#overtaken = overtaken;
  }

  async sign({ items, byHand }: Round): Promise<RoundOutcome> {
    const proposals = items.map(({ proposal }) => proposal);
    const end = await this.#signed(proposals, byHand);
    if (end.tag !== "signed") return end;
    let from = 0;
    const signatures = proposals.map((proposal) =>
      end.signatures.slice(from, (from += messagesIn(proposal))),
    );
    return { tag: "signed", signatures };
  }

  async withdraw({ items }: Round): Promise<void> {
    const operation = proposalsToSign(items.map(({ proposal }) => proposal));
    for (const [digest, entry] of this.#seat.requests() ?? [])
      if (isLive(entry) && isSame(entry.request.operation, operation))
        await this.#seat.cancel(digest, "the chains have changed since");
    this.tend();
  }

  /** Asks for the wallet: always by hand. */
  async askWallet(proposal: ActionProposal): Promise<WalletAnswer> {
    const end = await this.#signed([proposal], true);
    if (end.tag !== "signed") return end;
    const [signature] = end.signatures;
    return signature === undefined
      ? { tag: "missing", reason: "the round ended without a signature" }
      : { tag: "signed", signature };
  }

  /** Asks for one thing that no policy may answer. */
  async askByHand(proposal: Proposal): Promise<GroupAnswer> {
    return this.#signed([proposal], true);
  }

  /** Looks whether anything that is waited for has ended. Call it after each change of the seat. */
  tend(): void {
    const highest = this.#highestNamed();
    if (highest !== null) this.#overtaken(highest);
    for (const one of [...this.#waiting]) {
      const end = this.#endOf(one);
      if (end === null) continue;
      this.#waiting.delete(one);
      one.answer(end);
    }
  }

  /** Ends everything that is waited for; the rounds themselves go on. */
  close(): void {
    for (const one of this.#waiting) one.answer({ tag: "missing", reason: "this tab let go of the seat" });
    this.#waiting.clear();
  }

  /** What signers say of a later device, once the group cannot sign without those who say so: one of them may lie. */
  #highestNamed(): bigint | null {
    for (const entry of this.#seat.requests()?.values() ?? []) {
      if (epochOf(entry) !== this.#epoch) continue;
      const named = [...entry.standings].flatMap(([id, standing]) => {
        const epoch = standing.tag === "refused" ? laterEpoch(standing.reason) : null;
        return epoch === null ? [] : [{ id, epoch }];
      });
      if (named.length === 0 || this.#seat.canDoWithout(named.map(({ id }) => id))) continue;
      return named.reduce((most, { epoch }) => (epoch > most ? epoch : most), 0n);
    }
    return null;
  }

  async #signed(proposals: readonly Proposal[], byHand: boolean): Promise<RoundEnd> {
    const { requests, ask, clock } = this.#seat;
    const known = requests();
    if (known === null) return { tag: "missing", reason: "the group cannot be asked now" };
    const plain = proposalsToSign(proposals);
    const operation = this.#epoch === 0n ? plain : coordinatedBy(this.#epoch, plain);
    const same = [...known].filter(([, { request }]) => isSame(request.operation, operation));
    // What was signed is signed, whichever device asked; what was not, nobody answers an overtaken device.
    const isOver = (one: CoordinatorRequest): boolean =>
      hasFailed(one) || (one.tag !== "signed" && epochOf(one) !== this.#epoch);
    const past = new Set(same.filter(([, one]) => isOver(one)).map(([digest]) => digest));
    const answered = new Promise<RoundEnd>((answer) => {
      this.#waiting.add({ operation, past, answer });
    });
    if (past.size === same.length) {
      await this.#overtake(known, operation);
      await ask(operation, clock.now() + (byHand ? patience.byHand : patience.usual));
    }
    this.tend();
    return answered;
  }

  /**
   * A request that holds part of what is asked for now would only ask people the same twice, and one about the same deposit
   * or peg-out about what has passed: the blocks it was made after are gone, say.
   */
  async #overtake(known: ReadonlyMap<Hash, CoordinatorRequest>, operation: Operation): Promise<void> {
    const parts = new Set([...partsOf(operation), ...subjectsOf(operation)]);
    for (const [digest, entry] of known) {
      if (!isLive(entry)) continue;
      const earlier = entry.request.operation;
      const isPart = [...partsOf(earlier), ...subjectsOf(earlier)].some((part) => parts.has(part));
      if (isPart) await this.#seat.cancel(digest, "asked for again with other operations");
    }
  }

  #endOf({ operation, past }: Waiting): RoundEnd | null {
    const known = this.#seat.requests();
    if (known === null) return { tag: "missing", reason: "the group cannot be asked any more" };
    const all = [...known].filter(
      ([digest, { request }]) => !past.has(digest) && isSame(request.operation, operation),
    );
    const signed = all.map(([, entry]) => entry).find(({ tag }) => tag === "signed");
    if (signed?.tag === "signed") return { tag: "signed", signatures: signed.signatures };
    if (all.some(([, entry]) => isLive(entry))) return null;
    const last = all.at(-1)?.[1];
    return last === undefined
      ? { tag: "missing", reason: "the group did not take the request" }
      : this.#failure(last);
  }

  #failure(entry: CoordinatorRequest): RoundEnd {
    const { nameOf } = this.#seat;
    const said = [...entry.standings].flatMap(([id, standing]) =>
      standing.tag === "refused" ? [`${nameOf(id)}: ${reasonText(standing.reason)}`] : [],
    );
    switch (entry.tag) {
      case "cancelled":
        return { tag: "refused", reason: `cancelled: ${entry.reason}` };
      case "expired":
        return { tag: "missing", reason: "too few signers answered in time" };
      case "failed":
      case "collectingCommitments":
      case "collectingShares":
      case "signed":
        return said.length > 0
          ? { tag: "refused", reason: said.join("; ") }
          : { tag: "missing", reason: "too few signers could answer" };
    }
  }
}

const hasFailed = (entry: CoordinatorRequest): boolean => entry.tag !== "signed" && !isLive(entry);

/** The operation itself, whichever device asks for it. */
const plainOf = (asked: Operation): Operation => readCoordinated(asked)?.operation ?? asked;

const epochOf = ({ request }: CoordinatorRequest): bigint => readCoordinated(request.operation)?.epoch ?? 0n;

function isSame(a: Operation, b: Operation): boolean {
  const [one, other] = [plainOf(a), plainOf(b)];
  return one.type === other.type && sameBytes(one.body, other.body);
}

function partsOf(asked: Operation): readonly string[] {
  const operation = plainOf(asked);
  return (operation.type === "batch/1" ? (decodeBatch(operation.body) ?? []) : [operation]).map(
    ({ type, body }) => `${type}/${bytesToHex(body)}`,
  );
}

/** The epoch that a refusal names as the one that was answered since; null where it refuses for another reason. */
function laterEpoch(reason: string): bigint | null {
  const match = /^laterCoordinator (\d{1,20})$/.exec(reason);
  return match?.[1] === undefined ? null : BigInt(match[1]);
}

/** The deposits and peg-out requests an operation is about. One thing at a time is asked about each. */
const subjectsOf = (operation: Operation): readonly string[] =>
  (proposalsOf(operation) ?? [])
    .map(subjectOf)
    .filter((subject) => /^(?:deposit|request|sweep)\//.test(subject));
