import { hexToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ParsedPoints,
  parseCompressed,
  parseCompressedWithHints,
  parseUncompressed,
  parseXOnly,
  PointVector,
} from "./index.ts";
import { G, N, P, point, vectorOf } from "./testing/reference.ts";

const bytes32 = (x: bigint): Uint8Array => hexToBytes(x.toString(16).padStart(64, "0"));
const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((p) => [...p]));
const ks = [1n, 2n, 3n, N - 1n, 2n ** 200n + 9n, 77n];
const points = ks.map(point);
const compressed = points.map((p) => p.toBytes(true));
const uncompressed = points.map((p) => p.toBytes(false));
const accepted = (parsed: ParsedPoints): PointVector => {
  if (!parsed.ok) throw new Error(`refused ${parsed.index}: ${parsed.fault}`);
  return parsed.points;
};
const fault = (parsed: ParsedPoints): unknown => (parsed.ok ? "accepted" : [parsed.index, parsed.fault]);

describe("accepted encodings", () => {
  test("every form gives the same points, packed or listed", () => {
    const expected = vectorOf(points);
    const ys = points.map((p) => bytes32(p.y));
    for (const parsed of [
      parseCompressed(compressed),
      parseCompressed(joined(...compressed)),
      parseUncompressed(uncompressed),
      parseUncompressed(joined(...uncompressed)),
      parseCompressedWithHints(compressed, ys),
      parseCompressedWithHints(joined(...compressed), ys),
    ]) {
      expect(accepted(parsed).equals(expected)).toBe(true);
    }
    const even = accepted(parseXOnly(points.map((p) => bytes32(p.x))));
    points.forEach((p, i) => expect(even.toNoble(i).equals(p.y & 1n ? p.negate() : p)).toBe(true));
  });

  test("encodings return as they came", () => {
    const vector = accepted(parseCompressed(compressed));
    expect(vector.allCompressed()).toEqual(joined(...compressed));
    expect(vector.allUncompressed()).toEqual(joined(...uncompressed));
    points.forEach((p, i) => {
      expect(vector.toCompressed(i)).toEqual(compressed[i]);
      expect(vector.toUncompressed(i)).toEqual(uncompressed[i]);
      expect(vector.toXOnly(i)).toEqual(bytes32(p.x));
      expect(vector.hasEvenY(i)).toBe((p.y & 1n) === 0n);
    });
  });

  test("no encodings are an empty vector", () => {
    expect(accepted(parseCompressed([])).length).toBe(0);
    expect(accepted(parseUncompressed(new Uint8Array(0))).length).toBe(0);
  });
});

describe("refused encodings", () => {
  const g33 = G.toBytes(true);
  const g65 = G.toBytes(false);
  const offCurveX = bytes32(5n);

  test.each([
    ["shorter", g33.slice(0, 32), "length"],
    ["longer", joined(g33, Uint8Array.of(0)), "length"],
    ["empty", new Uint8Array(0), "length"],
    ["the identity's single byte", Uint8Array.of(0), "length"],
    ["33 zero bytes", new Uint8Array(33), "prefix"],
    ["prefix 04", joined(Uint8Array.of(4), g33.slice(1)), "prefix"],
    ["prefix 01", joined(Uint8Array.of(1), g33.slice(1)), "prefix"],
    ["x = p", joined(Uint8Array.of(2), bytes32(P)), "coordinate"],
    ["x = p + 1", joined(Uint8Array.of(2), bytes32(P + 1n)), "coordinate"],
    ["x = 2^256 - 1", joined(Uint8Array.of(3), bytes32(2n ** 256n - 1n)), "coordinate"],
    ["x of no point", joined(Uint8Array.of(2), offCurveX), "offCurve"],
    ["x = 0", joined(Uint8Array.of(2), bytes32(0n)), "offCurve"],
    ["65 bytes", g65, "length"],
  ])("compressed: %s", (_, bad, why) => {
    expect(fault(parseCompressed([g33, bad, g33]))).toEqual([1, why]);
    expect(fault(parseCompressedWithHints([g33, bad, g33], [bytes32(G.y), bytes32(G.y), undefined]))).toEqual(
      [1, why],
    );
  });

  test.each([
    ["33 bytes", g33, "length"],
    ["hybrid 06", joined(Uint8Array.of(6), g65.slice(1)), "prefix"],
    ["hybrid 07", joined(Uint8Array.of(7), g65.slice(1)), "prefix"],
    ["prefix 02", joined(Uint8Array.of(2), g65.slice(1)), "prefix"],
    ["all zero", new Uint8Array(65), "prefix"],
    ["x = y = 0", joined(Uint8Array.of(4), new Uint8Array(64)), "offCurve"],
    ["x = p", joined(Uint8Array.of(4), bytes32(P), bytes32(G.y)), "coordinate"],
    ["y = p", joined(Uint8Array.of(4), bytes32(G.x), bytes32(P)), "coordinate"],
    ["y of another point", joined(Uint8Array.of(4), bytes32(G.x), bytes32(G.y + 1n)), "offCurve"],
  ])("uncompressed: %s", (_, bad, why) => {
    expect(fault(parseUncompressed([g65, g65, bad]))).toEqual([2, why]);
  });

  test("a coordinate plus p is refused although it means the same residue", () => {
    // The y of x = 2 is far from p, so y + p overflows; x = 1 + p fits in 256 bits, and x = 1 is on the curve.
    expect(fault(parseXOnly([bytes32(1n)]))).toBe("accepted");
    expect(fault(parseXOnly([bytes32(1n + P)]))).toEqual([0, "coordinate"]);
    expect(fault(parseXOnly([bytes32(5n)]))).toEqual([0, "offCurve"]);
    expect(fault(parseXOnly([g33]))).toEqual([0, "length"]);
  });

  test("a packed array cut short fails at the cut encoding", () => {
    expect(fault(parseCompressed(joined(g33, g33, g33.slice(0, 5))))).toEqual([2, "length"]);
    expect(fault(parseUncompressed(joined(g65, g65.slice(1))))).toEqual([1, "length"]);
  });
});

