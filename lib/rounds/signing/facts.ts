import type { Tweak } from "../../frost/index.ts";
import type { GroupId, PartyId, RoundId } from "../core/names.ts";
import { type SigningRequest, tweakBytes } from "./request.ts";

/** A request as plain data, for the journal. */
export interface RequestFields {
  readonly roundId: RoundId;
  readonly coordinator: PartyId;
  readonly expiry: number;
  readonly type: string;
  readonly body: Uint8Array;
  readonly messages: readonly { readonly message: Uint8Array; readonly tweak: Uint8Array }[];
}

export const requestToFact = (request: SigningRequest): RequestFields => ({
  roundId: request.roundId,
  coordinator: request.coordinator,
  expiry: request.expiry,
  type: request.operation.type,
  body: request.operation.body,
  messages: request.messages.map(({ message, tweak }) => ({ message, tweak: tweakBytes(tweak) })),
});

/** The reverse of `tweakBytes`. @throws Error for other bytes */
export function tweakFromBytes(bytes: Uint8Array): Tweak {
  const root = bytes.subarray(1);
  if (bytes[0] === 0 && root.length === 0) return { kind: "none" };
  if (bytes[0] === 1 && root.length === 0) return { kind: "merkleRoot", root };
  if (bytes[0] === 2 && root.length === 32) return { kind: "merkleRoot", root };
  throw new Error("unknown tweak");
}

export const requestFromFact = (groupId: GroupId, fields: RequestFields): SigningRequest => ({
  groupId,
  roundId: fields.roundId,
  coordinator: fields.coordinator,
  expiry: fields.expiry,
  operation: { type: fields.type, body: fields.body },
  messages: fields.messages.map(({ message, tweak }) => ({ message, tweak: tweakFromBytes(tweak) })),
});
