import { hash256, txidOfHash, type BlockHash, type Txid } from "../../bytes.ts";
import { refuse } from "../../refusal.ts";
import { stripWitness } from "../transaction.ts";
import type { HeaderChain } from "./chain.ts";
import { checkMerkleProof, type MerkleProof } from "./merkle.ts";

/** A claim that a transaction is in a block. */
export interface InclusionProof {
  readonly blockHash: BlockHash;
  readonly merkle: MerkleProof;
  /**
   * The block's coinbase with its own proof, where the source gives it. All leaves of a tree lie at one depth, so this
   * fixes the depth and leaves no room for an inner node that poses as a transaction.
   */
  readonly coinbase?: { readonly raw: Uint8Array; readonly siblings: readonly Uint8Array[] };
}

/** What an accepted proof shows. It does not show that the outputs are unspent. */
export interface Inclusion {
  readonly txid: Txid;
  readonly height: number;
  readonly blockHash: BlockHash;
  readonly confirmations: number;
}

/**
 * Checks that a raw transaction is buried in the best chain of headers we verified ourselves.
 * @throws Refusal `chainNotAtPin`, `blockUnknown`, `blockNotBest`, `notEnoughConfirmations`, `transactionIs64Bytes`,
 * `proofDepthMismatch`, and those of {@link checkMerkleProof}
 */
export function verifyInclusion(
  raw: Uint8Array,
  proof: InclusionProof,
  chain: HeaderChain,
  minConfirmations: number,
): Inclusion {
  if (!chain.reachedPins) refuse("chainNotAtPin", "the header chain has not reached the last pinned block");
  const header =
    chain.get(proof.blockHash) ?? refuse("blockUnknown", `block ${proof.blockHash} is not known`);
  if (!chain.isBest(proof.blockHash))
    refuse("blockNotBest", `block ${proof.blockHash} is not in the best chain`);
  const confirmations = chain.confirmations(proof.blockHash);
  if (confirmations < minConfirmations) {
    refuse("notEnoughConfirmations", `${confirmations} of ${minConfirmations} confirmations`);
  }
  const hash = transactionHash(raw);
  checkMerkleProof(hash, proof.merkle, header.merkleRoot);
  if (proof.coinbase !== undefined) {
    if (proof.coinbase.siblings.length !== proof.merkle.siblings.length) {
      refuse("proofDepthMismatch", "the transaction lies at another depth than the coinbase: it is no leaf");
    }
    const first = { position: 0, siblings: proof.coinbase.siblings };
    checkMerkleProof(transactionHash(proof.coinbase.raw), first, header.merkleRoot);
  }
  return { txid: txidOfHash(hash), height: header.height, blockHash: proof.blockHash, confirmations };
}

/** Hash of the stripped transaction. @throws Refusal `transactionIs64Bytes`, `transactionMalformed` */
function transactionHash(raw: Uint8Array): Uint8Array {
  // Two hashes side by side are 64 bytes too: a transaction of that length could be an inner node of the tree.
  if (raw.length === 64)
    refuse("transactionIs64Bytes", "a transaction of 64 bytes may be an inner node of the tree");
  const stripped = stripWitness(raw);
  if (stripped.length === 64)
    refuse("transactionIs64Bytes", "a transaction of 64 bytes may be an inner node of the tree");
  return hash256(stripped);
}
