import { refuse } from "../../refusal.ts";
import type { BitcoinTx } from "../transaction.ts";
import { readNumber } from "./stack.ts";

/** Fields of a transaction and one of its inputs that lock times look at. */
export interface LockFields {
  readonly version: number;
  readonly lockTime: number;
  readonly sequence: number;
}

const finalSequence = 0xffff_ffff;
const disableFlag = 0x8000_0000;
const secondsFlag = 0x0040_0000;
const valueMask = 0xffff;
/** Lock times below this are heights, from it on they are seconds. */
const lockTimeThreshold = 500_000_000;

/** CHECKLOCKTIMEVERIFY (BIP 65). @throws Refusal `lockTimeNotReached`, `scriptMalformed` */
export function checkAbsoluteLock(item: Uint8Array, tx: LockFields): void {
  const wanted = readNumber(item, 5);
  if (wanted < 0n) refuse("scriptMalformed", "a negative lock time");
  const sameUnit = wanted < BigInt(lockTimeThreshold) === tx.lockTime < lockTimeThreshold;
  if (!sameUnit || wanted > BigInt(tx.lockTime) || tx.sequence === finalSequence) {
    refuse("lockTimeNotReached", `the script asks for lock time ${wanted.toString()}`);
  }
}

/** CHECKSEQUENCEVERIFY (BIP 112). @throws Refusal `sequenceLockNotReached`, `scriptMalformed` */
export function checkRelativeLock(item: Uint8Array, tx: LockFields): void {
  const wanted = readNumber(item, 5);
  if (wanted < 0n) refuse("scriptMalformed", "a negative lock time");
  if ((wanted & BigInt(disableFlag)) !== 0n) return;
  const sequence = tx.sequence;
  const enabled = tx.version >>> 0 >= 2 && (sequence & disableFlag) === 0;
  const sameUnit = ((wanted & BigInt(secondsFlag)) !== 0n) === ((sequence & secondsFlag) !== 0);
  if (!enabled || !sameUnit || (wanted & BigInt(valueMask)) > BigInt(sequence & valueMask)) {
    refuse(
      "sequenceLockNotReached",
      `the script asks for ${(wanted & BigInt(valueMask)).toString()} blocks since confirmation`,
    );
  }
}

/** Where the output an input spends was confirmed. */
export interface CoinAge {
  readonly height: number;
  /** Median time past of the block before, in seconds; only locks in seconds need it. */
  readonly medianTimePast: number;
}

/**
 * Relative lock times of a transaction (BIP 68).
 * @returns the last height and median time at which it can NOT be mined; -1 where there is no lock
 */
export function sequenceLocks(
  tx: BitcoinTx,
  coins: readonly CoinAge[],
): { readonly height: number; readonly time: number } {
  let height = -1;
  let time = -1;
  if (tx.version >>> 0 < 2) return { height, time };
  tx.inputs.forEach(({ sequence }, i) => {
    const coin = coins[i];
    if ((sequence & disableFlag) !== 0 || coin === undefined) return;
    const value = sequence & valueMask;
    if ((sequence & secondsFlag) !== 0) time = Math.max(time, coin.medianTimePast + value * 512 - 1);
    else height = Math.max(height, coin.height + value - 1);
  });
  return { height, time };
}

/** Whether the absolute lock time lets the transaction into a block of this height whose parent has this median time. */
export function isFinal(tx: BitcoinTx, height: number, medianTimePast: number): boolean {
  if (tx.lockTime === 0) return true;
  if (tx.lockTime < (tx.lockTime < lockTimeThreshold ? height : medianTimePast)) return true;
  return tx.inputs.every(({ sequence }) => sequence === finalSequence);
}
