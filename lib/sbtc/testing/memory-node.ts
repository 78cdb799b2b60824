import { concatBytes } from "@noble/hashes/utils.js";
import {
  hashOfId,
  outpointKey,
  parseTxid,
  sameBytes,
  type BlockHash,
  type Outpoint,
  type Txid,
} from "../bytes.ts";
import { refuse } from "../refusal.ts";
import type { BitcoinNode, BlockRef, FeeRates, Outspend, Utxo } from "../bitcoin/node.ts";
import { parseBlock, type VerifiedBlock } from "../bitcoin/block.ts";
import { merkleBranch, merkleRoot } from "../bitcoin/spv/merkle.ts";
import { chainParameters } from "../bitcoin/spv/parameters.ts";
import {
  parseTransaction,
  serializeTransaction,
  transactionAt,
  type BitcoinTx,
} from "../bitcoin/transaction.ts";
import { mineHeader } from "./headers.ts";

interface StoredBlock extends BlockRef {
  readonly raw: Uint8Array;
  readonly parsed: VerifiedBlock;
}

/** A coinbase that is unique by height and branch. */
function coinbase(height: number, branch: number): BitcoinTx {
  const scriptSig = Uint8Array.of(3, height & 0xff, (height >> 8) & 0xff, branch);
  const input = {
    txid: parseTxid("00".repeat(32)),
    vout: 0xffff_ffff,
    scriptSig,
    sequence: 0xffff_ffff,
    witness: [],
  };
  const outputs = [{ amount: 5_000_000_000n, script: Uint8Array.of(0x51) }];
  return parseTransaction(serializeTransaction({ version: 2, inputs: [input], outputs, lockTime: 0 }));
}

/**
 * A regtest chain in memory behind the {@link BitcoinNode} port: real headers, blocks and proofs, no checks of what is
 * spent. Answers can be falsified by `lie`.
 */
export class MemoryNode implements BitcoinNode {
  readonly operator: string;
  readonly #blocks: StoredBlock[] = [];
  readonly #mempool = new Map<Txid, BitcoinTx>();
  #branch = 0;
  /** Largest number of headers given at a time. */
  headersAtATime = 2000;

  constructor(operator = "memory") {
    this.operator = operator;
  }

