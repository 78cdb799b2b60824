import { ripemd160, sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { ScriptFault } from "./fault.ts";
import { decodeNumber, encodeNumber, isTrue } from "./number.ts";

/** What a running script may ask of the transaction around it (BIP 342). */
export interface TapscriptContext {
  /** True for a valid BIP-340 signature of this input by `publicKey`; throws a fault for malformed ones. */
  readonly checkSignature: (signature: Uint8Array, publicKey: Uint8Array, codeSeparator: number) => boolean;
  /** Throws unless the input's nSequence satisfies this relative lock (BIP 112). */
  readonly checkSequence: (lock: bigint) => void;
  /** Throws unless the transaction's nLockTime satisfies this lock (BIP 65). */
  readonly checkLockTime: (lock: bigint) => void;
  /** Serialized size of the input's witness: its signature budget is 50 more. */
  readonly witnessSize: number;
}

const largestElement = 520;
const deepestStack = 1000;
const emptyElement = new Uint8Array(0);
const one = Uint8Array.of(1);

/** Opcodes that make any spend valid in consensus (BIP 342): no node relays them, and neither do we. */
const isSuccess = (op: number): boolean =>
  op === 80 ||
  op === 98 ||
  (op >= 126 && op <= 129) ||
  (op >= 131 && op <= 134) ||
  (op >= 137 && op <= 138) ||
  (op >= 141 && op <= 142) ||
  (op >= 149 && op <= 153) ||
  (op >= 187 && op <= 254);

interface Instruction {
  readonly op: number;
  readonly data: Uint8Array | null;
  /** Ordinal of the opcode, as OP_CODESEPARATOR commits to it. */
  readonly position: number;
}

/** Splits a script into opcodes; refuses truncated and non-minimal pushes and success opcodes. */
function instructions(script: Uint8Array): Instruction[] {
  const list: Instruction[] = [];
  for (let at = 0; at < script.length;) {
    const op = script[at++] ?? 0;
    if (isSuccess(op)) throw new ScriptFault("script-opcode", `OP_SUCCESS${op} is not relayed`);
    let data: Uint8Array | null = null;
    if (op <= 78) {
      const width = op < 76 ? 0 : 1 << (op - 76);
      let length = op < 76 ? op : 0;
      for (let i = 0; i < width; i++) length += (script[at + i] ?? 0) * 2 ** (8 * i);
      at += width;
      if (at + length > script.length) throw new ScriptFault("script-push", "the script ends inside a push");
      data = script.subarray(at, at + length);
      at += length;
      if (!isMinimalPush(op, data))
        throw new ScriptFault("script-push", "a push that is not in its shortest form");
    }
    list.push({ op, data, position: list.length });
  }
  return list;
}

function isMinimalPush(op: number, data: Uint8Array): boolean {
  if (data.length === 0) return op === 0;
  const [first = 0] = data;
  if (data.length === 1 && ((first >= 1 && first <= 16) || first === 0x81)) return false;
  if (data.length <= 75) return op === data.length;
  return data.length <= 255 ? op === 76 : data.length <= 65535 ? op === 77 : op === 78;
}

/**
 * Runs a tapscript leaf over an initial stack and throws a `ScriptFault` unless it ends with exactly one true element. Opcodes that
 * tapscript disables, and success opcodes, are refused.
 */
export function runTapscript(
  script: Uint8Array,
  stack: readonly Uint8Array[],
  context: TapscriptContext,
): void {
  if (stack.some((element) => element.length > largestElement))
    throw new ScriptFault("script-size", "an element above 520 bytes");
  const machine = new Machine([...stack], context);
  for (const instruction of instructions(script)) machine.execute(instruction);
  machine.finish();
}

class Machine {
  readonly #stack: Uint8Array[];
  readonly #altStack: Uint8Array[] = [];
  readonly #branches: boolean[] = [];
  readonly #context: TapscriptContext;
  #sigopBudget: number;
  #codeSeparator = 0xffffffff;

  constructor(stack: Uint8Array[], context: TapscriptContext) {
    this.#stack = stack;
    this.#context = context;
    this.#sigopBudget = 50 + context.witnessSize;
  }

  execute({ op, data, position }: Instruction): void {
    if (data !== null && data.length > largestElement)
      throw new ScriptFault("script-size", "a push above 520 bytes");
    const running = this.#branches.every((taken) => taken);
    if (op >= 99 && op <= 104) this.#branch(op, running);
    else if (running && data !== null) this.#push(data);
    else if (running) this.#operate(op, position);
    if (this.#stack.length + this.#altStack.length > deepestStack)
      throw new ScriptFault("script-stack", "more than 1000 elements");
  }

  finish(): void {
    if (this.#branches.length > 0) throw new ScriptFault("script-balance", "an IF without its ENDIF");
    const [top, ...rest] = this.#stack;
    if (top === undefined || rest.length > 0)
      throw new ScriptFault("script-stack", "the script must leave exactly one element");
    if (!isTrue(top)) throw new ScriptFault("script-false", "the script ended false");
  }

  #branch(op: number, running: boolean): void {
    switch (op) {
      case 99: // IF
      case 100: {
        // NOTIF
        let taken = false;
        if (running) {
          const condition = this.#pop();
          if (condition.length > 1 || (condition.length === 1 && condition[0] !== 1)) {
            throw new ScriptFault("script-minimalif", "a condition must be empty or 01");
          }
          taken = (condition.length === 1) === (op === 99);
        }
        this.#branches.push(taken);
        return;
      }
      case 103: {
        // ELSE
        const taken = this.#branches.pop();
        if (taken === undefined) throw new ScriptFault("script-balance", "ELSE without IF");
        this.#branches.push(!taken);
        return;
      }
      case 104: // ENDIF
        if (this.#branches.pop() === undefined) throw new ScriptFault("script-balance", "ENDIF without IF");
        return;
      default: // VERIF, VERNOTIF: invalid even where they are not run
        throw new ScriptFault("script-opcode", `opcode ${op}`);
    }
  }

  #operate(op: number, position: number): void {
    if (op === 79) {
      this.#push(encodeNumber(-1n));
      return;
    }
    if (op >= 81 && op <= 96) {
      this.#push(encodeNumber(BigInt(op - 80)));
      return;
    }
    const operation = operations[op];
    if (operation === undefined) throw new ScriptFault("script-opcode", `opcode ${op}`);
    operation(this.#tools, position);
  }

  readonly #tools: Tools = {
    pop: () => this.#pop(),
    push: (element) => this.#push(element),
    popNumber: (maxLength) => decodeNumber(this.#pop(), maxLength),
    peek: (depth) => this.#peek(depth),
    remove: (depth) => {
      this.#peek(depth);
      return this.#stack.splice(this.#stack.length - 1 - depth, 1)[0] ?? emptyElement;
    },
    depth: () => this.#stack.length,
    alt: this.#altStack,
    separate: (position) => (this.#codeSeparator = position),
    checkSequence: (lock) => this.#context.checkSequence(lock),
    checkLockTime: (lock) => this.#context.checkLockTime(lock),
    checkSignature: (signature, publicKey) => {
      if (publicKey.length === 0) throw new ScriptFault("script-signature", "an empty public key");
      if (signature.length === 0) return false;
      this.#sigopBudget -= 50;
      if (this.#sigopBudget < 0)
        throw new ScriptFault("script-sigops", "too many signature checks for this witness");
      // Keys of other lengths succeed in consensus to leave room for upgrades; no node relays them.
      if (publicKey.length !== 32) throw new ScriptFault("script-signature", "a public key of unknown type");
      if (!this.#context.checkSignature(signature, publicKey, this.#codeSeparator)) {
        throw new ScriptFault("script-signature", "the signature is not by this key over this input");
      }
      return true;
    },
  };

  #push(element: Uint8Array): void {
    this.#stack.push(element);
  }
  #pop(): Uint8Array {
    return this.#stack.pop() ?? fail("the stack is empty");
  }
  #peek(depth: number): Uint8Array {
    return this.#stack[this.#stack.length - 1 - depth] ?? fail("the stack is too short");
  }
}

const fail = (detail: string): never => {
  throw new ScriptFault("script-stack", detail);
};

/** What an operation may touch. */
interface Tools {
  readonly pop: () => Uint8Array;
  readonly push: (element: Uint8Array) => void;
  readonly popNumber: (maxLength?: number) => bigint;
  readonly peek: (depth: number) => Uint8Array;
  readonly remove: (depth: number) => Uint8Array;
  readonly depth: () => number;
  readonly alt: Uint8Array[];
  readonly separate: (position: number) => void;
  readonly checkSequence: (lock: bigint) => void;
  readonly checkLockTime: (lock: bigint) => void;
  readonly checkSignature: (signature: Uint8Array, publicKey: Uint8Array) => boolean;
}

type Operation = (tools: Tools, position: number) => void;

const verify = (condition: boolean, name: string): void => {
  if (!condition) throw new ScriptFault("script-verify", `${name} failed`);
};
const bool = (value: boolean): Uint8Array => (value ? one : emptyElement);
const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

const unary =
  (compute: (a: bigint) => bigint): Operation =>
  (t) =>
    t.push(encodeNumber(compute(t.popNumber())));
const binary =
  (compute: (a: bigint, b: bigint) => bigint | boolean): Operation =>
  (t) => {
    const b = t.popNumber();
    const result = compute(t.popNumber(), b);
    t.push(typeof result === "boolean" ? bool(result) : encodeNumber(result));
  };
const hash =
  (compute: (bytes: Uint8Array) => Uint8Array): Operation =>
  (t) =>
    t.push(compute(t.pop()));
/** Copies the elements at these depths (0 = top, before anything is pushed), deepest first. */
const copy =
  (...depths: readonly number[]): Operation =>
  (t) => {
    for (const element of depths.map((depth) => t.peek(depth))) t.push(element);
  };
const repeatRemove = (t: Tools, depth: number, times: number): void => {
  const moved = Array.from({ length: times }, () => t.remove(depth));
  moved.forEach(t.push);
};
const pickDepth = (t: Tools): number => {
  const depth = t.popNumber();
  if (depth < 0n || depth >= BigInt(t.depth())) fail("a depth outside the stack");
  return Number(depth);
};

/** Opcode number to effect. What is missing is refused: disabled, reserved or unknown in tapscript. */
const operations: Readonly<Record<number, Operation>> = {
  97: () => undefined, // NOP
  105: (t) => verify(isTrue(t.pop()), "VERIFY"),
  106: () => verify(false, "RETURN"),
  107: (t) => void t.alt.push(t.pop()), // TOALTSTACK
  108: (t) => t.push(t.alt.pop() ?? fail("the alternate stack is empty")),
  109: (t) => {
    // 2DROP
    t.pop();
    t.pop();
  },
  110: copy(1, 0), // 2DUP
  111: copy(2, 1, 0), // 3DUP
  112: copy(3, 2), // 2OVER
  113: (t) => repeatRemove(t, 5, 2), // 2ROT
  114: (t) => repeatRemove(t, 3, 2), // 2SWAP
  115: (t) => (isTrue(t.peek(0)) ? t.push(t.peek(0)) : undefined), // IFDUP
  116: (t) => t.push(encodeNumber(BigInt(t.depth()))),
  117: (t) => void t.pop(), // DROP
  118: copy(0), // DUP
  119: (t) => void t.remove(1), // NIP
  120: copy(1), // OVER
  121: (t) => t.push(t.peek(pickDepth(t))), // PICK
  122: (t) => t.push(t.remove(pickDepth(t))), // ROLL
  123: (t) => t.push(t.remove(2)), // ROT
  124: (t) => t.push(t.remove(1)), // SWAP
  125: (t) => {
    // TUCK
    const [top, below] = [t.pop(), t.pop()];
    [top, below, top].forEach(t.push);
  },
  130: (t) => t.push(encodeNumber(BigInt(t.peek(0).length))), // SIZE
  135: (t) => t.push(bool(same(t.pop(), t.pop()))), // EQUAL
  136: (t) => verify(same(t.pop(), t.pop()), "EQUALVERIFY"),
  139: unary((a) => a + 1n),
  140: unary((a) => a - 1n),
  143: unary((a) => -a),
  144: unary((a) => (a < 0n ? -a : a)),
  145: unary((a) => (a === 0n ? 1n : 0n)), // NOT
  146: unary((a) => (a === 0n ? 0n : 1n)), // 0NOTEQUAL
  147: binary((a, b) => a + b),
  148: binary((a, b) => a - b),
  154: binary((a, b) => a !== 0n && b !== 0n),
  155: binary((a, b) => a !== 0n || b !== 0n),
  156: binary((a, b) => a === b),
  157: (t) => verify(t.popNumber() === t.popNumber(), "NUMEQUALVERIFY"),
  158: binary((a, b) => a !== b),
  159: binary((a, b) => a < b),
  160: binary((a, b) => a > b),
  161: binary((a, b) => a <= b),
  162: binary((a, b) => a >= b),
  163: binary((a, b) => (a < b ? a : b)),
  164: binary((a, b) => (a > b ? a : b)),
  165: (t) => {
    // WITHIN
    const [max, min, value] = [t.popNumber(), t.popNumber(), t.popNumber()];
    t.push(bool(min <= value && value < max));
  },
  166: hash(ripemd160),
  167: hash(sha1),
  168: hash(sha256),
  169: hash((bytes) => ripemd160(sha256(bytes))),
  170: hash((bytes) => sha256(sha256(bytes))),
  171: (t, position) => t.separate(position),
  172: (t) => {
    const publicKey = t.pop();
    t.push(bool(t.checkSignature(t.pop(), publicKey)));
  },
  173: (t) => {
    const publicKey = t.pop();
    verify(t.checkSignature(t.pop(), publicKey), "CHECKSIGVERIFY");
  },
  177: (t) => t.checkLockTime(decodeNumber(t.peek(0), 5)),
  178: (t) => t.checkSequence(decodeNumber(t.peek(0), 5)),
  186: (t) => {
    // CHECKSIGADD
    const publicKey = t.pop();
    const count = t.popNumber();
    t.push(encodeNumber(count + (t.checkSignature(t.pop(), publicKey) ? 1n : 0n)));
  },
};
