import { certifiedOf, type GroupState, type Hash, type PartyId, type Roster } from "../../../rounds/index.ts";
import type { Availability, AvailabilityRow, RoundSummary, StatusView } from "../../views/group.ts";
import type { RequestView } from "../../views/requests.ts";
import type { Sample } from "../availability.ts";
import type { RequestRecord } from "../history.ts";
import { onlineQuorum } from "./ceremony.ts";
import { keyTimes } from "./key-times.ts";
import { isOnline } from "./lobby.ts";
import { keysOfSeats, peopleOf } from "./people.ts";
import type { ReadableSeat } from "./readable-seat.ts";
import { isLiveState } from "./requests/model.ts";

const hour = 3_600_000;
const day = 24 * hour;
const slices = 48;

/** How the group has done on this device: who was there, how fast they answered, and what came of each round. */
export function statusView(
  seat: ReadableSeat,
  group: GroupState,
  requests: readonly RequestView[],
  now: number,
): StatusView {
  const { roster } = group.sealed;
  const me = seat.party.config.identity.id;
  const { samples } = seat.availability;
  const first = samples[0]?.at ?? now;
  const from = now - (now - first > hour ? day : hour);
  const binned = bins(samples, from, now);
  const people = peopleOf(roster, me);
  const history = roundHistory(seat, group, requests);
  const leaving = noMarginFor(seat, roster, now);
  return {
    from,
    to: now,
    availability: people.map(({ id, ...person }): AvailabilityRow => {
      const row = binned.map((slice) => rowBin(slice, id));
      const known = row.filter((bin) => bin !== "unknown");
      const there = known.filter((bin) => bin !== "away").length;
      return {
        ...person,
        now: isOnline(seat, id, now) ? "online" : "away",
        bins: row,
        onlineShare: known.length === 0 ? 0 : there / known.length,
      };
    }),
    couldSign: couldSign(binned, roster),
    latency: people.map(({ id, ...person }) => {
      const samplesMs = latencies(seat, group, seat.history.requests, id);
      const medianMs = median(samplesMs);
      return { ...person, samplesMs, ...(medianMs === null ? {} : { medianMs }) };
    }),
    rounds: perDay(history),
    history,
    online: onlineQuorum(seat, roster, now),
    ...(leaving.length === 0 ? {} : { noMarginFor: leaving }),
  };
}

/** Samples of each equal slice of the window. */
function bins(samples: readonly Sample[], from: number, to: number): readonly (readonly Sample[])[] {
  const out = Array.from({ length: slices }, (): Sample[] => []);
  for (const sample of samples) {
    const at = Math.floor(((sample.at - from) / (to - from)) * slices);
    out[Math.min(at, slices - 1)]?.push(sample);
  }
  return out;
}

function rowBin(slice: readonly Sample[], id: PartyId): Availability {
  if (slice.length === 0) return "unknown";
  const count = (wanted: string) =>
    slice.filter(({ standing }) => (standing.get(id) ?? "away") === wanted).length;
  if (count("away") * 2 > slice.length) return "away";
  return count("online") === slice.length ? "online" : "slow";
}

function couldSign(binned: readonly (readonly Sample[])[], roster: Roster): StatusView["couldSign"] {
  const enough = ({ standing }: Sample): boolean => {
    const there = [...standing].flatMap(([id, state]) => (state === "away" ? [] : [id]));
    return keysOfSeats(roster, there) >= roster.threshold;
  };
  const out = binned.map((slice) => slice.length > 0 && slice.filter(enough).length * 2 > slice.length);
  const known = binned.filter((slice) => slice.length > 0).length;
  return { bins: out, share: known === 0 ? 0 : out.filter(Boolean).length / known };
}

