import type { Prng } from "./prng.ts";
import type { LinkFaults } from "./network.ts";

export interface PlanOptions {
  readonly seed: number;
  /** Seats; drawn from the seed where absent. */
  readonly participants?: number;
  /** Keys; drawn from the seed where absent. */
  readonly threshold?: number;
}

/** When a process is stopped: at its `at`-th notable moment, for `away` virtual milliseconds. */
export interface PlannedCrash {
  readonly seat: number;
  readonly at: number;
  readonly away: number;
}

export interface PlannedRequest {
  readonly seat: number;
  readonly at: number;
  readonly texts: readonly string[];
  /** Virtual milliseconds from `at`. */
  readonly lifetime: number;
  /** Taken back by its coordinator after so long. */
  readonly cancelAfter: number | null;
}

/** Everything that a seed decides before a run starts. */
export interface Plan {
  readonly seed: number;
  /** True: from the invite through key generation. False: from a group whose key exists. */
  readonly keygen: boolean;
  /** Keys per seat; 0 for a coordinator without a seat. */
  readonly weights: readonly number[];
  readonly threshold: number;
  /** Seats that follow attackers' scripts. Together they hold fewer keys than the threshold. */
  readonly corrupted: readonly number[];
  readonly faults: LinkFaults;
  readonly partitions: readonly {
    readonly seats: readonly number[];
    readonly from: number;
    readonly to: number;
  }[];
  readonly crashes: readonly PlannedCrash[];
  /** A relay that hides, invents, replays and shows different things to different people. */
  readonly lyingRelay: boolean;
  /** An honest seat whose device was copied and runs twice; null for none. */
  readonly clone: { readonly seat: number; readonly at: number } | null;
  /** An honest seat that is opened in a second tab on the same storage; null for none. */
  readonly takeOver: { readonly seat: number; readonly at: number } | null;
  /** Pairs per key asked for ahead of requests by one seat; null for none. */
  readonly ahead: { readonly seat: number; readonly pairs: number } | null;
  readonly requests: readonly PlannedRequest[];
  /** Virtual milliseconds after which faults cease. */
  readonly heal: number;
  /** Clock error of each seat, milliseconds. */
  readonly skews: readonly number[];
}

/** Mostly one key each; sometimes a seat of several, or a coordinator without a seat, which comes last. */
function drawWeights(prng: Prng, seats: number): number[] {
  const weights = Array.from({ length: seats }, () => 1);
  // One place and one weight: every further shape is a key generation that runs of signing start from.
  if (prng.chance(0.15)) weights[1] = 2;
  else if (prng.chance(0.25)) weights.push(0);
  return weights;
}

function drawCorrupted(prng: Prng, weights: readonly number[], threshold: number): number[] {
  if (prng.chance(0.35)) return [];
  const corrupted: number[] = [];
  let keys = 0;
  for (const seat of prng.shuffle(weights.map((_, i) => i))) {
    const weight = weights[seat] ?? 1;
    if (keys + weight > threshold - 1) continue;
    if (corrupted.length > 0 && prng.chance(0.4)) continue;
    corrupted.push(seat);
    keys += weight;
  }
  return corrupted;
}

/** Draws a plan. The same options always give the same one. */
export function drawPlan(options: PlanOptions, prng: Prng): Plan {
  const keygen = prng.chance(0.25);
  const seats = options.participants ?? prng.pick([2, 2, 3, 3, 3, 3, 4, 4, 5]);
  const weights = drawWeights(prng, seats);
  const keys = weights.reduce((sum, weight) => sum + weight, 0);
  const threshold = Math.min(keys, options.threshold ?? prng.between(2, keys));
  const corrupted = drawCorrupted(prng, weights, threshold);
  const honest = weights.map((_, i) => i).filter((seat) => !corrupted.includes(seat));
  const calm = prng.chance(0.15);
  const heal = calm ? 8_000 : prng.between(15_000, 60_000);
  const slow = prng.pick([60, 400, 2_500]);
  const faults: LinkFaults = calm
    ? { loss: 0, duplicate: 0, delay: [5, 60] }
    : { loss: prng.pick([0, 0.05, 0.25]), duplicate: prng.pick([0, 0.1, 0.3]), delay: [5, slow] };
  const partitions = Array.from({ length: calm ? 0 : prng.below(3) }, () => {
    const from = prng.below(heal);
    return {
      seats: honest.filter(() => prng.chance(0.4)),
      from,
      to: Math.min(heal, from + prng.between(2_000, 20_000)),
    };
  });
  const crashes = Array.from({ length: calm ? 0 : prng.pick([0, 1, 1, 2, 3, 5]) }, () => ({
    seat: prng.pick(honest),
    at: prng.between(1, 40),
    away: prng.pick([1, 200, 5_000]),
  }));
  const requests = Array.from({ length: prng.pick([1, 1, 1, 2]) }, (_, i): PlannedRequest => {
    const at = 200 + prng.below(Math.max(1, Math.floor(heal / 2)));
    return {
      // Attackers that never ask for anything would leave their coordinators' scripts unused.
      seat: corrupted.length > 0 && prng.chance(0.4) ? prng.pick(corrupted) : prng.below(weights.length),
      at,
      texts: Array.from({ length: prng.pick([1, 1, 1, 2, 3]) }, (_, k) => `request ${i}.${k}`),
      lifetime: prng.pick([8_000, 60_000, 1_800_000, 1_800_000]),
      cancelAfter: prng.chance(0.1) ? prng.between(100, 10_000) : null,
    };
  });
  return {
    seed: options.seed,
    keygen,
    weights,
    threshold,
    corrupted,
    faults,
    partitions,
    crashes,
    lyingRelay: !calm && prng.chance(0.3),
    clone: !calm && !keygen && prng.chance(0.1) ? { seat: prng.pick(honest), at: prng.below(heal) } : null,
    takeOver: !calm && prng.chance(0.1) ? { seat: prng.pick(honest), at: prng.below(heal) } : null,
    ahead: prng.chance(0.4) ? { seat: prng.below(weights.length), pairs: prng.between(1, 4) } : null,
    requests,
    heal,
    skews: weights.map(() => (calm ? 0 : prng.between(-500, 500))),
  };
}
