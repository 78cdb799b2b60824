import type { BitcoinNode } from "../../../sbtc/bitcoin/node.ts";
import { chainParameters, type ChainParameters } from "../../../sbtc/bitcoin/spv/parameters.ts";

/**
 * Parameters of whatever regtest chain a node is on: a devnet makes its own first block, and on a chain without work the
 * node's word for it is as good as any pin.
 */
export async function regtestOf(node: BitcoinNode): Promise<ChainParameters> {
  const { nextBits } = chainParameters.regtest.start;
  const start = { height: 0, hash: await node.blockHash(0), ...(nextBits === undefined ? {} : { nextBits }) };
  return { ...chainParameters.regtest, start };
}
