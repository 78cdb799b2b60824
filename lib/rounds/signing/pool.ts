import type { Message } from "../core/machine.ts";
import type { Epoch, Hash, PartyId } from "../core/names.ts";
import { keysOfSeat, type SigningGroup } from "./context.ts";
import { type CommitmentEntry, MAX_STOCK } from "./messages.ts";
import { commitmentHash } from "./package.ts";
import { arePairs } from "./scheme.ts";

/** One nonce commitment pair of each identifier of a seat: what one message costs that seat. */
export interface Column {
  /** In the order of the seat's identifiers. */
  readonly pairs: readonly Uint8Array[];
  /** The signed frame that announced it. */
  readonly source: Uint8Array;
  /** The request it was announced for; null for nonces made ahead. */
  readonly digest: Hash | null;
}

/**
 * What a request may use: what was announced for it, and what is promised to no other request that still lives.
 * Otherwise one request, which a seat's owner never answers, could take the nonces of every other.
 */
export const isUsable = (column: Column, digest: Hash, isLive: (other: Hash) => boolean): boolean =>
  column.digest === null || column.digest === digest || !isLive(column.digest);

/** Unused commitments of one seat, all of one epoch. */
export interface Pool {
  readonly epoch: Epoch;
  readonly columns: readonly Column[];
  /** Epochs this seat has left: what still arrives from them is stale. */
  readonly past: ReadonlySet<Epoch>;
  /** When it was last heard of. */
  readonly heardAt: number;
}
export type Pools = ReadonlyMap<PartyId, Pool>;

/**
 * Columns of an announcement, or null where it is none of this seat: an identifier missing, too many, uneven, or
 * a pair that is no two points. Nobody is blamed for it: it is as good as silence.
 */
function columnsOf(
  group: SigningGroup,
  seat: PartyId,
  entries: readonly CommitmentEntry[],
  source: Uint8Array,
  digest: Hash | null,
): Column[] | null {
  const keys = keysOfSeat(group, seat);
  const count = entries[0]?.pairs.length ?? 0;
  if (keys.length === 0 || entries.length !== keys.length || count * keys.length > MAX_STOCK) return null;
  if (!entries.every((entry, i) => entry.identifier === keys[i] && entry.pairs.length === count)) return null;
  if (!arePairs(entries)) return null;
  return Array.from({ length: count }, (_, k) => ({
    pairs: entries.map((entry) => entry.pairs[k] ?? new Uint8Array()),
    source,
    digest,
  }));
}

/** What an announcement does to a seat's pool. `reloaded` where it tells of a new epoch. */
export interface PoolChange {
  readonly pools: Pools;
  readonly accepted: number;
  readonly reloaded: boolean;
}

/** Notes the epoch a seat speaks in; a new one empties its pool. Stale epochs change nothing. */
export function hear(pools: Pools, message: Message, now: number): PoolChange | null {
  const known = pools.get(message.from);
  if (known?.past.has(message.epoch)) return null;
  const reloaded = known !== undefined && known.epoch !== message.epoch;
  const pool: Pool =
    known === undefined
      ? { epoch: message.epoch, columns: [], past: new Set(), heardAt: now }
      : reloaded
        ? {
            epoch: message.epoch,
            columns: [],
            past: new Set([...known.past, known.epoch].slice(-16)),
            heardAt: now,
          }
        : { ...known, heardAt: now };
  return { pools: new Map(pools).set(message.from, pool), accepted: 0, reloaded };
}

/**
 * Adds announced commitments to the seat's pool: those that were never used and are not there yet.
 * @returns null where the announcement is stale or no announcement of this seat
 */
export function announce(
  group: SigningGroup,
  pools: Pools,
  used: ReadonlySet<Hash>,
  message: Message,
  entries: readonly CommitmentEntry[],
  digest: Hash | null,
  now: number,
): PoolChange | null {
  const columns = columnsOf(group, message.from, entries, message.frame, digest);
  if (columns === null) return null;
  const heard = hear(pools, message, now);
  const pool = heard?.pools.get(message.from);
  if (heard === null || pool === undefined) return null;
  const known = new Set(pool.columns.flatMap((column) => column.pairs.map(commitmentHash)));
  const fresh = columns.filter((column) => {
    const hashes = column.pairs.map(commitmentHash);
    const isNew =
      new Set(hashes).size === hashes.length && hashes.every((h) => !used.has(h) && !known.has(h));
    for (const hash of hashes) known.add(hash);
    return isNew;
  });
  const most = Math.floor(MAX_STOCK / keysOfSeat(group, message.from).length);
  const next: Pool = { ...pool, columns: [...pool.columns, ...fresh].slice(-most) };
  return {
    pools: new Map(heard.pools).set(message.from, next),
    accepted: fresh.length,
    reloaded: heard.reloaded,
  };
}

/** Forgets the unused commitments of a seat: it says it can no longer answer for them. */
export function emptyPool(pools: Pools, seat: PartyId): Pools {
  const pool = pools.get(seat);
  return pool === undefined ? pools : new Map(pools).set(seat, { ...pool, columns: [] });
}

/** Takes `count` columns of a seat that a request may use, its own first; null where there are fewer. */
export function takeColumns(
  pools: Pools,
  seat: PartyId,
  count: number,
  digest: Hash,
  isLive: (other: Hash) => boolean,
): { readonly pools: Pools; readonly pool: Pool; readonly taken: readonly Column[] } | null {
  const pool = pools.get(seat);
  const usable = pool?.columns.filter((column) => isUsable(column, digest, isLive)) ?? [];
  const own = usable.filter((column) => column.digest === digest);
  const taken = [...own, ...usable.filter((column) => column.digest !== digest)].slice(0, count);
  if (pool === undefined || taken.length < count) return null;
  const rest = { ...pool, columns: pool.columns.filter((column) => !taken.includes(column)) };
  return { pools: new Map(pools).set(seat, rest), pool, taken };
}
