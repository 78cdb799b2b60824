/**
 * `npx tsx bench/math.ts`: the arithmetic on public points (`lib/frost/math`) beside `@noble/curves`' own operations, on
 * the work that a key generation of 67-of-100 and a signature by 67 do. Medians of paired runs in one process; `us`
 * counts per item (point, product, identifier).
 */
import { mulAddUnsafe, normalizeZ } from "@noble/curves/abstract/curve.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { cpus } from "node:os";
import {
  checkEvaluations,
  columnSums,
  evaluateCommitment,
  evaluateCommitmentAt,
  generatorMultiples,
  isZeroCombination,
  linearCombination,
  mulAdd,
  parseCompressed,
  parseCompressedWithHints,
  parseUncompressed,
  type ParsedPoints,
  type PointVector,
  scaleEach,
} from "../lib/frost/math/index.ts";
import { median, timed } from "./frost/measure.ts";

const { Point } = secp256k1;
const N = Point.Fn.ORDER;
const n = 100;
const t = 67;

/** Scalars without structure, the same in every run. */
const scalarAt = (i: number): bigint => 3n ** BigInt(400 + i) % N;
const scalars = Array.from({ length: n * t }, (_, i) => scalarAt(i));
const short = scalars.map((scalar) => scalar >> 128n);
const start = timed(() => generatorMultiples([scalarAt(1)])).ms;
const points = generatorMultiples(scalars);
const noble = scalars.map((_, i) => points.toNoble(i));
const compressed = points.allCompressed();
const uncompressed = points.allUncompressed();
const hints = scalars.map((_, i) => uncompressed.slice(65 * i + 33, 65 * i + 65));
const rows = Array.from({ length: n }, (_, j) => points.slice(j * t, (j + 1) * t));
const commitment = points.slice(0, t);
const xs = Array.from({ length: n }, (_, i) => BigInt(i + 1));
const values = evaluateCommitmentAt(commitment, xs);
const powers = (x: bigint): bigint[] => Array.from({ length: t }, (_, k) => x ** BigInt(k) % N);

const accepted = (parsed: ParsedPoints): PointVector => {
  if (!parsed.ok) throw new Error(`point ${parsed.index}: ${parsed.fault}`);
  return parsed.points;
};

interface Job {
  readonly name: string;
  readonly items: number;
  readonly pairs: number;
  readonly ours: () => unknown;
  readonly noble: () => unknown;
}

