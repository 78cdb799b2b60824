import type { PegRecord, RecordId } from "../queue/record.ts";
import type { PegInTag } from "../queue/states.ts";
import type { RequestFacts } from "./facts.ts";
import type { Unfinished } from "./hand-off.ts";

/** States in which a deposit's coins are between the chains: only the group that took them can end it. */
const underWay: ReadonlySet<PegInTag> = new Set<PegInTag>([
  "sweeping",
  "sweepSent",
  "swept",
  "rejecting",
  "rejected",
  "returning",
  "returnSent",
]);

/**
 * Requests that the group in charge has to finish before another takes over: locked sBTC whose payout or cancel spends a
 * coin of its wallet, sweeps, and returns. A return that waits for somebody holds nothing up: its coin goes along.
 */
export function unfinishedOf(
  records: Iterable<PegRecord>,
  requests: ReadonlyMap<RecordId, RequestFacts>,
): readonly Unfinished[] {
  return [...records]
    .filter((record) => isUnfinished(record, requests))
    .map(({ id, state }) => ({
      id,
      state: state.tag,
    }));
}

function isUnfinished(record: PegRecord, requests: ReadonlyMap<RecordId, RequestFacts>): boolean {
  if (record.kind === "pegOut")
    return record.state.tag === "locking" || requests.get(record.id)?.state?.state === "locked";
  const waitsForSomebody = record.hold?.retryAt === null && record.state.tag === "rejected";
  const isSweptAndMinting = record.form.tag === "script" && record.state.tag === "minting";
  return isSweptAndMinting || (underWay.has(record.state.tag) && !waitsForSomebody);
}
