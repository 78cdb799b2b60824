import { ALL, type Hash, roundId, type RoundId } from "../../core/names.ts";
import { textMessage, textToSign } from "../../operation/text.ts";
import {
  type CommitmentEntry,
  nonceRequest,
  nonceResponse,
  signShareRequest,
  signShareResponse,
} from "../messages.ts";
import { operationDigest, type SigningRequest } from "../request.ts";
import type { Posted, Seat, Table } from "./table.ts";

/** A coordinator's side by hand: what a seat could send if its machine did not stop it. */
export class Hand {
  readonly table: Table;
  readonly by: Seat;

  constructor(table: Table, by: Seat) {
    this.table = table;
    this.by = by;
  }

  request(text: string, change: Partial<SigningRequest> = {}): SigningRequest {
    return {
      groupId: this.table.group.groupId,
      roundId: roundId(this.table.prng.bytes(16)),
      coordinator: this.by.id,
      expiry: this.table.now + 600_000,
      operation: textToSign(text),
      messages: [{ message: textMessage(text), tweak: { kind: "none" } }],
      ...change,
    };
  }

  digest(request: SigningRequest): Hash {
    return operationDigest(request);
  }

  /** Asks for nonces, and reads the answers of these seats. */
  nonces(request: SigningRequest | null, seats: readonly Seat[], pairs = 1): CommitmentEntry[] {
    const payload = nonceRequest.encode({ request, pairs, certificate: new Uint8Array() });
    const round = request?.roundId ?? this.table.newRound();
    const posted = this.by.write("NONCE_REQUEST", payload, round);
    return seats.flatMap((seat) => {
      const before = seat.said.length;
      this.table.deliver(posted, seat);
      const answer = seat.said.slice(before).findLast((item) => item.kind === "NONCE_RESPONSE");
      return answer === undefined ? [] : this.announced(answer);
    });
  }

  announced(posted: Posted): CommitmentEntry[] {
    const message = this.table.open(posted);
    return [...(nonceResponse.decode(message.payload, message)?.entries ?? [])];
  }

  /** Shows one package to one seat. @returns what it said in answer, newest last */
  package(
    seat: Seat,
    request: SigningRequest,
    list: readonly CommitmentEntry[],
    session = 1,
    round: RoundId = request.roundId,
  ): readonly Posted[] {
    const commitmentList = [...list].sort((a, b) => a.identifier - b.identifier);
    const payload = signShareRequest.encode({
      request,
      session,
      commitmentList,
      certificate: new Uint8Array(),
    });
    const before = seat.said.length;
    this.table.deliver(this.by.write("SIGN_SHARE_REQUEST", payload, round, ALL), seat);
    return seat.said.slice(before);
  }

  /** The share response among what was said, decoded. */
  response(said: readonly Posted[]) {
    const posted = said.findLast((item) => item.kind === "SIGN_SHARE_RESPONSE");
    if (posted === undefined) return null;
    const message = this.table.open(posted);
    return signShareResponse.decode(message.payload, message);
  }
}

export const kindsOf = (said: readonly Posted[]): string[] => said.map((item) => item.kind);
