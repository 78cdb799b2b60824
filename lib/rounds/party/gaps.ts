import type { Message } from "../core/machine.ts";
import { ALL, type Epoch, type PartyId } from "../core/names.ts";

/** What was heard of one sender's count in one stream. */
interface Stream {
  readonly epoch: Epoch;
  /** Everything up to here was heard, counted from the first that was. */
  readonly upTo: bigint;
  readonly ahead: ReadonlySet<bigint>;
}

/** By sender and stream (to all, or to this party). */
export type Gaps = ReadonlyMap<string, Stream>;

/** Most numbers that are kept beyond a gap. */
const MAX_AHEAD = 256;

type Counted = Pick<Message, "from" | "to" | "epoch" | "counter">;

const streamOf = ({ from, to }: Pick<Message, "from" | "to">): string =>
  `${from}/${to === ALL ? "all" : "me"}`;

/** The count after one more frame. A new epoch starts anew; late frames fill gaps. */
export function counted(gaps: Gaps, message: Counted): Gaps {
  const { epoch, counter } = message;
  const key = streamOf(message);
  const known = gaps.get(key);
  if (known?.epoch !== epoch) return new Map(gaps).set(key, { epoch, upTo: counter, ahead: new Set() });
  if (counter <= known.upTo || known.ahead.has(counter)) return gaps;
  const ahead = new Set(known.ahead);
  if (ahead.size < MAX_AHEAD) ahead.add(counter);
  let { upTo } = known;
  while (ahead.delete(upTo + 1n)) upTo += 1n;
  return new Map(gaps).set(key, { epoch, upTo, ahead });
}

/** How many frames of this sender are missing between those that came: shown, never blamed. */
export function missingFrames(gaps: Gaps, from: PartyId): number {
  let missing = 0n;
  for (const stream of ["all", "me"]) {
    const known = gaps.get(`${from}/${stream}`);
    if (known === undefined || known.ahead.size === 0) continue;
    const last = [...known.ahead].reduce((a, b) => (b > a ? b : a));
    missing += last - known.upTo - BigInt(known.ahead.size);
  }
  return Number(missing);
}
