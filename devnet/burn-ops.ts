import type { BlockOp } from "../lib/sbtc/bitcoin/block-ops.ts";
import { burnOpsOf, type BurnOpKind } from "../lib/sbtc/bitcoin/burn-ops.ts";
import { networks } from "../lib/sbtc/network.ts";
import { readOperationOfAnyPeg } from "../lib/sbtc/ops/any-peg.ts";
import type { Dialect } from "../lib/sbtc/ops/data-output.ts";
import type { Block } from "./bitcoin/block.ts";
import type { Chain } from "./bitcoin/chain.ts";
import { json, router, text, type Handler } from "./stacks/http.ts";

const kinds: ReadonlySet<string> = new Set<BurnOpKind>(["peg_in", "peg_out_request", "peg_out_fulfill"]);
const isKind = (name: string): name is BurnOpKind => kinds.has(name);

/**
 * `/v2/burn_ops/{height}/{op}`, as Stacks nodes had it (spec §2.1). Like theirs it knows no peg: whoever asks compares
 * `peg_wallet_address` with the wallet they serve. `?dialect=D1` reads the older alpha's bytes; D2 is the default.
 * @param processed height up to which the Stacks chain has followed; above it nothing is answered yet
 */
export function burnOps(chain: Chain, processed: () => number): Handler {
  return router({
    "GET /v2/burn_ops/:height/:op": ([height = "", op = ""], { query }) => {
      const dialect = new URLSearchParams(query).get("dialect") ?? "D2";
      if (dialect !== "D1" && dialect !== "D2") return text("dialect is D1 or D2", 400);
      if (!isKind(op)) return text("op is peg_in, peg_out_request or peg_out_fulfill", 400);
      const block = /^\d{1,10}$/.test(height) ? chain.blockAt(Number(height)) : undefined;
      if (block === undefined || block.height > processed())
        return text(`Could not find burn block at height ${height.slice(0, 20)}`, 404);
      return json(burnOpsOf(opsOf(chain, block, dialect), op, networks.regtest));
    },
  });
}

function opsOf(chain: Chain, block: Block, dialect: Dialect): BlockOp[] {
  const context = { network: networks.regtest, dialect };
  return block.txs.flatMap((tx, index) => {
    const [input] = tx.inputs;
    const commit = input === undefined ? undefined : chain.history.output(input);
    const reading = readOperationOfAnyPeg(tx, context, commit?.script);
    if (reading.tag !== "op") return [];
    return [{ op: reading.op, block: { height: block.height, hash: block.hash }, index, tx }];
  });
}
