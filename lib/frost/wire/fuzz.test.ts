import { expect, test } from "vitest";
import { WireError } from "../index.ts";
import { sameBytes } from "../suite/bytes.ts";
import { allSamples, type Sample } from "../testing/samples.ts";

const samples = allSamples();

test.each(samples)("$name: what was encoded decodes to the same bytes", ({ bytes, again }) => {
  expect(sameBytes(again(bytes), bytes)).toBe(true);
});

test.each(samples)("$name: cut short or with a byte too many it is refused", ({ bytes, again }) => {
  expect(() => again(bytes.subarray(0, -1))).toThrow(WireError);
  expect(() => again(Uint8Array.of(...bytes, 0))).toThrow(WireError);
  expect(() => again(new Uint8Array())).toThrow(WireError);
});

/** xorshift: the same inputs in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const edges = [0, 1, 2, 3, 4, 6, 7, 0x2c, 0x30, 0x7f, 0x80, 0xff];

function mutated({ bytes }: Sample, random: (below: number) => number): Uint8Array {
  const kind = random(10);
  if (kind === 0) return Uint8Array.from({ length: random(200) }, () => random(256));
  if (kind === 1) return bytes.slice(0, random(bytes.length + 1));
  if (kind === 2)
    return Uint8Array.of(...bytes, ...Array.from({ length: 1 + random(40) }, () => random(256)));
  const copy = bytes.slice();
  if (kind === 3) {
    // A piece of it somewhere else in it: repeated points, identifiers and counts.
    const length = 1 + random(Math.min(66, copy.length));
    copy.copyWithin(random(copy.length), random(copy.length), random(copy.length) + length);
    return copy;
  }
  if (kind === 4) {
    copy.fill(edges[random(edges.length)] ?? 0, random(copy.length), random(copy.length));
    return copy;
  }
  for (let flips = 1 + random(3); flips > 0; flips--) {
    const at = kind < 7 ? random(Math.min(48, copy.length)) : random(copy.length);
    copy[at] = random(2) === 0 ? (edges[random(edges.length)] ?? 0) : (copy[at] ?? 0) ^ (1 << random(8));
  }
  return copy;
}

test("100,000 random and mutated inputs give a typed error or a value that encodes to the same bytes", () => {
  const random = generator(0x5eed1);
  const fast = samples.filter(({ slow }) => slow !== true);
  const slow = samples.filter((sample) => sample.slow === true);
  let accepted = 0;
  let refused = 0;
  for (let i = 0; i < 100_000; i++) {
    const list = i % 40 === 0 ? slow : fast;
    const sample = list[random(list.length)]!;
    const input = mutated(sample, random);
    let output: Uint8Array;
    try {
      output = sample.again(input);
    } catch (error) {
      if (!(error instanceof WireError))
        throw new Error(`${sample.name} threw ${String(error)}`, { cause: error });
      refused++;
      continue;
    }
    if (!sameBytes(output, sample.name.includes("json") ? withoutSpace(input) : input)) {
      throw new Error(`${sample.name} accepted a second spelling: ${input.join()}`);
    }
    accepted++;
  }
  expect(accepted + refused).toBe(100_000);
  expect(accepted).toBeGreaterThan(1000);
  expect(refused).toBeGreaterThan(50_000);
});

/** JSON may be spaced; everything else is as it was written. */
function withoutSpace(bytes: Uint8Array): Uint8Array {
  return bytes.filter((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
}
