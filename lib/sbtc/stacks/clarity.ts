import { Cl, ClarityType, type ClarityValue, type TupleCV } from "@stacks/transactions";
import { hexToBytes } from "@noble/hashes/utils.js";
import { quote } from "../bytes.ts";
import { refuse } from "../refusal.ts";

// Values from a node are hostile: every reader checks the type and refuses with `nodeAnswerMalformed`.

/** Reads a value from its hex consensus form, with or without 0x. */
export function parseClarity(hex: string): ClarityValue {
  try {
    return Cl.deserialize(hex);
  } catch {
    return refuse("nodeAnswerMalformed", `not a Clarity value: ${quote(hex)}`);
  }
}

export function readUint(value: ClarityValue): bigint {
  return value.type === ClarityType.UInt ? BigInt(value.value) : wrong(value, "an unsigned integer");
}

/** A number that fits a JavaScript integer, such as a block height. */
export function readSmallUint(value: ClarityValue): number {
  const number = Number(readUint(value));
  return Number.isSafeInteger(number) ? number : wrong(value, "a small unsigned integer");
}

export function readBool(value: ClarityValue): boolean {
  if (value.type === ClarityType.BoolTrue) return true;
  return value.type === ClarityType.BoolFalse ? false : wrong(value, "a boolean");
}

export function readPrincipal(value: ClarityValue): string {
  return value.type === ClarityType.PrincipalStandard || value.type === ClarityType.PrincipalContract
    ? value.value
    : wrong(value, "a principal");
}

export function readText(value: ClarityValue): string {
  return value.type === ClarityType.StringASCII || value.type === ClarityType.StringUTF8
    ? value.value
    : wrong(value, "a text");
}

/** @param length exact number of bytes; left out, any number */
export function readBuffer(value: ClarityValue, length?: number): Uint8Array {
  if (value.type !== ClarityType.Buffer) return wrong(value, "a buffer");
  const bytes = hexToBytes(value.value);
  return length === undefined || bytes.length === length ? bytes : wrong(value, `${length} bytes`);
}

export function readOptional<T>(value: ClarityValue, read: (inner: ClarityValue) => T): T | null {
  if (value.type === ClarityType.OptionalNone) return null;
  return value.type === ClarityType.OptionalSome ? read(value.value) : wrong(value, "an optional value");
}

export function readList<T>(value: ClarityValue, read: (item: ClarityValue) => T): T[] {
  return value.type === ClarityType.List ? value.value.map(read) : wrong(value, "a list");
}

/** The value inside `(ok …)`. */
export function readOk(value: ClarityValue): ClarityValue {
  return value.type === ClarityType.ResponseOk ? value.value : wrong(value, "an ok response");
}

/** A tuple's fields by name: `readFields(value)("amount")`. A field that is missing refuses. */
export function readFields(value: ClarityValue): (name: string) => ClarityValue {
  if (value.type !== ClarityType.Tuple) return wrong(value, "a tuple");
  const fields: TupleCV["value"] = value.value;
  return (name) =>
    Object.hasOwn(fields, name) ? (fields[name] ?? wrong(value, name)) : wrong(value, `a field ${name}`);
}

function wrong(value: ClarityValue, expected: string): never {
  return refuse("nodeAnswerMalformed", `expected ${expected}, got ${quote(Cl.stringify(value))}`);
}