  /** Mines one block with these transactions. */
  mine(...transactions: readonly BitcoinTx[]): BlockRef {
    const height = this.#blocks.length + 1;
    const all = [coinbase(height, this.#branch), ...transactions];
    const { start } = chainParameters.regtest;
    const header = mineHeader({
      previous: this.#blocks.at(-1)?.hash ?? start.hash,
      time: (start.time ?? 0) + 600 * height,
      merkleRoot: merkleRoot(all.map(({ txid }) => hashOfId(txid))),
    });
    const count = all.length < 0xfd ? [all.length] : [0xfd, all.length & 0xff, all.length >> 8];
    const raw = concatBytes(header.raw, Uint8Array.from(count), ...all.map((tx) => tx.raw));
    for (const tx of transactions) this.#mempool.delete(tx.txid);
    const block = { height, hash: header.hash, raw, parsed: parseBlock(raw) };
    this.#blocks.push(block);
    return { height, hash: header.hash };
  }

  /** Forgets the last `count` blocks, and mines differently from now on. */
  rewind(count: number): void {
    this.#blocks.splice(this.#blocks.length - count);
    this.#branch += 1;
  }

  #stored(hash: BlockHash): StoredBlock {
    return this.#blocks.find((block) => block.hash === hash) ?? refuse("nodeNotFound", `no block ${hash}`);
  }
  #confirmed(): readonly { readonly tx: BitcoinTx; readonly block: StoredBlock }[] {
    return this.#blocks.flatMap((block) =>
      block.parsed.spans.map((span, i) => ({ tx: transactionAt(span, block.parsed.hashes[i]), block })),
    );
  }

  tip(): Promise<BlockRef> {
    const { hash, height } = this.#blocks.at(-1) ?? chainParameters.regtest.start;
    return Promise.resolve({ hash, height });
  }
  async blockHash(height: number): Promise<BlockHash> {
    await Promise.resolve();
    return this.#blocks[height - 1]?.hash ?? refuse("nodeNotFound", `no block ${height}`);
  }
  async headers(fromHeight: number, count: number): Promise<Uint8Array> {
    await Promise.resolve();
    const rows = this.#blocks.slice(fromHeight - 1, fromHeight - 1 + Math.min(count, this.headersAtATime));
    if (rows.length === 0) refuse("nodeNotFound", `no block ${fromHeight}`);
    return concatBytes(...rows.map(({ raw }) => raw.subarray(0, 80)));
  }
  async block(hash: BlockHash): Promise<Uint8Array> {
    await Promise.resolve();
    return this.#stored(hash).raw;
  }
  async transaction(txid: Txid) {
    await Promise.resolve();
    const found = this.#confirmed().find(({ tx }) => tx.txid === txid);
    if (found !== undefined)
      return { raw: found.tx.raw, block: { height: found.block.height, hash: found.block.hash } };
    const pending = this.#mempool.get(txid) ?? refuse("nodeNotFound", `no transaction ${txid}`);
    return { raw: pending.raw, block: null };
  }
  async merkleProof(txid: Txid) {
    await Promise.resolve();
    const found =
      this.#confirmed().find(({ tx }) => tx.txid === txid) ??
      refuse("nodeNotFound", `no transaction ${txid}`);
    const { hashes } = found.block.parsed;
    const position = hashes.findIndex((hash) => sameBytes(hash, hashOfId(txid)));
    const [first] = found.block.parsed.spans;
    const coinbaseRaw = first === undefined ? new Uint8Array() : first.bytes.slice(first.start, first.end);
    return {
      blockHash: found.block.hash,
      merkle: merkleBranch(hashes, position),
      coinbase: { raw: coinbaseRaw, siblings: merkleBranch(hashes, 0).siblings },
    };
  }
  async outspend(outpoint: Outpoint): Promise<Outspend> {
    await Promise.resolve();
    const spends = (tx: BitcoinTx) => tx.inputs.some((input) => outpointKey(input) === outpointKey(outpoint));
    const found = this.#confirmed().find(({ tx }) => spends(tx));
    if (found !== undefined) {
      return {
        spent: true,
        by: { txid: found.tx.txid, block: { height: found.block.height, hash: found.block.hash } },
      };
    }
    const pending = [...this.#mempool.values()].find(spends);
    return pending === undefined
      ? { spent: false }
      : { spent: true, by: { txid: pending.txid, block: null } };
  }
  async utxos(script: Uint8Array): Promise<readonly Utxo[]> {
    await Promise.resolve();
    const confirmed = this.#confirmed();
    const spent = new Set(confirmed.flatMap(({ tx }) => tx.inputs.map(outpointKey)));
    return confirmed.flatMap(({ tx, block }) =>
      tx.outputs.flatMap((output, vout) =>
        sameBytes(output.script, script) && !spent.has(`${tx.txid}:${vout}`)
          ? [{ txid: tx.txid, vout, ...output, height: block.height }]
          : [],
      ),
    );
  }
  feeRates(): Promise<FeeRates> {
    return Promise.resolve({ fast: 3000n, normal: 2000n, slow: 1000n });
  }
  async broadcast(raw: Uint8Array): Promise<Txid> {
    await Promise.resolve();
    const tx = parseTransaction(raw);
    this.#mempool.set(tx.txid, tx);
    return tx.txid;
  }
}

/** The same node with some answers replaced. */
export const lying = (node: BitcoinNode, lies: Partial<BitcoinNode>): BitcoinNode => ({
  operator: node.operator,
  tip: () => node.tip(),
  blockHash: (height) => node.blockHash(height),
  headers: (from, count) => node.headers(from, count),
  block: (hash) => node.block(hash),
  transaction: (txid) => node.transaction(txid),
  merkleProof: (txid) => node.merkleProof(txid),
  outspend: (outpoint) => node.outspend(outpoint),
  utxos: (script) => node.utxos(script),
  feeRates: () => node.feeRates(),
  broadcast: (raw) => node.broadcast(raw),
  ...lies,
});
