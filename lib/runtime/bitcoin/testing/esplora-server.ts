import {
  parseBlockHash,
  parseHex,
  parseTxid,
  reversed,
  toHex,
  txidOfHash,
  type BlockHash,
} from "../../../sbtc/bytes.ts";
import { networks } from "../../../sbtc/network.ts";
import { Refusal } from "../../../sbtc/refusal.ts";
import { parseBlock } from "../../../sbtc/bitcoin/block.ts";
import { scriptOfAddress } from "../../../sbtc/bitcoin/script.ts";
import { parseHeader } from "../../../sbtc/bitcoin/spv/header.ts";
import type { BlockRef } from "../../../sbtc/bitcoin/node.ts";
import type { MemoryNode } from "../../../sbtc/testing/memory-node.ts";

const statusOf = (block: BlockRef | null) =>
  block === null
    ? { confirmed: false }
    : { confirmed: true, block_height: block.height, block_hash: block.hash, block_time: 0 };

async function blockRow(node: MemoryNode, height: number) {
  const header = parseHeader(await node.headers(height, 1));
  return {
    id: header.hash,
    height,
    version: header.version,
    timestamp: header.time,
    merkle_root: toHex(reversed(header.merkleRoot)),
    previousblockhash: header.previous,
    bits: header.bits,
    nonce: header.nonce,
    mediantime: header.time,
    difficulty: 0,
  };
}

async function heightOf(node: MemoryNode, hash: BlockHash): Promise<number> {
  const { height: tip } = await node.tip();
  for (let height = tip; height > 0; height--) if ((await node.blockHash(height)) === hash) return height;
  throw new Refusal("nodeNotFound", "Block not found");
}

async function answer(node: MemoryNode, path: string, body: string): Promise<string | Uint8Array | object> {
  const [, kind = "", a = "", b = "", c = ""] = path.split("/");
  const tx = async () => node.transaction(parseTxid(a));
  switch (`${kind}/${b}`) {
    case "blocks/hash": // path /blocks/tip/hash
      return (await node.tip()).hash;
    case "block-height/":
      return node.blockHash(Number(a));
    case "block/":
      return blockRow(node, await heightOf(node, parseBlockHash(a)));
    case "block/raw":
      return node.block(parseBlockHash(a));
    case "block/txid": {
      const { hashes } = parseBlock(await node.block(parseBlockHash(a)));
      return txidOfHash(hashes[Number(c)]!);
    }
    case "blocks/": {
      const { height: tip } = await node.tip();
      if (Number(a) > tip) throw new Refusal("nodeNotFound", "Block not found");
      const heights = Array.from({ length: 10 }, (_, i) => Number(a) - i).filter((height) => height > 0);
      return Promise.all(heights.map((height) => blockRow(node, height)));
    }
    case "tx/raw":
      return (await tx()).raw;
    case "tx/status":
      return statusOf((await tx()).block);
    case "tx/merkle-proof": {
      const [{ merkle }, { block }] = await Promise.all([node.merkleProof(parseTxid(a)), tx()]);
      return {
        block_height: block?.height,
        merkle: merkle.siblings.map((one) => toHex(reversed(one))),
        pos: merkle.position,
      };
    }
    case "tx/outspend": {
      const spend = await node.outspend({ txid: parseTxid(a), vout: Number(c) });
      return spend.spent && spend.by !== null
        ? { spent: true, txid: spend.by.txid, vin: 0, status: statusOf(spend.by.block) }
        : { spent: spend.spent };
    }
    case "address/utxo": {
      const coins = await node.utxos(scriptOfAddress(a, networks.regtest));
      return Promise.all(
        coins.map(async ({ txid, vout, amount }) => ({
          txid,
          vout,
          value: Number(amount),
          status: statusOf((await node.transaction(txid)).block),
        })),
      );
    }
    case "fee-estimates/":
      return { "1": 3.0, "2": 3, "6": 2.5, "144": 0.8 };
    case "tx/":
      return node.broadcast(parseHex(body));
    default:
      throw new Refusal("nodeNotFound", `no such path ${path}`);
  }
}

/** `fetch` of an Esplora server in front of a chain in memory. */
export function esploraFetch(node: MemoryNode): typeof fetch {
  return async (input, init) => {
    const path = new URL(input as string).pathname.replace(/^\/api/, "");
    try {
      const value = await answer(node, path, typeof init?.body === "string" ? init.body : "");
      if (value instanceof Uint8Array) return new Response(Uint8Array.from(value));
      return new Response(typeof value === "string" ? value : JSON.stringify(value));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return new Response(error.message, { status: error.code === "nodeNotFound" ? 404 : 400 });
    }
  };
}