/** Time from being asked to a machine's answer: first shares of the ceremony, and signature shares asked for here. */
function latencies(
  seat: ReadableSeat,
  group: GroupState,
  records: ReadonlyMap<Hash, RequestRecord>,
  id: PartyId,
): number[] {
  const out: number[] = [];
  const begun = new Map<string, number>();
  for (const frame of seat.frames.all) {
    if (frame.group !== group.sealed.groupId) continue;
    if (frame.kind === "DKG_BEGIN") begun.set(frame.round, frame.at);
    const asked = begun.get(frame.round);
    if (frame.kind === "DKG_PUBLIC_SHARES" && frame.from === id && asked !== undefined)
      out.push(frame.at - asked);
  }
  for (const { sessions, seats } of records.values()) {
    const given = seats.get(id)?.shareAt;
    const asked = sessions.findLast(
      ({ members, at }) => members.includes(id) && given !== undefined && at <= given,
    );
    if (given !== undefined && asked !== undefined) out.push(given - asked.at);
  }
  return out;
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  if (upper === undefined) return null;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? upper;
  return (lower + upper) / 2;
}

const startOfDay = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

function perDay(history: readonly RoundSummary[]): StatusView["rounds"] {
  const days = new Map<number, { day: number; done: number; refused: number; failed: number }>();
  for (const { at, outcome } of history) {
    if (outcome === "running" || outcome === "cancelled") continue;
    const start = startOfDay(at);
    const counts = days.get(start) ?? { day: start, done: 0, refused: 0, failed: 0 };
    days.set(start, { ...counts, [outcome]: counts[outcome] + 1 });
  }
  return [...days.values()].sort((a, b) => a.day - b.day);
}

function roundHistory(
  seat: ReadableSeat,
  group: GroupState,
  requests: readonly RequestView[],
): RoundSummary[] {
  return [...requests.map(signingRound), ...keyRounds(seat, group)].sort((a, b) => b.at - a.at);
}

function signingRound(request: RequestView): RoundSummary {
  const { id, at, state, result, title, seats } = request;
  const outcome = isLiveState(state)
    ? "running"
    : state === "done" || state === "refused" || state === "cancelled"
      ? state
      : "failed";
  const signers = result?.tookPart.map(({ name }) => name) ?? [];
  const refused = seats.filter((one) => one.state === "refused").map(({ name }) => name);
  return {
    id,
    kind: "signing",
    at,
    ...(result === undefined ? {} : { tookMs: result.tookMs }),
    outcome,
    people: signers.length > 0 ? signers : refused,
    note: `${request.size ?? title}${request.byPolicy === true ? ", answered by your policy" : ""}`,
  };
}

function keyRounds(seat: ReadableSeat, group: GroupState): RoundSummary[] {
  const state = group.keygen ?? group.keygenCoordinator;
  const certified = state === null ? null : certifiedOf(state);
  const times = keyTimes(seat.party, group);
  const people = group.sealed.roster.seats.map(({ name }) => name);
  if (certified === null || times.certifiedAt === null) return [];
  const made: RoundSummary = {
    id: certified.roundId,
    kind: "keygen",
    at: times.begunAt ?? times.certifiedAt,
    ...(times.begunAt === null ? {} : { tookMs: times.certifiedAt - times.begunAt }),
    outcome: "done",
    people,
  };
  const proof: RoundSummary = {
    id: `${certified.roundId}/life`,
    kind: "proof-of-life",
    at: times.certifiedAt,
    ...(times.aliveAt === null ? {} : { tookMs: times.aliveAt - times.certifiedAt }),
    outcome: times.aliveAt === null ? "running" : "done",
    people,
  };
  return [proof, made];
}

/** Those whose leaving would take the group below its threshold; nobody where it is below already. */
function noMarginFor(seat: ReadableSeat, roster: Roster, now: number): readonly string[] {
  const there = roster.seats.filter(({ identity }) => isOnline(seat, identity, now));
  const keys = there.reduce((sum, { weight }) => sum + weight, 0);
  if (keys < roster.threshold) return [];
  return there.filter(({ weight }) => keys - weight < roster.threshold).map(({ name }) => name);
}
