import { hexToBytes } from "@noble/hashes/utils.js";
import {
  type Outpoint,
  outpointKey,
  parseBlockHash,
  parseTxid,
  toHex,
  type Txid,
} from "../../lib/sbtc/bytes.ts";
import { type BitcoinTx, stripWitness } from "../../lib/sbtc/bitcoin/transaction.ts";
import { scriptOfAddress } from "../../lib/sbtc/bitcoin/script.ts";
import { networks } from "../../lib/sbtc/network.ts";
import { hash256 } from "../../lib/sbtc/bytes.ts";
import { Refusal } from "../../lib/sbtc/refusal.ts";
import { type Block, blockBytes } from "./block.ts";
import type { Chain } from "./chain.ts";
import { merkleBranch } from "./merkle.ts";
import type { Spend } from "./utxo.ts";
import { blockView, displayHash, outspendView, statusView, txView } from "./views.ts";

/** An answer to one request. */
export interface Answer {
  readonly status: number;
  readonly type: "application/json" | "text/plain" | "application/octet-stream";
  readonly body: string | Uint8Array;
}

export const json = (value: unknown): Answer => ({
  status: 200,
  type: "application/json",
  body: JSON.stringify(value),
});
export const text = (body: string, status = 200): Answer => ({ status, type: "text/plain", body });
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
      return address(chain, scriptOfAddress(id, networks.regtest), rest);
    case "mempool":
      return id === "txids" ? json([...chain.mempool.entries()].map(({ tx }) => tx.txid)) : null;
    case "fee-estimates":
      // No fee market here: every target costs the same, one satoshi above the relay minimum.
      return json(Object.fromEntries(["1", "2", "3", "6", "10", "25", "144"].map((target) => [target, 2])));
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

function spendOf(chain: Chain, outpoint: Outpoint): Spend | undefined {
  const confirmed = chain.history.spendOf(outpoint);
  if (confirmed !== undefined) return confirmed;
  const spender = chain.mempool.spenderOf(outpoint);
  const tx = spender === undefined ? undefined : chain.mempool.get(spender)?.tx;
  if (tx === undefined) return undefined;
  return { txid: tx.txid, vin: tx.inputs.findIndex((input) => outpointKey(input) === outpointKey(outpoint)) };
}

function address(chain: Chain, script: Uint8Array, [what, kind, last]: readonly string[]): Answer | null {
  const key = toHex(script);
  const touches = (tx: BitcoinTx): boolean => {
    const view = txView(chain, tx) as {
      vin: { prevout: { scriptpubkey: string } | null }[];
      vout: { scriptpubkey: string }[];
    };
    return (
      view.vout.some((output) => output.scriptpubkey === key) ||
      view.vin.some((input) => input.prevout?.scriptpubkey === key)
    );
  };
  const confirmed = chain.history
    .ofScript(script)
    .reverse()
    .map((found) => found.tx);
  const waiting = (): BitcoinTx[] =>
    [...chain.mempool.entries()]
      .map((entry) => entry.tx)
      .filter(touches)
      .reverse();
  if (what === "utxo") {
    const outputs = [...waiting(), ...confirmed].flatMap((tx) =>
      tx.outputs.flatMap((output, vout) =>
        toHex(output.script) === key ? [{ tx, vout, value: Number(output.amount) }] : [],
      ),
    );
    const unspent = outputs.filter(({ tx, vout }) => spendOf(chain, { txid: tx.txid, vout }) === undefined);
    return json(
      unspent.map(({ tx, vout, value }) => ({ txid: tx.txid, vout, status: statusView(chain, tx), value })),
    );
  }
  if (what !== "txs") return null;
  switch (kind) {
    case undefined:
      return json(
        [...waiting().slice(0, 50), ...confirmed.slice(0, pageSize)].map((tx) => txView(chain, tx)),
      );
    case "mempool":
      return json(
        waiting()
          .slice(0, 50)
          .map((tx) => txView(chain, tx)),
      );
    case "chain": {
      const after = last === undefined ? -1 : confirmed.findIndex((tx) => tx.txid === (last as Txid));
      return json(confirmed.slice(after + 1, after + 1 + pageSize).map((tx) => txView(chain, tx)));
    }
    default:
      return null;
  }
}
