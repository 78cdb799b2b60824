/** A Bitcoin block as the Stacks chain beside it sees it. */
export interface BurnBlock {
  readonly height: number;
  /** 64 hex digits, in the order explorers show. */
  readonly hash: string;
  /** Seconds since 1970. */
  readonly time: number;
}

/** What a Bitcoin chain tells the chain that lives on it. Calls are carried out one after another. */
export interface BurnListener {
  /** The next block; its height is one above the last one told. */
  onBitcoinBlock(block: BurnBlock): Promise<void>;
  /** Blocks above `forkHeight` are no longer part of the chain. */
  onReorg(forkHeight: number): Promise<void>;
  /** The blocks told so far that still count, by height; undefined where there is none. */
  burnBlock(height: number): BurnBlock | undefined;
  readonly burnHeight: number;
}

/** A Bitcoin chain as it stands: every height from its first to its tip has a block. */
export interface BurnChain {
  readonly firstHeight: number;
  readonly tipHeight: number;
  blockAt(height: number): BurnBlock;
}

/**
 * Brings the listener to where the Bitcoin chain stands: back to the last block both know, then forward block by
 * block. Right after a start, where either side may have been rebuilt from its own journal, and after any change.
 */
export async function follow(listener: BurnListener, chain: BurnChain): Promise<void> {
  let common = Math.min(listener.burnHeight, chain.tipHeight);
  while (common >= chain.firstHeight && listener.burnBlock(common)?.hash !== chain.blockAt(common).hash)
    common -= 1;
  if (listener.burnHeight > common) await listener.onReorg(common);
  for (let height = Math.max(common + 1, chain.firstHeight); height <= chain.tipHeight; height += 1)
    await listener.onBitcoinBlock(chain.blockAt(height));
}
