import { readFileSync } from "node:fs";

/**
 * Worst cases of the field arithmetic. A field element is here its vector of bounds: what each limb is at most in
 * absolute value. `runBounds` carries bounds through the statements of a function of `field-mul.ts` as they are
 * written there, and throws where a sum could reach 2⁵³, a cut is not of the number it rounds, or a scaling is
 * not exact. It knows no statement but those forms, so a change of the code it does not understand fails.
 */

export const LIMBS = 11;
const EXACT = 2n ** 53n;
const source = readFileSync(new URL("../field-mul.ts", import.meta.url), "utf8");

/** Bounds of magnitude m with the slack that the carries are allowed. */
export const SLACK = 1.01;
export const magnitude = (m: number): number[] =>
  Array.from({ length: LIMBS }, (_, i) => Math.ceil(m * SLACK * (i === 10 ? 2 ** 15 : 2 ** 23)));

interface Value {
  bound: bigint;
  /** Power of two that it is a multiple of. */
  step: bigint;
  /** Where this is another variable rounded: which, at which write, and what the difference is at most. */
  rounds?: { name: string; write: number; remainder: bigint };
}

const constants = new Map<string, bigint>(
  [...source.matchAll(/^const (E|F) = (\d+);/gm)].map((m) => [m[1]!, BigInt(m[2]!)]),
);
const rounding = new Map([
  ["R24", 24n],
  ["R16", 16n],
]);
for (const [name, bits] of rounding) {
  if (!source.includes(`const ${name} = 3 * 2 ** ${51n + bits};`)) throw new Error(`${name} changed`);
  if (!source.includes(`const S${bits} = 2 ** -${bits};`)) throw new Error(`S${bits} changed`);
}

function statementsOf(name: string): string[] {
  const start = source.indexOf(`export function ${name}(`);
  const end = source.indexOf("\n}\n", start);
  if (start < 0 || end < 0) throw new Error(`no function ${name}`);
  const body = source.slice(source.indexOf("{", start) + 1, end);
  return body
    .replace(/for \(let i = 0; i < times; i\+\+\) \{/, "")
    .replaceAll("}", "")
    .split(";")
    .map((statement) => statement.replaceAll(/\s+/g, " ").trim())
    .filter((statement) => statement !== "" && statement !== "let t: number");
}

const known = new Map<string, readonly number[]>();

/** The bounds of `out` after `mul(out, a, b)` or one round of `sqrTimes(out, a)`. */
export function runBounds(
  name: "mul" | "sqrTimes",
  a: readonly number[],
  b: readonly number[] = [],
): readonly number[] {
  const key = `${name} ${a.join()} ${b.join()}`;
  const result = known.get(key) ?? interpret(name, a, b);
  known.set(key, result);
  return result;
}

function interpret(name: "mul" | "sqrTimes", a: readonly number[], b: readonly number[] = []): number[] {
  const variables = new Map<string, Value>();
  const writes = new Map<string, number>();
  const out: number[] = [];
  const read = (variable: string): Value => {
    const value = variables.get(variable);
    if (value === undefined) throw new Error(`${variable} read before it is written`);
    return value;
  };
  const write = (variable: string, value: Value): void => {
    if (value.bound >= EXACT * value.step) throw new Error(`${name}: ${variable} may reach ${value.bound}`);
    writes.set(variable, (writes.get(variable) ?? 0) + 1);
    variables.set(variable, value);
  };
  const factor = (text: string): Value => {
    const constant = /^\d+$/.test(text) ? BigInt(text) : constants.get(text);
    return constant === undefined ? read(text) : { bound: constant, step: 1n };
  };
  const scaled = (value: Value, bits: bigint): Value => {
    if (value.step < 2n ** bits) throw new Error(`${name}: inexact scaling`);
    return { bound: value.bound >> bits, step: value.step >> bits };
  };
  const term = (text: string): Value => {
    const [first = "", second] = text.split(" * ");
    const left = factor(first);
    if (second === undefined) return left;
    if (second === "S24" || second === "S16") return scaled(left, BigInt(second.slice(1)));
    const right = factor(second);
    return { bound: left.bound * right.bound, step: left.step * right.step };
  };
  const total = (values: readonly Value[]): Value => {
    const step = values.reduce((least, v) => (v.step < least ? v.step : least), values[0]!.step);
    return { bound: values.reduce((sum, v) => sum + v.bound, 0n), step };
  };

  for (const statement of statementsOf(name)) {
    const load = /^(?:const|let) ([ab])(\d+) = [ab]\[[ab]o(?: \+ (\d+))?\] as number$/.exec(statement);
    if (load) {
      if ((load[3] ?? "0") !== load[2]) throw new Error(`limb ${load[2]} loads another`);
      write(load[1]! + load[2], { bound: BigInt((load[1] === "a" ? a : b)[Number(load[2])]!), step: 1n });
      continue;
    }
    const store = /^out\[o(?: \+ (\d+))?\] = (\w+)$/.exec(statement);
    if (store) {
      out[Number(store[1] ?? 0)] = Number(read(store[2]!).bound);
      continue;
    }
    const round = /^(?:const )?(\w+) = (\w+) \+ (R\d+) - (R\d+)$/.exec(statement);
    if (round && round[3] === round[4]) {
      const bits = rounding.get(round[3]!)!;
      const value = read(round[2]!);
      const half = 2n ** (bits - 1n);
      const rounded = ((value.bound + half) >> bits) << bits;
      const rounds = { name: round[2]!, write: writes.get(round[2]!)!, remainder: half };
      write(round[1]!, { bound: rounded, step: 2n ** bits, rounds });
      continue;
    }
    const cut = /^(\w+) -= (\w+)$/.exec(statement);
    if (cut) {
      const { rounds } = read(cut[2]!);
      if (rounds?.name !== cut[1] || rounds?.write !== writes.get(cut[1]!)) {
        throw new Error(`${name}: ${statement} is no cut`);
      }
      write(cut[1]!, { bound: rounds!.remainder, step: 1n });
      continue;
    }
    const scaling = /^(\w+) \*= S(\d+)$/.exec(statement);
    if (scaling) {
      write(scaling[1]!, scaled(read(scaling[1]!), BigInt(scaling[2]!)));
      continue;
    }
    const sum = /^(?:const |let )?(\w+) (=|\+=) ([\w+* ]+)$/.exec(statement);
    if (!sum) throw new Error(`${name}: what is "${statement}"?`);
    const values = sum[3]!.split(" + ").map(term);
    write(sum[1]!, total(sum[2] === "+=" ? [read(sum[1]!), ...values] : values));
  }
  if (out.length !== LIMBS || out.includes(NaN)) throw new Error(`${name} writes ${out.length} limbs`);
  return out;
}
