import type { HeldPoint } from "../../../sbtc/peg/coordinator/held-history.ts";
import type { PegBalancePoint, PegDuration, PegQueueItem, PegVolumeDay } from "../../views/index.ts";
import type { PegQueueRow } from "../../views/peg-dashboard.ts";
import type { Deed } from "./deeds.ts";

/** Times of Bitcoin blocks by height, milliseconds since 1970. */
type Times = ReadonlyMap<number, number>;

/** Points of the balance that are shown: the newest. */
const mostPoints = 400;

const changeOf = ({ topic, amount }: Deed): bigint =>
  topic === "mint" ? amount : topic === "settle" ? -amount : 0n;

/**
 * What was held and what existed, at every block that changed either, and now. The supply is counted back from what the
 * contract says now, so it is right as far back as its deeds go.
 * @param deeds newest first
 * @param held oldest first; null where nobody follows the peg's coins, and only `now` knows them
 */
export function balancePoints(
  deeds: readonly Deed[],
  held: readonly HeldPoint[] | null,
  times: Times,
  now: { readonly height: number; readonly at: number; readonly held: bigint; readonly supply: bigint },
): readonly PegBalancePoint[] {
  const supplies = new Map<number, bigint>();
  let supply = now.supply;
  for (const deed of deeds) {
    if (!supplies.has(deed.height)) supplies.set(deed.height, supply);
    supply -= changeOf(deed);
  }
  // The last deed of a height is met first, with everything of that height in it; before the oldest stands what is left.
  const earliest = supply;
  const changed = deeds.flatMap((deed) => (changeOf(deed) === 0n ? [] : [deed.height]));
  const heights = [...new Set([...changed, ...(held ?? []).map(({ height }) => height)])]
    .filter((height) => height < now.height)
    .sort((a, b) => a - b);
  const byHeight = [...supplies].sort(([a], [b]) => a - b);
  const heldAt = new Map((held ?? []).map((point) => [point.height, point]));
  const points: PegBalancePoint[] = [];
  let holding = 0n;
  let existing = earliest;
  let next = 0;
  for (const height of heights) {
    for (let entry = byHeight[next]; entry !== undefined && entry[0] <= height; entry = byHeight[next]) {
      existing = entry[1];
      next += 1;
    }
    holding = heldAt.get(height)?.held ?? holding;
    const at = times.get(height) ?? heldAt.get(height)?.at;
    if (at === undefined) continue;
    points.push({ at, height, supply: existing, ...(held === null ? {} : { held: holding }) });
  }
  return [...points.slice(1 - mostPoints), now];
}

const day = 86_400_000;

/** What was minted and what was paid out, by day of UTC, oldest first; days on which nothing happened are left out. */
export function volumeDays(deeds: readonly Deed[], times: Times): readonly PegVolumeDay[] {
  const days = new Map<number, PegVolumeDay>();
  for (const deed of deeds) {
    const at = times.get(deed.height);
    if (at === undefined || changeOf(deed) === 0n) continue;
    const start = Math.floor(at / day) * day;
    const so = days.get(start) ?? { day: start, pegIn: 0n, pegOut: 0n, requests: 0 };
    days.set(start, {
      day: start,
      pegIn: so.pegIn + (deed.topic === "mint" ? deed.amount : 0n),
      pegOut: so.pegOut + (deed.topic === "settle" ? deed.amount : 0n),
      requests: so.requests + 1,
    });
  }
  return [...days.values()].sort((a, b) => a.day - b.day);
}

/** Finished requests that are shown: the newest. */
const mostDurations = 300;

/** From the block of a deposit or request to the block in which it ended, newest first. A request that was given back is none. */
export function durations(deeds: readonly Deed[], times: Times): readonly PegDuration[] {
  const requested = new Map(
    deeds.flatMap((deed) => (deed.topic === "lock" ? [[deed.txid, deed.namedHeight] as const] : [])),
  );
  const all = deeds.flatMap(({ topic, txid, namedHeight, height }): PegDuration[] => {
    if (topic !== "mint" && topic !== "settle") return [];
    const began = times.get((topic === "mint" ? namedHeight : requested.get(txid)) ?? -1);
    const at = times.get(height);
    if (began === undefined || at === undefined) return [];
    // Miners set the times of blocks, which may run back a little.
    return [{ direction: topic === "mint" ? "in" : "out", txid, at, ms: Math.max(0, at - began) }];
  });
  return all.slice(0, mostDurations);
}

/** Every height whose time the numbers need. */
export const heightsOf = (deeds: readonly Deed[]): readonly number[] =>
  deeds.flatMap(({ height, namedHeight, topic }) =>
    topic === "mint" || topic === "lock" ? [height, namedHeight] : [height],
  );

/** How many requests are in each state, in the order the states come up. */
export function queueRows(queue: readonly Pick<PegQueueItem, "state" | "sats">[]): readonly PegQueueRow[] {
  const rows = new Map<PegQueueItem["state"], PegQueueRow>();
  for (const { state, sats } of queue) {
    const so = rows.get(state) ?? { state, count: 0, sats: 0n };
    rows.set(state, { state, count: so.count + 1, sats: so.sats + sats });
  }
  return [...rows.values()];
}
