import type { PartyId } from "../../core/names.ts";
import type { Deception } from "../network.ts";
import type { Prng } from "../prng.ts";
import { spoiled } from "./script.ts";

/** Hides, alters, repeats and misdelivers; what it makes up itself it cannot sign. */
export function lyingRelay(prng: Prng): Deception {
  const seen: Uint8Array[] = [];
  const hidden = new Map<PartyId, number>();
  return (recipient, frame) => {
    seen.push(frame);
    if (!hidden.has(recipient)) hidden.set(recipient, prng.pick([0, 0.02, 0.1, 0.4]));
    if (prng.chance(hidden.get(recipient) ?? 0)) return "swallow";
    const lie = prng.below(20);
    if (lie === 0) return [spoiled(frame, prng), frame];
    if (lie === 1) return [spoiled(frame, prng)];
    if (lie === 2) return [frame, prng.pick(seen), prng.pick(seen)];
    if (lie === 3) return [prng.pick(seen), frame, frame];
    if (lie === 4) return [frame, prng.bytes(prng.below(400))];
    return "pass";
  };
}
