import { utf8ToBytes } from "@noble/hashes/utils.js";
import { utf8 } from "@scure/base";
import { z } from "zod";
import { parseHex, toHex } from "../../bytes.ts";
import type { HandOffRecord } from "../coordinator/hand-off.ts";
import type { HeldPoint } from "../coordinator/held-history.ts";
import type { Joining } from "../coordinator/joining.ts";
import type { PegChainSnapshot } from "../coordinator/peg-chain.ts";
import type { SentCall } from "../fee-wallet/fee-wallet.ts";
import type { PegRecord } from "./record.ts";
import { pegInTransitions, pegOutTransitions } from "./states.ts";

/** Layout of what is stored. A later version reads earlier ones or refuses; it never guesses. */
const version = 1;

/** A stored value of another version, or a damaged disk. */
export class StoredValueError extends Error {
  override readonly name = "StoredValueError";
}

// JSON has no place for bytes and large numbers: each becomes an object with one key that no value of ours has.
function toJson(value: unknown): unknown {
  if (typeof value === "bigint") return { $n: value.toString() };
  if (value instanceof Uint8Array) return { $b: toHex(value) };
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toJson(inner)]));
  return value;
}

function fromJson(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(fromJson);
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  const [[key, inner] = ["", null], ...others] = entries;
  if (others.length === 0 && typeof inner === "string") {
    if (key === "$n") return BigInt(inner);
    if (key === "$b") return parseHex(inner);
  }
  return Object.fromEntries(entries.map(([name, part]) => [name, fromJson(part)]));
}

function encode(value: unknown): Uint8Array {
  return utf8ToBytes(JSON.stringify({ version, value: toJson(value) }));
}

const bytes = z.instanceof(Uint8Array);
const block = z.object({ height: z.number().int(), hash: z.string().length(64) });
const state = (tags: object) => z.object({ tag: z.enum(Object.keys(tags) as [string, ...string[]]) });
const common = {
  id: z.string(),
  raw: bytes,
  history: z.array(z.object({ tag: z.string(), at: z.number() })),
  hold: z.object({ code: z.string(), detail: z.string() }).nullable(),
  alone: z.boolean(),
  signed: z.array(z.object({ purpose: z.string(), txid: z.string(), raw: bytes })),
};
const outlines = {
  record: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("pegIn"), ...common, state: state(pegInTransitions), amount: z.bigint() }),
    z.object({ kind: z.literal("pegOut"), ...common, state: state(pegOutTransitions), owner: z.string() }),
  ]),
  call: z.object({ key: z.string(), txid: z.string(), nonce: z.bigint(), fee: z.bigint(), bytes }),
  handOff: z.object({
    announcement: z.object({ epoch: z.bigint(), next: bytes.nullable(), old: bytes.nullable() }).nullable(),
    plan: z.object({ unsigned: bytes }).nullable(),
    signed: z.array(z.object({ txid: z.string(), raw: bytes })),
  }),
  joining: z.object({
    at: z.number(),
    plan: z.object({ unsigned: bytes, spends: z.array(z.object({ amount: z.bigint() })) }),
    signed: z.object({ txid: z.string(), raw: bytes }).nullable(),
  }),
  held: z.array(z.object({ height: z.number().int(), at: z.number(), held: z.bigint() })),
  chain: z.object({
    ledger: z.object({
      start: block,
      scripts: z.array(bytes),
      coins: z.array(z.object({ amount: z.bigint() })),
    }),
    places: z.array(z.tuple([z.string(), block])),
    spenders: z.array(z.tuple([z.string(), z.string()])),
    blocks: z.array(block),
  }),
};

const envelope = z.object({ version: z.literal(version), value: z.unknown() });

function decode(stored: Uint8Array, outline: z.ZodType): unknown {
  try {
    const { value } = envelope.parse(JSON.parse(utf8.encode(stored)));
    const decoded = fromJson(value);
    outline.parse(decoded);
    return decoded;
  } catch (error) {
    throw new StoredValueError("a stored value cannot be read", { cause: error });
  }
}

/** Stored forms. The outline of what comes back is checked; its parts were this program's own. @throws StoredValueError */
export const storedRecord = {
  encode: (record: PegRecord): Uint8Array => encode(record),
  decode: (stored: Uint8Array): PegRecord => decode(stored, outlines.record) as PegRecord,
};
export const storedCall = {
  encode: (call: SentCall): Uint8Array => encode(call),
  decode: (stored: Uint8Array): SentCall => decode(stored, outlines.call) as SentCall,
};
export const storedHandOff = {
  encode: (record: HandOffRecord): Uint8Array => encode(record),
  decode: (stored: Uint8Array): HandOffRecord => decode(stored, outlines.handOff) as HandOffRecord,
};
export const storedJoining = {
  encode: (joining: Joining): Uint8Array => encode(joining),
  decode: (stored: Uint8Array): Joining => decode(stored, outlines.joining) as Joining,
};
export const storedHeld = {
  encode: (held: readonly HeldPoint[]): Uint8Array => encode(held),
  decode: (stored: Uint8Array): readonly HeldPoint[] => decode(stored, outlines.held) as readonly HeldPoint[],
};
export const storedChain = {
  encode: (chain: PegChainSnapshot): Uint8Array => encode(chain),
  decode: (stored: Uint8Array): PegChainSnapshot => decode(stored, outlines.chain) as PegChainSnapshot,
};
