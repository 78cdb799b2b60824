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

/** Unused commitments of one seat, all made by one process of it. */
export interface Pool {
  readonly generation: number;
  readonly epoch: Epoch;
  readonly columns: readonly Column[];
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
    /* v8 ignore next -- as many pairs in each entry, see above */
    pairs: entries.map((entry) => entry.pairs[k] ?? new Uint8Array()),
    source,
    digest,
  }));
}

/**
 * Notes which process of a seat speaks: a later one empties its pool. Two that claim the same start (a restored
 * backup beside the original, at best) are one too many: the first heard counts.
 * @returns null where the frame is of an earlier process
 */
export function hear(pools: Pools, message: Message, generation: number, now: number): Pools | null {
  const known = pools.get(message.from);
  const { epoch } = message;
  if (known === undefined || generation > known.generation)
    return new Map(pools).set(message.from, { generation, epoch, columns: [], heardAt: now });
  if (generation < known.generation || epoch !== known.epoch) return null;
  return new Map(pools).set(message.from, { ...known, heardAt: now });
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
  announced: Announced,
  now: number,
): Pools | null {
  const { entries, digest, generation } = announced;
  const columns = columnsOf(group, message.from, entries, message.frame, digest);
  const heard = columns === null ? null : hear(pools, message, generation, now);
  const pool = heard?.get(message.from);
  if (columns === null || heard === null || pool === undefined) return null;
  const keys = keysOfSeat(group, message.from);
  /* v8 ignore next -- a column has one pair per key */
  const hashesOf = (column: Column): Hash[] =>
    column.pairs.map((pair, i) => commitmentHash(keys[i] ?? 0, pair));
  const known = new Set(pool.columns.flatMap(hashesOf));
  const fresh = columns.filter((column) => {
    const hashes = hashesOf(column);
    const isNew =
      new Set(hashes).size === hashes.length && hashes.every((h) => !used.has(h) && !known.has(h));
    for (const hash of hashes) known.add(hash);
    return isNew;
  });
  const most = Math.floor(MAX_STOCK / keys.length);
  return new Map(heard).set(message.from, { ...pool, columns: [...pool.columns, ...fresh].slice(-most) });
}

/** Commitments as NONCE_RESPONSE and SIGN_SHARE_RESPONSE announce them. */
export interface Announced {
  readonly entries: readonly CommitmentEntry[];
  readonly digest: Hash | null;
  readonly generation: number;
}

/** Forgets the unused commitments of a seat: it says it can no longer answer for them. */
export function emptyPool(pools: Pools, seat: PartyId): Pools {
  const pool = pools.get(seat);
  /* v8 ignore next -- heard just before */
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
  /* v8 ignore next -- a chosen seat has a pool */
  const usable = pool?.columns.filter((column) => isUsable(column, digest, isLive)) ?? [];
  const own = usable.filter((column) => column.digest === digest);
  const taken = [...own, ...usable.filter((column) => column.digest !== digest)].slice(0, count);
  /* v8 ignore next -- a chosen seat has enough */
  if (pool === undefined || taken.length < count) return null;
  const rest = { ...pool, columns: pool.columns.filter((column) => !taken.includes(column)) };
  return { pools: new Map(pools).set(seat, rest), pool, taken };
}
