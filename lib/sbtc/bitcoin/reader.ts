import { Refusal, type RefusalCode } from "../refusal.ts";

/**
 * Walks over serialized Bitcoin data without copying it. Every read checks the bounds and throws
 * {@link Refusal} with the code given at construction.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #code: RefusalCode;
  offset: number;

  constructor(bytes: Uint8Array, code: RefusalCode, offset = 0) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#code = code;
    this.offset = offset;
  }

  fail(reason: string): never {
    throw new Refusal(this.#code, `${reason} at byte ${this.offset}`);
  }

  #advance(length: number): number {
    const at = this.offset;
    if (length > this.bytes.length - at) this.fail(`${length} bytes wanted, ${this.bytes.length - at} left`);
    this.offset = at + length;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }
  i32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true);
  }

  /** A view on the next `length` bytes, not a copy. */
  take(length: number): Uint8Array {
    const at = this.#advance(length);
    return this.bytes.subarray(at, at + length);
  }
  skip(length: number): void {
    this.#advance(length);
  }

  /** CompactSize; a longer form than needed is refused, as a full node does. */
  compactSize(): number {
    const first = this.u8();
    if (first < 0xfd) return first;
    if (first === 0xfd) {
      const value = this.u16();
      return value < 0xfd ? this.fail("CompactSize is not in its shortest form") : value;
    }
    if (first === 0xfe) {
      const value = this.u32();
      return value < 0x1_0000 ? this.fail("CompactSize is not in its shortest form") : value;
    }
    return this.fail("CompactSize above 4 GiB");
  }

  /** A CompactSize count of things that take at least `minBytes` each: bounded by what is left before anything is allocated. */
  count(minBytes: number): number {
    const count = this.compactSize();
    if (count * minBytes > this.bytes.length - this.offset)
      this.fail(`${count} items cannot fit in what is left`);
    return count;
  }

  /** Length-prefixed bytes: a view, not a copy. */
  varBytes(): Uint8Array {
    return this.take(this.compactSize());
  }

  get atEnd(): boolean {
    return this.offset === this.bytes.length;
  }
}
