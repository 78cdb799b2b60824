import { hexToBytes } from "@noble/hashes/utils.js";
import { hash256, parseBlockHash, parseTxid, toHex } from "../../lib/sbtc/bytes.ts";
import { type BitcoinTx, stripWitness } from "../../lib/sbtc/bitcoin/transaction.ts";
import { scriptOfAddress } from "../../lib/sbtc/bitcoin/script.ts";
import { networks } from "../../lib/sbtc/network.ts";
import { type Answer, json, text } from "./answer.ts";
import { scriptAnswer, spendOf } from "./esplora-script.ts";
import { Refusal } from "../../lib/sbtc/refusal.ts";
import { type Block, blockBytes } from "./block.ts";
import type { Chain } from "./chain.ts";
import { merkleBranch } from "./merkle.ts";
import { blockView, displayHash, outspendView, statusView, txView } from "./views.ts";

const bytes = (body: Uint8Array): Answer => ({ status: 200, type: "application/octet-stream", body });
const notFound = (what: string): Answer => text(`${what} not found`, 404);

const pageSize = 25;

/**
 * Esplora's REST interface over a chain: the paths, shapes and status codes that public servers have.
 * @param path without prefix and query, e.g. `/tx/<txid>/status`
 * @returns null where the path is not Esplora's
 */
export function esplora(chain: Chain, method: string, path: string, body: Uint8Array): Answer | null {
  try {
    return route(chain, method, path.split("/").slice(1), body);
  } catch (error) {
    if (error instanceof Refusal) return text(error.message, 400);
    throw error;
  }
}

function route(
  chain: Chain,
  method: string,
  [head, id = "", ...rest]: readonly string[],
  body: Uint8Array,
): Answer | null {
  if (method === "POST") return head === "tx" && id === "" ? broadcast(chain, body) : null;
  if (method !== "GET") return null;
  switch (head) {
    case "blocks":
      return blocks(chain, id, rest);
    case "block-height": {
      const block = /^\d{1,10}$/.test(id) ? chain.blockAt(Number(id)) : undefined;
      return block === undefined ? notFound("Block") : text(block.hash);
    }
    case "block": {
      const block = chain.block(parseBlockHash(id));
      return block === undefined ? notFound("Block") : blockAnswer(chain, block, rest);
    }
    case "tx": {
      const txid = parseTxid(id);
      const tx = chain.history.transaction(txid)?.tx ?? chain.mempool.get(txid)?.tx;
      return tx === undefined ? notFound("Transaction") : txAnswer(chain, tx, rest);
    }
    case "address":
      return scriptAnswer(chain, scriptOfAddress(id, networks.regtest), rest);
    case "scripthash":
      if (!/^[0-9a-f]{64}$/.test(id)) return text("Invalid hex string", 400);
      return scriptAnswer(chain, chain.history.scriptOfHash(id) ?? new Uint8Array(), rest);
    case "mempool":
      return mempool(chain, id);
    case "fee-estimates":
      // No fee market here: every target costs the same, one satoshi above the relay minimum.
      return json(Object.fromEntries(["1", "2", "3", "6", "10", "25", "144"].map((target) => [target, 2])));
    default:
      return null;
  }
}

/** Transactions `/mempool/recent` shows. */
const recent = 10;

function mempool(chain: Chain, what: string): Answer | null {
  const entries = [...chain.mempool.entries()];
  switch (what) {
    case "": {
      const vsize = entries.reduce((sum, entry) => sum + entry.vsize, 0);
      const fees = entries.reduce((sum, entry) => sum + entry.fee, 0n);
      return json({ count: entries.length, vsize, total_fee: Number(fees), fee_histogram: [] });
    }
    case "txids":
      return json(entries.map(({ tx }) => tx.txid));
    case "recent":
      return json(
        entries
          .slice(-recent)
          .reverse()
          .map(({ tx, fee, vsize }) => {
            const value = tx.outputs.reduce((sum, output) => sum + output.amount, 0n);
            return { txid: tx.txid, fee: Number(fee), vsize, value: Number(value) };
          }),
      );
    default:
      return null;
  }
}

function broadcast(chain: Chain, body: Uint8Array): Answer {
  const hexText = new TextDecoder().decode(body).trim();
  if (!/^([0-9a-fA-F]{2})+$/.test(hexText))
    return text("sendrawtransaction RPC error: TX decode failed: not hex", 400);
  const result = chain.submit(hexToBytes(hexText));
  if ("txid" in result) return text(result.txid);
  return text(`sendrawtransaction RPC error: ${result.code}: ${result.detail}`, 400);
}

function blocks(chain: Chain, id: string, [what]: readonly string[]): Answer | null {
  if (id === "tip") {
    if (what === "height") return text(String(chain.tip.height));
    return what === "hash" ? text(chain.tip.hash) : null;
  }
  const from = id === "" ? chain.tip.height : /^\d{1,10}$/.test(id) ? Number(id) : null;
  if (from === null) return null;
  if (from > chain.tip.height) return notFound("Block");
  const heights = Array.from({ length: 10 }, (_, i) => from - i);
  return json(
    heights.flatMap((height) => chain.blockAt(height) ?? []).map((block) => blockView(chain, block)),
  );
}

function blockAnswer(chain: Chain, block: Block, [what, page = "0"]: readonly string[]): Answer | null {
  switch (what) {
    case undefined:
      return json(blockView(chain, block));
    case "header":
      return text(toHex(block.header));
    case "raw":
      return bytes(blockBytes(block));
    case "status":
      return json({
        in_best_chain: true,
        height: block.height,
        next_best: chain.blockAt(block.height + 1)?.hash ?? null,
      });
    case "txids":
      return json(block.txs.map((tx) => tx.txid));
    case "txid": {
      const tx = /^\d{1,6}$/.test(page) ? block.txs[Number(page)] : undefined;
      return tx === undefined ? notFound("tx") : text(tx.txid);
    }
    case "txs": {
      const start = Number(page);
      if (!Number.isInteger(start) || start % pageSize !== 0)
        return text("start index must be a multiple of 25", 400);
      return json(block.txs.slice(start, start + pageSize).map((tx) => txView(chain, tx)));
    }
    default:
      return null;
  }
}

function txAnswer(chain: Chain, tx: BitcoinTx, [what, index]: readonly string[]): Answer | null {
  switch (what) {
    case undefined:
      return json(txView(chain, tx));
    case "hex":
      return text(toHex(tx.raw));
    case "raw":
      return bytes(tx.raw);
    case "status":
      return json(statusView(chain, tx));
    case "merkle-proof": {
      const found = chain.history.transaction(tx.txid);
      if (found === undefined) return notFound("Transaction");
      const branch = merkleBranch(
        found.block.txs.map((other) => hash256(stripWitness(other.raw))),
        found.position,
      );
      return json({ block_height: found.block.height, merkle: branch.map(displayHash), pos: found.position });
    }
    case "outspend": {
      const vout = Number(index);
      if (index === undefined || tx.outputs[vout] === undefined) return notFound("Output");
      return json(outspendView(chain, spendOf(chain, { txid: tx.txid, vout })));
    }
    case "outspends":
      return json(tx.outputs.map((_, vout) => outspendView(chain, spendOf(chain, { txid: tx.txid, vout }))));
    default:
      return null;
  }
}
