import { parseBlockHash, parseHex, parseTxid, toHex } from "../../../sbtc/bytes.ts";
import { Refusal } from "../../../sbtc/refusal.ts";
import type { MemoryNode } from "../../../sbtc/testing/memory-node.ts";

/** What a node can do beyond the methods every node has. */
export interface RpcAbilities {
  readonly scantxoutset?: boolean;
  readonly estimatesmartfee?: number;
  readonly estimatefee?: number;
  readonly gettxspendingprevout?: boolean;
  /** A proxy with an allow-list may not let `help` through. */
  readonly help?: boolean;
}

interface Call {
  readonly method: string;
  readonly params: readonly unknown[];
}

class RpcError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
const missing = (): never => {
  throw new RpcError(-32601, "Method not found");
};

async function answer(node: MemoryNode, { method, params }: Call, can: RpcAbilities): Promise<unknown> {
  const [a, b] = params;
  switch (method) {
    case "help": {
      if (can.help === false) return missing();
      const extra = Object.entries(can).flatMap(([name, value]) =>
        value === undefined || value === false ? [] : [`${name} ...`],
      );
      return ['getblock "hash"', "getblockcount", 'sendrawtransaction "hex"', ...extra].join("\n");
    }
    case "getbestblockhash":
      return (await node.tip()).hash;
    case "getblockhash":
      return a === 0
        ? "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"
        : node.blockHash(Number(a));
    case "getblockheader": {
      const { height: tip } = await node.tip();
      for (let height = tip; height > 0; height--) {
        if ((await node.blockHash(height)) !== a) continue;
        return b === true ? { height } : toHex(await node.headers(height, 1));
      }
      throw new RpcError(-5, "Block not found");
    }
    case "getblock":
      return toHex(await node.block(parseBlockHash(String(a))));
    case "getrawtransaction": {
      const { raw, block } = await node.transaction(parseTxid(String(a)));
      return { hex: toHex(raw), ...(block === null ? {} : { blockhash: block.hash, confirmations: 1 }) };
    }
    case "gettxout": {
      const spend = await node.outspend({ txid: parseTxid(String(a)), vout: Number(b) });
      return spend.spent ? null : { value: 1 };
    }
    case "gettxspendingprevout": {
      if (can.gettxspendingprevout !== true) return missing();
      const [one] = a as [{ txid: string; vout: number }];
      const spend = await node.outspend({ txid: parseTxid(one.txid), vout: one.vout });
      return [
        { ...one, ...(spend.spent && spend.by?.block === null ? { spendingtxid: spend.by.txid } : {}) },
      ];
    }
    case "scantxoutset": {
      if (can.scantxoutset !== true) return missing();
      const [descriptor] = b as [string];
      const coins = await node.utxos(parseHex(descriptor.slice(4, -1)));
      return {
        success: true,
        unspents: coins.map(({ txid, vout, amount, height }) => ({
          txid,
          vout,
          amount: Number(amount) / 1e8,
          height,
        })),
      };
    }
    case "estimatesmartfee":
      return can.estimatesmartfee === undefined ? missing() : { feerate: can.estimatesmartfee, blocks: a };
    case "estimatefee":
      return can.estimatefee ?? missing();
    case "sendrawtransaction":
      return node.broadcast(parseHex(String(a)));
    default:
      return missing();
  }
}

/** `fetch` of a JSON-RPC node in front of a chain in memory. */
export function rpcFetch(node: MemoryNode, can: RpcAbilities = {}): typeof fetch {
  return async (_, init) => {
    const call = JSON.parse(init?.body as string) as Call & { id: number };
    try {
      return Response.json({ result: (await answer(node, call, can)) ?? null, error: null, id: call.id });
    } catch (error) {
      const code =
        error instanceof RpcError
          ? error.code
          : error instanceof Refusal && error.code === "nodeNotFound"
            ? -5
            : -25;
      const message = error instanceof Error ? error.message : "";
      return Response.json({ result: null, error: { code, message }, id: call.id }, { status: 500 });
    }
  };
}
