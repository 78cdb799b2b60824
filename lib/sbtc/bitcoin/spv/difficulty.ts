import { bitsOfTarget, targetOfBits } from "./header.ts";
import { retargetInterval, type ChainParameters } from "./parameters.ts";

/** What the rules ask about an ancestor. */
export interface Ancestor {
  readonly height: number;
  readonly time: number;
  readonly bits: number;
  /** Null before the start of the chain. */
  readonly parent: Ancestor | null;
}

function ancestorAt(from: Ancestor, height: number): Ancestor | null {
  let at: Ancestor | null = from;
  while (at !== null && at.height > height) at = at.parent;
  return at?.height === height ? at : null;
}

const targetTimespan = 14 * 24 * 60 * 60;
const twentyMinutes = 20 * 60;

/** The target after one period, from how long it took: clamped to a quarter and four times, never easier than the limit. */
export function nextTarget(oldTarget: bigint, timespan: number, powLimit: bigint): bigint {
  const clamped = Math.min(Math.max(timespan, targetTimespan / 4), targetTimespan * 4);
  const target = (oldTarget * BigInt(clamped)) / BigInt(targetTimespan);
  return target > powLimit ? powLimit : target;
}

/**
 * The bits a block must have.
 * @param time the block's own claim, which the 20-minute rule of the test networks looks at
 * @param parent the block before it
 * @returns null where the start of the chain does not say: the first period after a bare pin
 */
export function expectedBits(parameters: ChainParameters, time: number, parent: Ancestor): number | null {
  const { powLimit, retarget, start } = parameters;
  const limitBits = bitsOfTarget(powLimit);
  const height = parent.height + 1;
  if (retarget === "none") return limitBits;
  if (height === start.height + 1) return start.nextBits ?? null;

  if (height % retargetInterval === 0) {
    const first = ancestorAt(parent, height - retargetInterval);
    if (first === null) return null;
    // BIP 94: a period may end in a block of minimum difficulty, so the base is its first block, which cannot be one.
    const base = targetOfBits(retarget === "testnet4" ? first.bits : parent.bits, powLimit);
    return bitsOfTarget(nextTarget(base, parent.time - first.time, powLimit));
  }
  if (retarget === "every2016") return parent.bits;

  if (time > parent.time + twentyMinutes) return limitBits;
  let back: Ancestor = parent;
  while (back.height % retargetInterval !== 0 && back.bits === limitBits) {
    if (back.parent === null) return null;
    back = back.parent;
  }
  return back.bits;
}
