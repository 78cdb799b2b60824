import type { Decision, Verdict } from "../core/decision.ts";
import type { PartyId } from "../core/names.ts";
import { createPrng } from "./prng.ts";

export interface Opinion {
  readonly verdict: Verdict;
  /** Virtual milliseconds until the person answers; null for somebody who never does. */
  readonly after: number | null;
}

/**
 * What the person at a seat thinks of a question. It depends on the seed, the seat and the question, not on when
 * or how often it is asked: people do not change their mind because a tab was reloaded.
 */
export function opinionOf(
  seed: number,
  seat: PartyId,
  decision: Pick<Decision, "id">,
  alwaysYes: boolean,
): Opinion {
  const prng = createPrng(seed, `opinion/${seat}/${decision.id}`);
  const quick = prng.chance(0.6);
  const after = quick ? prng.between(1, 50) : prng.between(50, 8_000);
  // Rosters and fingerprints are what people met for; operations they may well refuse.
  const isOperation = decision.id.startsWith("approve/");
  if (alwaysYes || !isOperation || prng.chance(0.85)) return { verdict: { tag: "yes" }, after };
  if (prng.chance(0.3)) return { verdict: { tag: "yes" }, after: null };
  return { verdict: { tag: "no", reason: "i-do-not-want-this" }, after };
}
