import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { utf8 } from "@scure/base";

/**
 * Plain data as a journal stores it. Class instances and `#private` fields do not survive storage, so facts are
 * made of these alone; secrets among them lie in clear, because the driver seals whole records.
 */
export type JournalValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly JournalValue[]
  | { readonly [field: string]: JournalValue };

/** The journal was not written by this code, or storage returned something else than was stored. */
export class JournalError extends Error {
  override name = "JournalError";
}

const VERSION = 1;
const MAX_DEPTH = 16;
const T = {
  null: 0,
  false: 1,
  true: 2,
  number: 3,
  bigint: 4,
  string: 5,
  bytes: 6,
  list: 7,
  record: 8,
} as const;

const u32 = (n: number): Uint8Array => Uint8Array.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);
const tagged = (tag: number, body: Uint8Array): Uint8Array[] => [Uint8Array.of(tag), u32(body.length), body];

function write(value: JournalValue, out: Uint8Array[], depth: number): void {
  if (depth > MAX_DEPTH) throw new JournalError("a fact is nested too deeply");
  if (value === null) out.push(Uint8Array.of(T.null));
  else if (typeof value === "boolean") out.push(Uint8Array.of(value ? T.true : T.false));
  else if (typeof value === "number") {
    const body = new Uint8Array(8);
    new DataView(body.buffer).setFloat64(0, value);
    out.push(Uint8Array.of(T.number), body);
  } else if (typeof value === "bigint") out.push(...tagged(T.bigint, utf8ToBytes(value.toString())));
  else if (typeof value === "string") out.push(...tagged(T.string, utf8ToBytes(value)));
  else if (value instanceof Uint8Array) out.push(...tagged(T.bytes, value));
  else if (isList(value)) {
    out.push(Uint8Array.of(T.list), u32(value.length));
    for (const item of value) write(item, out, depth + 1);
  } else {
    const fields = Object.keys(value).sort();
    out.push(Uint8Array.of(T.record), u32(fields.length));
    for (const field of fields) {
      write(field, out, depth + 1);
      write(value[field] ?? null, out, depth + 1);
    }
  }
}

const isList = (value: object): value is readonly JournalValue[] => Array.isArray(value);

/** @returns one record; the same value always gives the same bytes */
export function encodeJournal(value: JournalValue): Uint8Array {
  const out: Uint8Array[] = [Uint8Array.of(VERSION)];
  write(value, out, 0);
  return concatBytes(...out);
}

/** @throws JournalError where the bytes are not a record of this version */
export function decodeJournal(bytes: Uint8Array): JournalValue {
  try {
    return readRecord(bytes);
  } catch (error) {
    throw error instanceof JournalError ? error : new JournalError("a record holds malformed text");
  }
}

function readRecord(bytes: Uint8Array): JournalValue {
  let at = 0;
  const take = (n: number): Uint8Array => {
    if (at + n > bytes.length) throw new JournalError("a record ends early");
    at += n;
    return bytes.slice(at - n, at);
  };
  const length = (): number => {
    const b = take(4);
    return new DataView(b.buffer).getUint32(0);
  };
  const read = (depth: number): JournalValue => {
    if (depth > MAX_DEPTH) throw new JournalError("a record is nested too deeply");
    const tag = take(1)[0];
    switch (tag) {
      case T.null:
        return null;
      case T.false:
        return false;
      case T.true:
        return true;
      case T.number:
        return new DataView(take(8).buffer).getFloat64(0);
      case T.bigint:
        return BigInt(utf8.encode(take(length())));
      case T.string:
        return utf8.encode(take(length()));
      case T.bytes:
        return take(length());
      case T.list: {
        const items: JournalValue[] = [];
        for (let left = length(); left > 0; left--) items.push(read(depth + 1));
        return items;
      }
      case T.record: {
        const fields: Record<string, JournalValue> = {};
        for (let left = length(); left > 0; left--) {
          const name = read(depth + 1);
          if (typeof name !== "string") throw new JournalError("a field has no name");
          fields[name] = read(depth + 1);
        }
        return fields;
      }
      default:
        throw new JournalError("a record holds an unknown type");
    }
  };
  if (take(1)[0] !== VERSION) throw new JournalError("a record has another version");
  const value = read(0);
  if (at !== bytes.length) throw new JournalError("a record has trailing bytes");
  return value;
}
