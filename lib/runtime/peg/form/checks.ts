import { dustLimit, scriptOfAddress } from "../../../sbtc/bitcoin/script.ts";
import { parseAmount } from "../../../sbtc/amount.ts";
import type { BitcoinNetwork } from "../../../sbtc/network.ts";
import { formatPrincipal, parsePrincipal, type Principal } from "../../../sbtc/ops/principal.ts";
import type { PegDirection, PegProblem } from "../../views/index.ts";
import { isPegScript, type PegFacts } from "./facts.ts";
import { problemOf } from "./problems.ts";

/** A checked answer, or what is wrong with it. */
export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: PegProblem };

const good = <T>(value: T): Checked<T> => ({ ok: true, value });
const bad = (problem: PegProblem): Checked<never> => ({ ok: false, problem });

/** Runs a parser and turns what it refuses into a problem. */
export function checked<T>(run: () => T): Checked<T> {
  try {
    return good(run());
  } catch (error) {
    return bad(problemOf(error));
  }
}

/** What the contract leaves room for now, in satoshi. */
export function roomFor(direction: PegDirection, { limits, used, supply }: PegFacts) {
  const atLeastZero = (value: bigint): bigint => (value > 0n ? value : 0n);
  return direction === "in"
    ? {
        cap: limits.maxMint,
        window: atLeastZero(limits.windowMint - used.minted),
        supply: atLeastZero(limits.supplyCap - supply),
      }
    : { cap: limits.maxLock, window: atLeastZero(limits.windowLock - used.locked), supply: null };
}

/**
 * Reads an amount and holds it against the contract's limits, before anything is asked of a wallet.
 * @param text BTC with a point
 * @param available the holder's sBTC for a peg-out; null where it is not known or does not matter
 */
export function checkAmount(
  text: string,
  direction: PegDirection,
  facts: PegFacts,
  available: bigint | null,
): Checked<bigint> {
  if (text.trim() === "") return bad({ code: "amount-empty" });
  const read = checked(() => parseAmount(text, "BTC"));
  if (!read.ok) return read;
  const amount = read.value;
  const { minAmount } = facts.limits;
  const { cap, window, supply } = roomFor(direction, facts);
  if (amount < minAmount) return bad({ code: "amount-below-minimum", nearest: minAmount });
  if (amount > cap) return bad({ code: "amount-above-cap", nearest: cap });
  if (amount > window) return bad({ code: "amount-above-window", nearest: window });
  if (supply !== null && amount > supply) return bad({ code: "amount-above-supply", nearest: supply });
  if (available !== null && amount > available)
    return bad({ code: "amount-above-balance", nearest: available });
  return good(amount);
}

/** Reads who receives sBTC. */
export function checkRecipient(text: string, facts: PegFacts, network: BitcoinNetwork): Checked<Principal> {
  const read = checked(() => parsePrincipal(text.trim(), network));
  if (!read.ok) return read;
  return formatPrincipal(read.value) === facts.contract ? bad({ code: "principal-is-peg" }) : read;
}

/** Reads where the bitcoin of a peg-out go. */
export function checkAddress(
  text: string,
  amount: bigint,
  facts: PegFacts,
  network: BitcoinNetwork,
): Checked<Uint8Array> {
  const read = checked(() => scriptOfAddress(text.trim(), network));
  if (!read.ok) return read;
  if (isPegScript(facts, read.value)) return bad({ code: "address-is-peg" });
  const dust = dustLimit(read.value);
  return amount < dust ? bad({ code: "amount-below-dust", nearest: dust }) : read;
}
