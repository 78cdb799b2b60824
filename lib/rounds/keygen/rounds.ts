import { given } from "../core/given.ts";
import type { RoundId } from "../core/names.ts";
import type { StopReason } from "../core/reason.ts";
import { type Draft, slots } from "./draft.ts";
import { heardOf } from "./inbox.ts";
import { abort } from "./messages.ts";
import { type PublicRound, publicRound } from "./public-round.ts";
import { mayStop } from "./state.ts";
import { accuse, stop } from "./stopping.ts";

/** The lowest begun round that has not ended here: of two begun at once, every seat that has not locked takes it. */
export function nextRound(draft: Draft): RoundId | null {
  const { inboxes, used } = draft.state;
  const begun = [...inboxes].filter(
    ([round, inbox]) => heardOf(inbox, "DKG_BEGIN").size > 0 && !used.has(round),
  );
  return begun.map(([round]) => round).sort()[0] ?? null;
}

/** Ends a round that was never taken up here. */
export function discard(draft: Draft, roundId: RoundId, reason: StopReason, tell: boolean): true {
  draft.record({ tag: "stopped", roundId, at: draft.now, reason, missing: [] });
  draft.notify({ tag: "stopped", reason, roundId });
  const message = { reason, missing: [], seen: [], frames: [] };
  if (tell) draft.say("ABORT", roundId, abort, message, slots.abort(roundId));
  return true;
}

/**
 * The first round, checked once and kept in memory. Where it is wrong, its culprits are accused and the round stops.
 * @returns the round; or whether the state changed
 */
export function currentRound(draft: Draft, roundId: RoundId): PublicRound | boolean {
  const { context, rng } = draft;
  const { publicRound: known, inboxes } = draft.state;
  if (known?.roundId === roundId) return known.round;
  const result = publicRound(context, roundId, inboxes.get(roundId), rng);
  switch (result.tag) {
    case "missing":
      return false;
    case "complete":
      draft.set({ publicRound: { roundId, round: result.round } });
      return result.round;
    /* v8 ignore next 3 -- needs dealers whose polynomials cancel: their proofs would give discrete logarithms */
    case "unusable":
      stop(draft, "unusable-key");
      return mayStop(draft.state.phase);
    case "invalid": {
      const { roster, broadcastKey } = context;
      const heard = heardOf(inboxes.get(roundId), "DKG_PUBLIC_SHARES");
      for (const accused of result.culprits) {
        const { frame } = given(heard.get(accused), "what convicts");
        accuse(draft, roundId, { tag: "publicShares", roster, accused, body: { broadcastKey, frame } });
      }
      stop(draft, "unproven");
      return true;
    }
  }
}
