import { OutpointSet, parseBlock, scanBlock } from "../../lib/sbtc/bitcoin/block.ts";
import { readOperation } from "../../lib/sbtc/ops/operation.ts";
import { networks } from "../../lib/sbtc/network.ts";
import { peg } from "./blocks.ts";

const context = { network: networks.testnet3, dialect: "D2", pegScript: peg.script } as const;

/** What the coordinator does with each block: prove it whole, pick out what concerns the peg, read the operations. */
export function scanWhole(raw: Uint8Array): number {
  const block = parseBlock(raw);
  const found = scanBlock(block, {
    network: context.network,
    scripts: [peg.script],
    outpoints: new OutpointSet(),
  });
  return found.filter(({ tx }) => readOperation(tx, context).tag === "op").length;
}
