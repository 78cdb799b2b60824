import { ripemd160, sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { hash256, sameBytes } from "../../bytes.ts";
import { refuse } from "../../refusal.ts";
import { isOpSuccess } from "../script.ts";
import { isTrue, ScriptStack } from "./stack.ts";
import { checkAbsoluteLock, checkRelativeLock, type LockFields } from "./locks.ts";

/** What a tapscript run needs from the transaction around it. */
export interface TapscriptContext extends LockFields {
  /** Checks a BIP 340 signature of this input; `codeSeparator` is the position of the last one run. */
  readonly checkSignature: (signature: Uint8Array, key: Uint8Array, codeSeparator: number) => void;
  /** Serialized size of the input's whole witness, for the signature budget of BIP 342. */
  readonly witnessSize: number;
}

type Run = {
  readonly stack: ScriptStack;
  readonly context: TapscriptContext;
  codeSeparator: number;
  budget: number;
};

/**
 * Runs a tapscript (BIP 342) and refuses the spend unless exactly one true element is left.
 * OP_SUCCESS and upgradable opcodes are refused, as relaying nodes do: no script of ours uses them.
 * @throws Refusal
 */
export function runTapscript(
  script: Uint8Array,
  witness: readonly Uint8Array[],
  context: TapscriptContext,
): void {
  checkOpcodes(script);
  const run: Run = {
    stack: new ScriptStack(witness),
    context,
    codeSeparator: 0xffff_ffff,
    budget: 50 + context.witnessSize,
  };
  const branches: boolean[] = [];
  let position = 0;
  for (let at = 0; at < script.length; position++) {
    const op = script[at] ?? 0;
    const { data, end } = readElement(script, at);
    at = end;
    const active = branches.every(Boolean);
    if (op >= 0x63 && op <= 0x68 && op !== 0x65 && op !== 0x66) branch(op, branches, active, run.stack);
    else if (active) {
      if (data !== null) run.stack.push(data);
      else if (op === 0xab) run.codeSeparator = position;
      else execute(op, run);
    }
  }
  if (branches.length > 0) refuse("scriptMalformed", "an IF is not closed");
  if (run.stack.size !== 1 || !isTrue(run.stack.peek()))
    refuse("signatureInvalid", "the script does not end true");
}

function readElement(
  script: Uint8Array,
  at: number,
): { readonly data: Uint8Array | null; readonly end: number } {
  const op = script[at] ?? 0;
  if (op > 0x4e) return { data: null, end: at + 1 };
  const prefix = op < 0x4c ? 0 : op === 0x4c ? 1 : op === 0x4d ? 2 : 4;
  let length = prefix === 0 ? op : 0;
  for (let i = 0; i < prefix; i++) length += (script[at + 1 + i] ?? 0) * 256 ** i;
  const end = at + 1 + prefix + length;
  if (end > script.length) refuse("scriptMalformed", "the script ends inside a push");
  return { data: script.subarray(at + 1 + prefix, end), end };
}

function checkOpcodes(script: Uint8Array): void {
  for (let at = 0; at < script.length; at = readElement(script, at).end) {
    const op = script[at] ?? 0;
    if (op > 0x4e && isOpSuccess(op)) refuse("scriptUnsupported", `OP_SUCCESS 0x${op.toString(16)}`);
  }
}

function branch(op: number, branches: boolean[], active: boolean, stack: ScriptStack): void {
  switch (op) {
    case 0x63:
    case 0x64: {
      let taken = false;
      if (active) {
        const item = stack.pop();
        const truth = item.length === 1 && item[0] === 1;
        // BIP 342 makes minimal truth values a rule: anything else could be changed by whoever relays the witness.
        if (!truth && item.length > 0)
          refuse("scriptMalformed", "the condition of an IF is neither empty nor 01");
        taken = op === 0x63 ? truth : !truth;
      }
      branches.push(taken);
      return;
    }
    case 0x67: {
      const last = branches.pop() ?? refuse("scriptMalformed", "ELSE without IF");
      branches.push(!last);
      return;
    }
    default:
      if (branches.pop() === undefined) refuse("scriptMalformed", "ENDIF without IF");
  }
}

function checkSig(run: Run, signature: Uint8Array, key: Uint8Array): boolean {
  if (signature.length > 0) {
    run.budget -= 50;
    if (run.budget < 0) refuse("signatureInvalid", "more signature checks than the witness pays for");
  }
  if (key.length !== 32) refuse("publicKeyInvalid", `a key of ${key.length} bytes in a tapscript`);
  if (signature.length === 0) return false;
  run.context.checkSignature(signature, key, run.codeSeparator);
  return true;
}

const verify = (truth: boolean, what: string): void => {
  if (!truth) refuse("signatureInvalid", `${what} failed`);
};

const arithmetic: Record<number, (a: bigint, b: bigint) => bigint> = {
  0x93: (a, b) => a + b,
  0x94: (a, b) => a - b,
  0x9a: (a, b) => bit(a !== 0n && b !== 0n),
  0x9b: (a, b) => bit(a !== 0n || b !== 0n),
  0x9c: (a, b) => bit(a === b),
  0x9e: (a, b) => bit(a !== b),
  0x9f: (a, b) => bit(a < b),
  0xa0: (a, b) => bit(a > b),
  0xa1: (a, b) => bit(a <= b),
  0xa2: (a, b) => bit(a >= b),
  0xa3: (a, b) => (a < b ? a : b),
  0xa4: (a, b) => (a > b ? a : b),
};
const unary: Record<number, (a: bigint) => bigint> = {
  0x8b: (a) => a + 1n,
  0x8c: (a) => a - 1n,
  0x8f: (a) => -a,
  0x90: (a) => (a < 0n ? -a : a),
  0x91: (a) => bit(a === 0n),
  0x92: (a) => bit(a !== 0n),
};
const hashes: Record<number, (item: Uint8Array) => Uint8Array> = {
  0xa6: (item) => ripemd160(item),
  0xa7: (item) => sha1(item),
  0xa8: (item) => sha256(item),
  0xa9: (item) => ripemd160(sha256(item)),
  0xaa: (item) => hash256(item),
};
const bit = (truth: boolean): bigint => (truth ? 1n : 0n);

function execute(op: number, run: Run): void {
  const { stack, context } = run;
  const two = arithmetic[op];
  const one = unary[op];
  const hash = hashes[op];
  if (two !== undefined) {
    const b = stack.popNumber();
    stack.pushNumber(two(stack.popNumber(), b));
  } else if (one !== undefined) stack.pushNumber(one(stack.popNumber()));
  else if (hash !== undefined) stack.push(hash(stack.pop()));
  else if (op >= 0x51 && op <= 0x60) stack.push(Uint8Array.of(op - 0x50));
  else if (!moveItems(op, stack)) executeChecks(op, run, context);
}

/** Opcodes that only move elements. Returns false for any other. */
function moveItems(op: number, stack: ScriptStack): boolean {
  switch (op) {
    case 0x4f:
      stack.push(Uint8Array.of(0x81));
      return true;
    case 0x61: // NOP
      return true;
    case 0x6b:
      stack.toAlt();
      return true;
    case 0x6c:
      stack.fromAlt();
      return true;
    case 0x6d:
      stack.pop();
      stack.pop();
      return true;
    case 0x6e: // 2DUP
    case 0x6f: {
      const depth = op - 0x6e + 1;
      for (let i = 0; i <= depth; i++) stack.push(stack.peek(depth));
      return true;
    }
    case 0x73:
      if (isTrue(stack.peek())) stack.push(stack.peek());
      return true;
    case 0x74:
      stack.pushNumber(BigInt(stack.size));
      return true;
    case 0x75:
      stack.pop();
      return true;
    case 0x76:
      stack.push(stack.peek());
      return true;
    case 0x77:
      stack.remove(1);
      return true;
    case 0x78:
      stack.push(stack.peek(1));
      return true;
    case 0x79: // PICK
    case 0x7a: {
      const depth = Number(stack.popNumber());
      stack.push(op === 0x79 ? stack.peek(depth) : stack.remove(depth));
      return true;
    }
    case 0x7b:
      stack.push(stack.remove(2));
      return true;
    case 0x7c:
      stack.push(stack.remove(1));
      return true;
    case 0x7d: {
      const top = stack.pop();
      const next = stack.pop();
      for (const item of [top, next, top]) stack.push(item);
      return true;
    }
    case 0x82:
      stack.pushNumber(BigInt(stack.peek().length));
      return true;
    default:
      return false;
  }
}

function executeChecks(op: number, run: Run, context: TapscriptContext): void {
  const { stack } = run;
  switch (op) {
    case 0x69:
      return verify(stack.popBool(), "VERIFY");
    case 0x6a:
      return refuse("signatureInvalid", "the script returns");
    case 0x87:
      return stack.pushBool(sameBytes(stack.pop(), stack.pop()));
    case 0x88:
      return verify(sameBytes(stack.pop(), stack.pop()), "EQUALVERIFY");
    case 0x9d:
      return verify(stack.popNumber() === stack.popNumber(), "NUMEQUALVERIFY");
    case 0xa5: {
      const max = stack.popNumber();
      const min = stack.popNumber();
      const value = stack.popNumber();
      return stack.pushBool(min <= value && value < max);
    }
    case 0xac:
    case 0xad: {
      const key = stack.pop();
      const ok = checkSig(run, stack.pop(), key);
      return op === 0xac ? stack.pushBool(ok) : verify(ok, "CHECKSIGVERIFY");
    }
    case 0xba: {
      const key = stack.pop();
      const count = stack.popNumber();
      return stack.pushNumber(count + bit(checkSig(run, stack.pop(), key)));
    }
    case 0xb1:
      return checkAbsoluteLock(stack.peek(), context);
    case 0xb2:
      return checkRelativeLock(stack.peek(), context);
    default:
      return refuse("scriptUnsupported", `opcode 0x${op.toString(16)} in a tapscript`);
  }
}
