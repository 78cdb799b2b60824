/**
 * View values: what a screen shows, as plain data. The drivers make them from machine state; components draw them.
 * Times are milliseconds since 1970 on this device's clock, durations are milliseconds, hex is lower case without 0x.
 */

export type Network = "devnet" | "regtest" | "signet" | "testnet" | "mainnet";

export type Role = "coordinator" | "signer";

/** A member of the group as other members know it. `you` is this tab's own seat. */
export interface Person {
  readonly name: string;
  readonly seat: number;
  readonly you: boolean;
}

/** How many of what is needed are there. Counts are keys where a seat holds several, seats otherwise. */
export interface Quorum {
  readonly have: number;
  readonly needed: number;
  readonly total: number;
  /** Parts proven bad; drawn apart and never counted in `have`. */
  readonly invalid?: number;
}

export interface ConnectionView {
  readonly state: "connected" | "connecting" | "offline";
  readonly roundTripMs?: number;
  /** Since when the state holds; shown when it is not "connected". */
  readonly since?: number;
}

/** The bar above every screen and the line below it. */
export interface ChromeView {
  readonly group?: { readonly name: string; readonly network: Network };
  readonly connection?: ConnectionView;
  /** Messages that came changed lately, i.e. without the signature of whoever they name. Absent: none. */
  readonly altered?: number;
  readonly who?: { readonly name: string; readonly role: Role };
  /** Short hash of the running build, and whether it equals the hash published with the release (absent: not compared). */
  readonly build?: { readonly hash: string; readonly published?: boolean };
}

/** Eight hex digits and the four words that encode the same 32 bits. */
export interface ShortCode {
  readonly hex: string;
  readonly words: readonly string[];
}

/** A piece of a sentence that an operation or a check composes. Data, so that an operation can be added without a screen. */
export type SentencePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "strong"; readonly text: string }
  | { readonly kind: "quote"; readonly text: string }
  | { readonly kind: "hex"; readonly hex: string }
  | { readonly kind: "address"; readonly address: string }
  | { readonly kind: "amount"; readonly sats: bigint; readonly unit: "BTC" | "sBTC" | "sats" };

export type Sentence = readonly SentencePart[];

/** Long local work with a known share done, 0 to 1. */
export interface WorkView {
  readonly done: number;
}