describe("y hints", () => {
  test("false, non-canonical, mis-sized and missing hints change nothing", () => {
    const hints = [
      bytes32(P - G.y),
      bytes32(0n),
      bytes32(P),
      new Uint8Array(31),
      undefined,
      bytes32(2n ** 256n - 1n),
    ];
    expect(accepted(parseCompressedWithHints(compressed, hints)).equals(vectorOf(points))).toBe(true);
    expect(accepted(parseCompressedWithHints(compressed, [])).equals(vectorOf(points))).toBe(true);
  });
});

describe("point vectors", () => {
  test("equality compares both coordinates", () => {
    const vector = vectorOf(points);
    expect(vector.equals(vector.negate())).toBe(false);
    expect(vector.equalsAt(0, vector.negate())).toBe(false);
    expect(vector.equalsAt(3, vector.negate(), 0)).toBe(true);
    expect(vector.equals(vector.slice(1))).toBe(false);
    expect(vector.equals(PointVector.concat([vector.slice(0, 2), vector.slice(2)]))).toBe(true);
    expect(vector.pick([2, 0]).equals(vectorOf([points[2]!, points[0]!]))).toBe(true);
    expect(vector.at(4).equalsAt(0, vector, 4)).toBe(true);
  });

  test("the identity crosses from noble, is told apart, and has no encoding", () => {
    const vector = vectorOf([G, point(0n), G]);
    expect([vector.isIdentity(0), vector.isIdentity(1), vector.hasIdentity()]).toEqual([false, true, true]);
    expect(vectorOf([G]).hasIdentity()).toBe(false);
    expect(vector.toNoble(1).is0()).toBe(true);
    expect(vector.negate().isIdentity(1)).toBe(true);
    expect(vector.equals(vector.at(1))).toBe(false);
    for (const encode of [
      () => vector.toCompressed(1),
      () => vector.toUncompressed(1),
      () => vector.toXOnly(1),
      () => vector.hasEvenY(1),
      () => vector.allCompressed(),
      () => vector.allUncompressed(),
    ]) {
      expect(encode).toThrow();
    }
  });

  test("an index outside is misuse", () => {
    expect(() => vectorOf([G]).toCompressed(1)).toThrow(RangeError);
    expect(() => vectorOf([G]).at(-1)).toThrow(RangeError);
  });

  test("random points survive every round trip", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 1n, max: N - 1n }), { maxLength: 8 }), (scalars) => {
        const list = scalars.map(point);
        const vector = vectorOf(list);
        expect(accepted(parseCompressed(vector.allCompressed())).equals(vector)).toBe(true);
        expect(accepted(parseUncompressed(vector.allUncompressed())).equals(vector)).toBe(true);
        list.forEach((p, i) => expect(vector.toNoble(i).equals(p)).toBe(true));
      }),
      { numRuns: 50 },
    );
  });
});
