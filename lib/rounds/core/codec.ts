import { utf8ToBytes } from "@noble/hashes/utils.js";
import * as P from "micro-packed";

/** Why bytes from elsewhere are not a value. */
export type CodecFault = "too-long" | "malformed" | "not-canonical";

/** A decoded value, or why there is none. */
export type Decoded<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: CodecFault };

/**
 * Bytes for a value and back. `decode` takes anything and never throws: it answers a fault, or a value that
 * `encode` turns into the very same bytes.
 */
export interface Codec<T> {
  readonly maxBytes: number;
  /** @throws Error where the value is out of the codec's bounds: values are our own */
  encode(value: T): Uint8Array;
  decode(bytes: Uint8Array): Decoded<T>;
}

/** A bounded, canonical codec from a micro-packed coder. */
export function codec<T>(maxBytes: number, coder: P.CoderType<T>): Codec<T> {
  const encode = (value: T): Uint8Array => {
    const bytes = coder.encode(value);
    if (bytes.length > maxBytes) throw new RangeError(`${bytes.length} bytes where ${maxBytes} are allowed`);
    return bytes;
  };
  return {
    maxBytes,
    encode,
    decode(bytes) {
      if (bytes.length > maxBytes) return { ok: false, fault: "too-long" };
      try {
        const value = coder.decode(bytes);
        // Coders of the library accept a few values in more than one form; a frame has one.
        return sameBytes(coder.encode(value), bytes)
          ? { ok: true, value }
          : { ok: false, fault: "not-canonical" };
      } catch {
        return { ok: false, fault: "malformed" };
      }
    },
  };
}

/** True where both are the same bytes; not constant time. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}

/** A byte string of exactly this length. */
export const fixed = (length: number): P.CoderType<Uint8Array> => P.bytes(length);

/** A byte string of at most this length, after its own length in 32 bits. */
export const bounded = (maxBytes: number): P.CoderType<Uint8Array> =>
  P.validate(P.prefix(P.U32BE, P.bytes(null)), (bytes) => {
    if (bytes.length > maxBytes) throw new RangeError("too many bytes");
    return bytes;
  });

/** At most `max` items, after their count in 16 bits. */
export const listOf = <T>(max: number, item: P.CoderType<T>): P.CoderType<readonly T[]> =>
  P.apply(P.array(P.U16BE, item), {
    encode: (items: T[]): readonly T[] => atMost(max, items),
    decode: (items: readonly T[]): T[] => [...atMost(max, items)],
  });

function atMost<T>(max: number, items: readonly T[]): readonly T[] {
  if (items.length > max) throw new RangeError("too many items");
  return items;
}

/** UTF-8 text of at most `maxBytes` bytes, normalised (NFC), without control or direction characters. */
export const text = (maxBytes: number): P.CoderType<string> =>
  P.validate(P.string(P.U16BE), (value) => {
    if (!isPlainText(value) || utf8ToBytes(value).length > maxBytes) throw new RangeError("not plain text");
    return value;
  });

/** True for text that shows as it is: normalised, no control, direction, private or unassigned characters. */
export const isPlainText = (value: string): boolean =>
  value.normalize("NFC") === value && !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(value);

/** One of a list of words, as its index in 8 bits: add words at the end only. */
export const wordOf = <W extends string>(words: readonly W[]): P.CoderType<W> =>
  P.apply(P.U8, {
    encode: (index) => {
      const word = words[index];
      if (word === undefined) throw new RangeError("unknown word");
      return word;
    },
    decode: (word) => {
      const index = words.indexOf(word);
      if (index < 0) throw new RangeError("unknown word");
      return index;
    },
  });
