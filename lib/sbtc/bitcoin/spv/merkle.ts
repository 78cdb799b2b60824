import { sameBytes } from "../../bytes.ts";
import { refuse } from "../../refusal.ts";
import { sha256dPair } from "../../sha256d.ts";

/** Where a transaction lies in its block. Hashes in hash order, siblings from the leaf up. */
export interface MerkleProof {
  readonly position: number;
  readonly siblings: readonly Uint8Array[];
}

/** No block holds 2^32 transactions. */
const maxDepth = 32;

/**
 * The root of a tree of transaction hashes.
 * @throws Refusal `blockMalformed` for a list that ends in a repetition: it would have the same root as the block without
 * it (CVE-2012-2459)
 */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  let level = leaves;
  if (level.length === 0) return refuse("blockMalformed", "a block without transactions");
  while (level.length > 1) {
    const next: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i];
      const right = level[i + 1];
      if (left === undefined) break;
      if (right !== undefined && sameBytes(left, right))
        refuse("blockMalformed", "the list of transactions repeats itself");
      next.push(sha256dPair(left, right ?? left));
    }
    level = next;
  }
  return level[0] ?? refuse("blockMalformed", "a block without transactions");
}

/** Builds the proof of one leaf: nodes that have the block need no node that serves proofs. */
export function merkleBranch(leaves: readonly Uint8Array[], position: number): MerkleProof {
  if (leaves[position] === undefined)
    refuse("proofPositionOutOfRange", `there is no transaction ${position}`);
  const siblings: Uint8Array[] = [];
  let level = leaves;
  for (let at = position; level.length > 1; at >>= 1) {
    const sibling = level[at ^ 1] ?? level[at];
    if (sibling !== undefined) siblings.push(sibling);
    const next: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i];
      if (left !== undefined) next.push(sha256dPair(left, level[i + 1] ?? left));
    }
    level = next;
  }
  return { position, siblings };
}

/**
 * Folds a proof and compares with the root of a header.
 * @param txHash hash of the stripped transaction
 * @throws Refusal `proofTooDeep`, `proofPositionOutOfRange`, `proofRootMismatch`
 */
export function checkMerkleProof(txHash: Uint8Array, proof: MerkleProof, root: Uint8Array): void {
  const { position, siblings } = proof;
  if (siblings.length > maxDepth) refuse("proofTooDeep", `a merkle proof of ${siblings.length} levels`);
  if (!Number.isSafeInteger(position) || position < 0 || position >= 2 ** siblings.length) {
    refuse("proofPositionOutOfRange", `position ${position} in a tree of ${siblings.length} levels`);
  }
  if (txHash.length !== 32) refuse("proofRootMismatch", "the leaf is not a hash");
  let node = txHash;
  let at = position;
  for (const sibling of siblings) {
    if (sibling.length !== 32) refuse("proofRootMismatch", "a sibling is not a hash");
    if (at % 2 === 1) {
      // A right child equal to its sibling exists only as the padding of an odd row: a place no transaction holds.
      if (sameBytes(sibling, node))
        refuse("proofPositionOutOfRange", "the position is the padding of an odd row");
      node = sha256dPair(sibling, node);
    } else node = sha256dPair(node, sibling);
    at = Math.floor(at / 2);
  }
  if (!sameBytes(node, root))
    refuse("proofRootMismatch", "the proof does not lead to the block's merkle root");
}
