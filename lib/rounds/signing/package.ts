import { schnorr } from "@noble/curves/secp256k1.js";
import { bytesOf, hashOf, type Hash } from "../core/names.ts";
import type { CommitmentEntry } from "./messages.ts";
import { integerBytes, messageParts, type SigningRequest } from "./request.ts";

/**
 * What a signer puts its shares on: a request, the number of a session of it, and the ordered commitment list.
 * `commitmentList` holds one entry per identifier, in ascending order, with one pair per message.
 */
export interface SigningPackage {
  readonly request: SigningRequest;
  readonly session: number;
  readonly commitmentList: readonly CommitmentEntry[];
}

/* v8 ignore next -- a package has one pair per message: its shape is checked first */
const pairOf = ({ pairs }: CommitmentEntry, k: number): Uint8Array => pairs[k] ?? new Uint8Array();

/**
 * Hash over group, request, session and, for each message, the message, its tweak and the ordered commitment
 * list. A signed response quotes it, so an honest share shown beside another list convicts nobody.
 */
export function packageHash(signingPackage: SigningPackage): Hash {
  const { request, session, commitmentList } = signingPackage;
  return hashOf(
    schnorr.utils.taggedHash(
      "hoarfrost/package/1",
      bytesOf(request.groupId),
      bytesOf(request.roundId),
      integerBytes(session, 4),
      integerBytes(request.messages.length, 2),
      ...request.messages.flatMap((item, k) => [
        ...messageParts(item),
        integerBytes(commitmentList.length, 2),
        ...commitmentList.flatMap((entry) => [integerBytes(entry.identifier, 2), pairOf(entry, k)]),
      ]),
    ),
  );
}

/**
 * Names a nonce pair by its identifier and 66 commitment bytes. The identifier belongs to it: whoever announces a
 * copy of another seat's pair must not make that pair look used.
 */
export const commitmentHash = (identifier: number, pair: Uint8Array): Hash =>
  hashOf(schnorr.utils.taggedHash("hoarfrost/commitment/1", integerBytes(identifier, 2), pair));

export type PackageFault =
  /** Identifiers out of order, repeated, or not of this group. */
  | "commitment-list"
  /** Fewer keys than the threshold. */
  | "too-few-keys"
  /** An entry has not one pair per message. */
  | "pair-count";

/** Checks the shape of a package against the group; what only the signer can check comes after. */
export function packageFault(
  signingPackage: SigningPackage,
  group: { readonly threshold: number; readonly identifiers: number },
): PackageFault | null {
  const { commitmentList, request } = signingPackage;
  let previous = 0;
  for (const entry of commitmentList) {
    if (entry.identifier <= previous || entry.identifier > group.identifiers) return "commitment-list";
    previous = entry.identifier;
    if (entry.pairs.length !== request.messages.length) return "pair-count";
  }
  return commitmentList.length < group.threshold ? "too-few-keys" : null;
}
