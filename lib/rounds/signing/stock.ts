import type { SigningNonces } from "../../frost/index.ts";
import type { Rng } from "../core/machine.ts";
import type { Hash, PartyId } from "../core/names.ts";
import type { SigningContext } from "./context.ts";
import { keysOfSeat } from "./context.ts";
import { type CommitmentEntry, MAX_STOCK } from "./messages.ts";
import { commitmentHash } from "./package.ts";
import { freshPairs } from "./scheme.ts";

/**
 * Nonce pairs in memory: made for one coordinator, each taken out once. A stock is never written anywhere; it
 * ends with the process (epoch) that made it. One pair belongs to one identifier.
 */
export interface StockedPair {
  readonly identifier: number;
  readonly coordinator: PartyId;
  readonly nonces: SigningNonces;
}

/** By commitment hash, oldest first. */
export type NonceStock = ReadonlyMap<Hash, StockedPair>;

export const emptyStock: NonceStock = new Map();

/** Most pairs per identifier that one coordinator may be given, so that its stock stays within `MAX_STOCK`. */
export const mostPairs = (context: SigningContext): number =>
  Math.floor(MAX_STOCK / Math.max(1, keysOfSeat(context, context.me).length));

/**
 * Makes `count` pairs for each identifier of this seat. Past `MAX_STOCK` the coordinator's oldest pairs are
 * erased: a coordinator that lost its list must not lock itself out, nor fill this seat's memory.
 */
export function makePairs(
  context: SigningContext,
  stock: NonceStock,
  coordinator: PartyId,
  count: number,
  rng: Rng,
): { readonly stock: NonceStock; readonly entries: readonly CommitmentEntry[] } {
  const next = new Map(stock);
  const entries = context.key.keyPackages.map((keyPackage, i): CommitmentEntry => {
    /* v8 ignore next -- an identifier per key package */
    const identifier = keysOfSeat(context, context.me)[i] ?? 0;
    const pairs = freshPairs(keyPackage, count, rng);
    for (const pair of pairs) {
      next.set(commitmentHash(identifier, pair.commitments), {
        identifier,
        coordinator,
        nonces: pair.nonces,
      });
    }
    return { identifier, pairs: pairs.map((pair) => pair.commitments) };
  });
  const held = [...next].filter(([, pair]) => pair.coordinator === coordinator);
  for (const [hash, pair] of held.slice(0, Math.max(0, held.length - MAX_STOCK))) {
    pair.nonces.erase();
    next.delete(hash);
  }
  return { stock: next, entries };
}

/** This seat's pairs of a commitment list: one list per identifier, one pair per message. */
export interface OwnPairs {
  readonly hashes: readonly Hash[];
  readonly nonces: readonly (readonly SigningNonces[])[];
}

/**
 * Finds the pairs a commitment list names for this seat.
 * @returns null where one of them is unknown, spent, another identifier's, made for another coordinator or named
 * twice
 */
export function findPairs(
  stock: NonceStock,
  coordinator: PartyId,
  own: readonly CommitmentEntry[],
): OwnPairs | null {
  const hashes: Hash[] = [];
  const nonces: SigningNonces[][] = [];
  for (const entry of own) {
    const row: SigningNonces[] = [];
    for (const pair of entry.pairs) {
      const hash = commitmentHash(entry.identifier, pair);
      const stocked = stock.get(hash);
      if (stocked?.identifier !== entry.identifier || stocked.coordinator !== coordinator) return null;
      if (hashes.includes(hash)) return null;
      hashes.push(hash);
      row.push(stocked.nonces);
    }
    nonces.push(row);
  }
  return { hashes, nonces };
}

/** The stock without these pairs: from here on nothing finds them again. */
export function spend(stock: NonceStock, hashes: readonly Hash[]): NonceStock {
  const next = new Map(stock);
  for (const hash of hashes) next.delete(hash);
  return next;
}

/** Erases everything: on halt, or when the key changes. */
export function eraseStock(stock: NonceStock): NonceStock {
  for (const pair of stock.values()) pair.nonces.erase();
  return emptyStock;
}

/** Commitment hashes of entries, in order. */
export const hashesOf = (entries: readonly CommitmentEntry[]): Hash[] =>
  entries.flatMap((entry) => entry.pairs.map((pair) => commitmentHash(entry.identifier, pair)));
