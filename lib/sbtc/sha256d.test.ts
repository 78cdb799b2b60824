import fc from "fast-check";
import { expect, test } from "vitest";
import { hex } from "@scure/base";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { bytesOf } from "./testing/arbitraries.ts";
import { sha256d, sha256dPair, sha256dRanges } from "./sha256d.ts";

const twice = (bytes: Uint8Array): string => hex.encode(sha256(sha256(bytes)));
const noise = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

test("every length around the block boundaries hashes as the library does", () => {
  for (let length = 0; length <= 260; length++)
    expect(hex.encode(sha256d(noise(length)))).toBe(twice(noise(length)));
});

test("a megabyte does too", () => {
  expect(hex.encode(sha256d(noise(1_048_579)))).toBe(twice(noise(1_048_579)));
});

test("known values", () => {
  expect(hex.encode(sha256d(new Uint8Array()))).toBe(
    "5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456",
  );
  expect(hex.encode(sha256d(new TextEncoder().encode("hello")))).toBe(
    "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50",
  );
});

test("ranges of a buffer hash as if they were joined, however they are cut", () =>
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 700 }),
      fc.array(fc.nat(700), { maxLength: 12 }),
      (bytes, cuts) => {
        const ranges = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
        if (ranges.length % 2 === 1) ranges.pop();
        const parts: Uint8Array[] = [];
        for (let i = 0; i < ranges.length; i += 2) parts.push(bytes.subarray(ranges[i], ranges[i + 1]));
        expect(hex.encode(sha256dRanges(bytes, ranges))).toBe(twice(concatBytes(...parts)));
      },
    ),
  ));

test("two hashes side by side", () =>
  fc.assert(
    fc.property(bytesOf(32), bytesOf(32), (left, right) => {
      expect(hex.encode(sha256dPair(left, right))).toBe(twice(concatBytes(left, right)));
    }),
  ));

test("one hash does not leak into the next, whatever their order", () =>
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 2, maxLength: 6 }), (list) => {
      const first = list.map((bytes) => hex.encode(sha256d(bytes)));
      const backwards = [...list].reverse().map((bytes) => hex.encode(sha256d(bytes)));
      expect(backwards.reverse()).toEqual(first);
    }),
  ));
