import type { BlockHash } from "../bytes.ts";
import { Refusal, refuse } from "../refusal.ts";
import { parseBlock, type VerifiedBlock } from "./block.ts";
import type { BitcoinNode, BlockRef } from "./node.ts";
import type { ChainChange, ChainedHeader, HeaderChain } from "./spv/chain.ts";

/** Headers asked for at a time. */
const batch = 2000;

/**
 * Brings a header chain up to a source's tip, walking back as far as a reorganisation reaches. Call it with every source in
 * turn: the chain keeps whatever has the most work, so that no one of them can hide it.
 * @param now seconds since 1970
 * @returns what changed from before to after, all batches together
 */
export async function syncHeaders(chain: HeaderChain, node: BitcoinNode, now: number): Promise<ChainChange> {
  const before = chain.tip;
  const { height: target } = await node.tip();
  const first = chain.parameters.start.height + 1;
  let back = 1;
  let from = Math.max(first, Math.min(chain.height + 1, target));
  while (from <= target) {
    try {
      const raw = await node.headers(from, Math.min(batch, target - from + 1));
      chain.accept(raw, now);
      from += raw.length / 80;
    } catch (error) {
      const isOrphan = error instanceof Refusal && error.code === "headerOrphan";
      if (!isOrphan || from === first) throw error;
      from = Math.max(first, from - back);
      back *= 2;
    }
  }
  return changeBetween(chain, before);
}

function changeBetween(chain: HeaderChain, before: ChainedHeader | null): ChainChange {
  const disconnected: ChainedHeader[] = [];
  let fork = before;
  while (fork !== null && !chain.isBest(fork.hash)) {
    disconnected.push(fork);
    fork = chain.get(fork.previous);
  }
  const connected: ChainedHeader[] = [];
  for (let height = (fork?.height ?? chain.parameters.start.height) + 1; height <= chain.height; height++) {
    const header = chain.at(height);
    if (header !== null) connected.push(header);
  }
  return { disconnected, connected };
}

/** One step along the chain, in the order to apply them. */
export type FollowStep =
  | { readonly tag: "disconnect"; readonly block: BlockRef }
  | {
      readonly tag: "connect";
      readonly block: BlockRef & { readonly previous: BlockHash };
      readonly contents: VerifiedBlock;
    };

/**
 * Walks from a cursor to the tip of a verified header chain: first back out of orphaned blocks, then forward through whole
 * blocks, one in memory at a time. Stop whenever you like; the cursor of the last step is where to go on.
 * @param cursor the last block that was applied
 */
export async function* followBlocks(
  chain: HeaderChain,
  node: BitcoinNode,
  cursor: BlockRef,
): AsyncGenerator<FollowStep, void, void> {
  const { start } = chain.parameters;
  let { height, hash } = cursor;
  while (height > start.height && !chain.isBest(hash)) {
    const header =
      chain.get(hash) ?? refuse("blockUnknown", `the cursor's block ${hash} is not in the header chain`);
    yield { tag: "disconnect", block: { height, hash } };
    height -= 1;
    hash = header.previous;
  }
  if (height === start.height && hash !== start.hash)
    refuse("blockUnknown", `the cursor is not on this chain: ${hash}`);
  while (height < chain.height) {
    const header = chain.at(height + 1);
    if (header?.previous !== hash) return; // the chain turned while we walked: the next call goes on from the cursor
    const contents = parseBlock(await node.block(header.hash), header.hash);
    yield { tag: "connect", block: { height: header.height, hash: header.hash, previous: hash }, contents };
    height = header.height;
    hash = header.hash;
  }
}