const jobs: readonly Job[] = [
  {
    name: "points from 33 bytes",
    items: n * t,
    pairs: 5,
    ours: () => accepted(parseCompressed(compressed)),
    noble: () => noble.map((_, i) => Point.fromBytes(compressed.subarray(33 * i, 33 * i + 33))),
  },
  {
    name: "points from 33 bytes with y",
    items: n * t,
    pairs: 5,
    ours: () => accepted(parseCompressedWithHints(compressed, hints)),
    noble: () => noble.map((_, i) => Point.fromBytes(uncompressed.subarray(65 * i, 65 * i + 65))),
  },
  {
    name: "points from 65 bytes",
    items: n * t,
    pairs: 5,
    ours: () => accepted(parseUncompressed(uncompressed)),
    noble: () => noble.map((_, i) => Point.fromBytes(uncompressed.subarray(65 * i, 65 * i + 65))),
  },
  {
    name: "points to 33 bytes",
    items: n * t,
    pairs: 5,
    ours: () => points.allCompressed(),
    noble: () => noble.map((point) => point.toBytes(true)),
  },
  {
    name: "sum of 100 commitments of 67",
    items: n * t,
    pairs: 9,
    ours: () => columnSums(rows),
    noble: () => {
      const sums = noble.slice(0, t);
      for (let j = 1; j < n; j++) for (let k = 0; k < t; k++) sums[k] = sums[k]!.add(noble[j * t + k]!);
      return normalizeZ(Point, sums);
    },
  },
  {
    name: "batch of 100 proofs",
    items: n,
    pairs: 5,
    ours: () =>
      isZeroCombination(points.slice(0, 2 * n), [...short.slice(0, n), ...scalars.slice(0, n)], scalarAt(9)),
    noble: () =>
      mulAddUnsafe(
        Point,
        [...noble.slice(0, 2 * n), Point.BASE],
        [...short.slice(0, n), ...scalars.slice(0, n), scalarAt(9)],
      ),
  },
  {
    name: "100 verifying shares derived",
    items: n,
    pairs: 3,
    ours: () => evaluateCommitmentAt(commitment, xs),
    noble: () => xs.map((x) => mulAddUnsafe(Point, noble.slice(0, t), powers(x))),
  },
  {
    name: "100 verifying shares checked",
    items: n,
    pairs: 3,
    ours: () => {
      if (!checkEvaluations(commitment, xs, values, short.slice(0, n))) throw new Error("check failed");
    },
    noble: () => xs.map((x) => mulAddUnsafe(Point, noble.slice(0, t), powers(x))),
  },
  {
    name: "one verifying share",
    items: 1,
    pairs: 21,
    ours: () => evaluateCommitment(commitment, 100n),
    noble: () => mulAddUnsafe(Point, noble.slice(0, t), powers(100n)),
  },
  {
    name: "multi-scalar product of 67",
    items: t,
    pairs: 21,
    ours: () => linearCombination(commitment, scalars.slice(0, t)),
    noble: () => mulAddUnsafe(Point, noble.slice(0, t), scalars.slice(0, t)),
  },
  {
    name: "multi-scalar product of 300",
    items: 300,
    pairs: 7,
    ours: () => linearCombination(points.slice(0, 300), scalars.slice(0, 300)),
    noble: () => mulAddUnsafe(Point, noble.slice(0, 300), scalars.slice(0, 300)),
  },
  {
    name: "aP + bG",
    items: 20,
    pairs: 21,
    ours: () => scalars.slice(0, 20).map((a, i) => mulAdd(a, points, scalarAt(i + 50), i)),
    noble: () => scalars.slice(0, 20).map((a, i) => noble[i]!.mulAddUnsafe(a, Point.BASE, scalarAt(i + 50))),
  },
  {
    name: "aP",
    items: 20,
    pairs: 21,
    ours: () => scaleEach(points.slice(0, 20), scalars.slice(0, 20)),
    noble: () => scalars.slice(0, 20).map((a, i) => noble[i]!.multiplyUnsafe(a)),
  },
  {
    name: "bG",
    items: 20,
    pairs: 21,
    ours: () => generatorMultiples(scalars.slice(0, 20)),
    noble: () => scalars.slice(0, 20).map((b) => Point.BASE.multiplyUnsafe(b)),
  },
];

console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, node ${process.version}, ${new Date().toISOString()}`,
);
console.log(`first multiple of G, tables and compilation included: ${start.toFixed(1)} ms`);
console.log(
  `${"".padEnd(32)}${"ours ms".padStart(10)}${"us each".padStart(10)}${"noble ms".padStart(10)}${"ratio".padStart(8)}`,
);
for (const { name, items, pairs, ours, noble: theirs } of jobs) {
  if (pairs > 3) {
    ours();
    theirs();
  }
  const runs = Array.from({ length: pairs }, () => ({ ours: timed(ours).ms, noble: timed(theirs).ms }));
  const ms = median(runs.map((run) => run.ours));
  const cells = [
    ms.toFixed(2),
    ((ms * 1000) / items).toFixed(2),
    median(runs.map((run) => run.noble)).toFixed(1),
    `${median(runs.map((run) => run.noble / run.ours)).toFixed(1)}x`,
  ];
  console.log(name.padEnd(32) + cells.map((cell, i) => cell.padStart(i === 3 ? 8 : 10)).join(""));
}
