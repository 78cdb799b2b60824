import { toHex } from "../../bytes.ts";
import { Refusal } from "../../refusal.ts";

/** Fails unless both are equal; bytes compare as bytes, the rest as JSON with bigints. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [show(actual), show(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b}, got ${a}`);
}

export function truthy(value: unknown, what: string): asserts value {
  if (value === false || value === null || value === undefined) throw new Error(what);
}

/** Fails unless `f` refuses with this code. */
export async function refuses(f: () => unknown, code: string, what: string): Promise<void> {
  try {
    await f();
  } catch (error) {
    if (error instanceof Refusal && error.code === code) return;
    throw new Error(`${what}: expected ${code}, got ${String(error)}`, { cause: error });
  }
  throw new Error(`${what}: nothing was refused`);
}

const show = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    typeof one === "bigint" ? `${one.toString()}n` : one instanceof Uint8Array ? toHex(one) : one,
  );
