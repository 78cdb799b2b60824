import { toHex } from "../../bytes.ts";
import type { Outcome } from "../../refusal.ts";
import type { RegisteredSigner } from "../../contract/queries.ts";
import type { Roster } from "../../../rounds/index.ts";
import { refuseTo, type CheckBook } from "./result.ts";
import { needStacks } from "./standing.ts";

/** Whom the contract has registered as the peg's signers, and how many of their keys it says must sign. */
export interface Registry {
  readonly signers: readonly RegisteredSigner[];
  readonly threshold: number;
}

/**
 * How a group differs from what a contract has registered: an identity is the x coordinate of its registered key.
 * @returns the first difference in words, or null where seats, weights and threshold are the same, in any order
 */
export function rosterDifference({ seats, threshold }: Roster, registry: Registry): string | null {
  const registered = new Map(registry.signers.map(({ key, weight }) => [toHex(key.subarray(1)), weight]));
  if (registry.threshold !== threshold)
    return `the contract asks for ${registry.threshold} keys, this group for ${threshold}`;
  for (const { identity, name, weight } of seats) {
    const there = registered.get(identity);
    if (there === undefined) return `the contract has not registered ${name}`;
    if (there !== weight) return `the contract counts ${name} as ${there} keys, this group as ${weight}`;
  }
  return registry.signers.length === seats.length
    ? null
    : `the contract has registered ${registry.signers.length} signers, this group has ${seats.length}`;
}

/**
 * G1: before a group's first wallet the contract must have registered this very group. Where another group still holds
 * the wallet its registry may come later, and a person looks.
 */
export function checkRegistry(
  book: CheckBook,
  roster: Roster,
  registry: Outcome<Registry>,
  isFirst: boolean,
): void {
  book.find("G1", () => {
    const difference = rosterDifference(roster, needStacks(registry));
    if (difference === null)
      return { says: "Seats, weights and threshold are those of this group.", value: true };
    if (isFirst) refuseTo("otherRoster", difference);
    return { says: `Another group holds the wallet; ${difference}.`, value: true, asks: true };
  });
}
