import { refuse } from "../../refusal.ts";

/** Largest element a script may push (BIP 342 keeps the limit). */
const maxElement = 520;
const maxStack = 1000;

/** The stack of one script run, with the numbers and truth values of script. Every misuse refuses the spend. */
export class ScriptStack {
  readonly #items: Uint8Array[];
  readonly #alt: Uint8Array[] = [];

  constructor(items: readonly Uint8Array[]) {
    this.#items = [...items];
    for (const item of items) this.#check(item);
  }

  #check(item: Uint8Array): void {
    if (item.length > maxElement) refuse("scriptMalformed", `a stack element of ${item.length} bytes`);
    if (this.#items.length + this.#alt.length > maxStack)
      refuse("scriptMalformed", "more than 1000 stack elements");
  }

  get size(): number {
    return this.#items.length;
  }
  push(item: Uint8Array): void {
    this.#items.push(item);
    this.#check(item);
  }
  pop(): Uint8Array {
    return this.#items.pop() ?? refuse("scriptMalformed", "the stack is empty");
  }
  /** The element `depth` below the top. */
  peek(depth = 0): Uint8Array {
    return this.#items[this.#items.length - 1 - depth] ?? refuse("scriptMalformed", "the stack is too short");
  }
  /** Takes out the element `depth` below the top. */
  remove(depth: number): Uint8Array {
    const [item] = this.#items.splice(this.#items.length - 1 - depth, 1);
    return depth < 0 || item === undefined ? refuse("scriptMalformed", "the stack is too short") : item;
  }
  toAlt(): void {
    this.#alt.push(this.pop());
  }
  fromAlt(): void {
    this.push(this.#alt.pop() ?? refuse("scriptMalformed", "the second stack is empty"));
  }

  popNumber(maxBytes = 4): bigint {
    return readNumber(this.pop(), maxBytes);
  }
  pushNumber(value: bigint): void {
    this.push(writeNumber(value));
  }
  pushBool(value: boolean): void {
    this.push(value ? Uint8Array.of(1) : new Uint8Array());
  }
  popBool(): boolean {
    return isTrue(this.pop());
  }
}

/** Any byte set, except a lone sign bit, is true. */
export function isTrue(item: Uint8Array): boolean {
  return item.some((byte, i) => byte !== 0 && !(i === item.length - 1 && byte === 0x80));
}

/** A CScriptNum, minimally encoded. */
export function readNumber(item: Uint8Array, maxBytes: number): bigint {
  if (item.length > maxBytes) refuse("scriptMalformed", `a number of ${item.length} bytes`);
  if (item.length === 0) return 0n;
  const last = item[item.length - 1] ?? 0;
  if ((last & 0x7f) === 0 && (item.length === 1 || ((item[item.length - 2] ?? 0) & 0x80) === 0)) {
    refuse("scriptMalformed", "a number is not in its shortest form");
  }
  let value = 0n;
  for (let i = item.length - 1; i >= 0; i--)
    value = (value << 8n) | BigInt((item[i] ?? 0) & (i === item.length - 1 ? 0x7f : 0xff));
  return (last & 0x80) === 0 ? value : -value;
}

/** The shortest CScriptNum of a value. */
export function writeNumber(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= 8n) bytes.push(Number(rest & 0xffn));
  const top = bytes[bytes.length - 1];
  if (top === undefined) return new Uint8Array();
  if ((top & 0x80) !== 0) bytes.push(value < 0n ? 0x80 : 0);
  else if (value < 0n) bytes[bytes.length - 1] = top | 0x80;
  return Uint8Array.from(bytes);
}
