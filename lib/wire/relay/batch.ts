import { ByteReader } from "./bytes.ts";

/**
 * Frames travel in one buffer: `count 2 | (length 4 | frame)…`. One buffer and not a list, because Socket.IO closes a
 * connection whose packet has more than ten binary parts.
 */

/** Most frames in one batch or page. */
export const MAX_BATCH_FRAMES = 64;

/** Bytes that a batch adds around `count` frames. */
export function batchOverhead(count: number): number {
  return 2 + 4 * count;
}

/** Length of a batch in bytes. */
export function batchBytes(frames: readonly Uint8Array[]): number {
  return frames.reduce((total, frame) => total + frame.length, batchOverhead(frames.length));
}

/** Writes a batch into `target` from `at` on. */
function writeBatch(target: Uint8Array, at: number, frames: readonly Uint8Array[]): void {
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  view.setUint16(at, frames.length);
  let next = at + 2;
  for (const frame of frames) {
    view.setUint32(next, frame.length);
    target.set(frame, next + 4);
    next += 4 + frame.length;
  }
}

function readFrames(reader: ByteReader): Uint8Array[] | null {
  const count = reader.u16();
  if (count > MAX_BATCH_FRAMES) return null;
  const frames: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const length = reader.u32();
    const frame = reader.bytes(length);
    if (reader.failed) return null;
    frames.push(frame);
  }
  return reader.complete ? frames : null;
}

/** @param frames at most `MAX_BATCH_FRAMES` */
export function encodeBatch(frames: readonly Uint8Array[]): Uint8Array {
  const batch = new Uint8Array(batchBytes(frames));
  writeBatch(batch, 0, frames);
  return batch;
}

/** The frames of a batch as views into it, or null where the bytes are not one. */
export function decodeBatch(bytes: Uint8Array): Uint8Array[] | null {
  return readFrames(new ByteReader(bytes));
}

/** A stretch of an inbox: what a sync answers and a push carries. */
export interface Page {
  /** Every number up to this one is gone: read and acknowledged, or too old. */
  readonly expiredThrough: number;
  /** Number of the first frame; the others follow without a gap. */
  readonly first: number;
  /** Number of the newest frame of the inbox. */
  readonly head: number;
  readonly frames: readonly Uint8Array[];
}

const PAGE_HEADER_BYTES = 24;

/** `expiredThrough 8 | first 8 | head 8 | batch`. */
export function encodePage(page: Page): Uint8Array {
  const bytes = new Uint8Array(PAGE_HEADER_BYTES + batchBytes(page.frames));
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(page.expiredThrough));
  view.setBigUint64(8, BigInt(page.first));
  view.setBigUint64(16, BigInt(page.head));
  writeBatch(bytes, PAGE_HEADER_BYTES, page.frames);
  return bytes;
}

/** The page, its frames as views into `bytes`, or null where the bytes are not one. */
export function decodePage(bytes: Uint8Array): Page | null {
  const reader = new ByteReader(bytes);
  const [expiredThrough, first, head] = [reader.u64(), reader.u64(), reader.u64()];
  const frames = readFrames(reader);
  if (frames === null || first <= expiredThrough || first + frames.length - 1 > head) return null;
  return { expiredThrough, first, head, frames };
}
