import { parseTxid, type BlockHash, type Txid } from "../bytes.ts";
import { refuse } from "../refusal.ts";
import type { BitcoinNode } from "./node.ts";
import { headerLength, parseHeader } from "./spv/header.ts";
import { checkMerkleProof } from "./spv/merkle.ts";
import { hashOfId } from "../bytes.ts";
import { parseTransaction } from "./transaction.ts";

/**
 * A node whose answers are held against their own hashes: a transaction must hash to its id, a block and a header to
 * theirs, headers must link, a proof must lead to the root of the header it names. A false answer is `nodeAnswerFalse`.
 */
export function selfChecking(node: BitcoinNode): BitcoinNode {
  const headerOf = async (hash: BlockHash, height: number) => {
    const header = parseHeader((await node.headers(height, 1)).subarray(0, headerLength));
    return header.hash === hash
      ? header
      : refuse("nodeAnswerFalse", `${node.operator}: block ${height} has another header`);
  };
  return {
    operator: node.operator,
    tip: () => node.tip(),
    blockHash: (height) => node.blockHash(height),
    utxos: (script) => node.utxos(script),
    outspend: (outpoint) => node.outspend(outpoint),
    feeRates: () => node.feeRates(),
    async headers(fromHeight, count) {
      const raw = await node.headers(fromHeight, count);
      if (raw.length === 0 || raw.length % headerLength !== 0 || raw.length > count * headerLength) {
        refuse("nodeAnswerMalformed", `${node.operator}: ${raw.length} bytes of headers`);
      }
      let previous: BlockHash | null = null;
      for (let at = 0; at < raw.length; at += headerLength) {
        const header = parseHeader(raw.subarray(at, at + headerLength));
        if (previous !== null && header.previous !== previous) {
          refuse("nodeAnswerFalse", `${node.operator}: headers from ${fromHeight} do not link`);
        }
        previous = header.hash;
      }
      return raw;
    },
    async block(hash) {
      const raw = await node.block(hash);
      if (raw.length < headerLength || parseHeader(raw.subarray(0, headerLength)).hash !== hash) {
        refuse("nodeAnswerFalse", `${node.operator}: not the block ${hash}`);
      }
      return raw;
    },
    async transaction(txid) {
      const known = await node.transaction(txid);
      if (parseTransaction(known.raw).txid !== txid)
        refuse("nodeAnswerFalse", `${node.operator}: not the transaction ${txid}`);
      return known;
    },
    async merkleProof(txid) {
      const [proof, { block }] = await Promise.all([node.merkleProof(txid), node.transaction(txid)]);
      if (block === null)
        return refuse("nodeAnswerFalse", `${node.operator}: a proof for an unconfirmed transaction`);
      // Between the two answers the chain may have turned; the proof is judged by the block it names itself.
      const height =
        block.hash === proof.blockHash
          ? block.height
          : refuse("nodeAnswerFalse", `${node.operator}: the proof names another block`);
      const header = await headerOf(proof.blockHash, height);
      checkMerkleProof(hashOfId(txid), proof.merkle, header.merkleRoot);
      return proof;
    },
    async broadcast(raw): Promise<Txid> {
      const { txid } = parseTransaction(raw);
      const answered = await node.broadcast(raw);
      return parseTxid(answered) === txid
        ? txid
        : refuse("nodeAnswerFalse", `${node.operator}: accepted another transaction`);
    },
  };
}
