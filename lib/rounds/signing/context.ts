import { type Identifier, identifierFromNumber, type KeyMaterial } from "../../frost/index.ts";
import type { GroupContext } from "../core/machine.ts";
import type { PartyId } from "../core/names.ts";
import { identifierNumbers, isMember, keysOf } from "../core/roster.ts";
import type { OperationContext, OperationRegistry } from "../operation/operation.ts";
import { bytesOf } from "../core/names.ts";

/** Waiting times of a signing coordinator, milliseconds. */
export interface SigningTimes {
  /** An open session that has not answered for so long is joined by another one, if enough keys are idle. */
  readonly hedge: number;
  /** Requests are said again to seats that owe an answer, first after this time, then after twice as long, ... */
  readonly repeat: number;
  /** ... up to this. */
  readonly repeatMost: number;
}

export const defaultTimes: SigningTimes = { hedge: 4_000, repeat: 10_000, repeatMost: 160_000 };

/** What the signing machines know beside their state: the group, its certified key, and this seat's shares of it. */
export interface SigningContext extends GroupContext {
  /** The certified key. A coordinator without a seat holds no key package. */
  readonly key: KeyMaterial;
  readonly operations: OperationRegistry;
  /** Quoted in requests so that a seat still waiting for it can certify; empty where there is none. */
  readonly certificate: Uint8Array;
  readonly times: SigningTimes;
  /** Opens the group's frames; quoted in evidence. */
  readonly broadcastKey: Uint8Array;
  /** Signed DKG_END frame of each seat, where it is known: what evidence takes its verifying shares from. */
  readonly ends: ReadonlyMap<PartyId, Uint8Array>;
}

/** The public part of the group that checks of packages and evidence need. */
export type SigningGroup = Pick<SigningContext, "groupId" | "roster"> & {
  readonly key: Pick<KeyMaterial, "publicKeyPackage">;
};

export const operationContext = (group: SigningGroup): OperationContext => ({
  groupId: bytesOf(group.groupId),
  groupPublicKey: group.key.publicKeyPackage.verifyingKey.toXOnly(),
});

/** Any seat may coordinate a signing round, and so may the roster's coordinator. */
export const mayCoordinate = (group: SigningGroup, party: PartyId): boolean => isMember(group.roster, party);

/** Identifier numbers of a seat, ascending; empty for a party without one. */
export const keysOfSeat = (group: SigningGroup, party: PartyId): readonly number[] =>
  identifierNumbers(group.roster, party);

/** Number of identifiers in the group. */
export const keyCount = (group: SigningGroup): number => keysOf(group.roster);

/** The scheme's name of a numbered identifier. */
export const identifierOf = (number: number): Identifier => identifierFromNumber(number);
