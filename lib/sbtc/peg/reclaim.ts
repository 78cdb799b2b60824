import { outpointKey, type Outpoint } from "../bytes.ts";
import type { BitcoinTx } from "../bitcoin/transaction.ts";
import type { BitcoinNetwork } from "../network.ts";
import { readAnnouncedDeposit } from "../ops/deposit-announcement.ts";
import type { GroupKey } from "../ops/peg-script.ts";
import { refuse } from "../refusal.ts";

/** Blocks before the end of its lock in which a deposit is not swept any more: the depositor could win the race. */
const sweepMargin = 6;

/** True where a deposit can still be swept before its depositor could take it back. `depth` counts its confirmations. */
export const isLockedLongEnough = (lockBlocks: number, depth: number): boolean =>
  depth + sweepMargin <= lockBlocks;

/**
 * Blocks after which the depositor can take a deposit back: from the transaction itself, whose output commits to it.
 * @throws Refusal for an output that no announcement belongs to
 */
export function lockBlocksOf(
  deposit: Outpoint,
  made: BitcoinTx,
  groupKey: GroupKey,
  network: BitcoinNetwork,
): number {
  const { outpoint, reclaim } = readAnnouncedDeposit(made, [groupKey], network);
  if (outpointKey(outpoint) !== outpointKey(deposit))
    refuse("commitmentMismatch", `${outpointKey(deposit)} is not the output that is announced`);
  return reclaim.blocks;
}
