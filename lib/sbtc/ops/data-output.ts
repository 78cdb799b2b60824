import { concatBytes } from "@noble/hashes/utils.js";
import { sameBytes } from "../bytes.ts";
import type { BitcoinNetwork } from "../network.ts";
import { refuse } from "../refusal.ts";
import { pushData, readPush } from "../bitcoin/script.ts";
import type { TxOutput } from "../bitcoin/transaction.ts";

/**
 * Third byte of every payload. `pegIn` to `reveal` are the source documents' (spec §1.1); `cancel` and `pegInReturn`
 * are ours: those documents name no transaction for a request or deposit that is not served.
 */
export const opcodes = {
  pegIn: 0x3c,
  pegOutRequest: 0x3e,
  fulfilment: 0x21,
  handOff: 0x48,
  reveal: 0x77,
  cancel: 0x43,
  pegInReturn: 0x52,
} as const;

/** Name of an operation that carries a data output. */
export type OpcodeName = keyof typeof opcodes;

/** Longest payload nodes relayed when the formats were made: magic, opcode and 77 bytes. */
export const maxPayloadLength = 80;

/** Which alpha wrote the bytes: D1 the stacks-node alpha, D2 the developer release. Never detected, always set. */
export type Dialect = "D1" | "D2";

const opReturn = 0x6a;
const opcodeNames = new Map<number, OpcodeName>(
  (Object.keys(opcodes) as OpcodeName[]).map((name) => [opcodes[name], name]),
);

/** Output 0 of every operation: value 0, `OP_RETURN` and one push of magic ‖ opcode ‖ data. */
export function dataOutput(network: BitcoinNetwork, opcode: OpcodeName, data: Uint8Array): TxOutput {
  const payload = concatBytes(network.magic, Uint8Array.of(opcodes[opcode]), data);
  if (payload.length > maxPayloadLength) {
    refuse("payloadTooLong", `${payload.length} bytes in a data output of at most ${maxPayloadLength}`);
  }
  return { amount: 0n, script: concatBytes(Uint8Array.of(opReturn), pushData(payload)) };
}

/** What a data output says, before the operation's own parser reads `data`. */
export interface DataPayload {
  readonly opcode: OpcodeName;
  /** The payload after magic and opcode. */
  readonly data: Uint8Array;
}

/**
 * True where output 0 claims to be an operation of this network: `OP_RETURN`, a push opcode, then the magic bytes.
 * Cheap enough to ask of every transaction of a block; says nothing about the rest of the bytes.
 */
export function claimsOperation(script: Uint8Array, network: BitcoinNetwork): boolean {
  if (script.length < 5 || script[0] !== opReturn) return false;
  const at = script[1] === 0x4c ? 3 : 2;
  return script[at] === network.magic[0] && script[at + 1] === network.magic[1];
}

/**
 * Reads output 0 of an operation.
 * @throws Refusal with one code per defect: `dataOutputMissing`, `dataOutputHasValue`, `dataOutputNotOnePush`,
 * `dataPushNotMinimal`, `dataTooLong`, `payloadTooShort`, `magicMismatch`, `opcodeUnknown`
 */
export function readDataOutput(outputs: readonly TxOutput[], network: BitcoinNetwork): DataPayload {
  const output = outputs[0] ?? refuse("dataOutputMissing", "the transaction has no outputs");
  if (output.script[0] !== opReturn) refuse("dataOutputMissing", "output 0 is no OP_RETURN");
  if (output.amount !== 0n) {
    refuse("dataOutputHasValue", `the data output burns ${output.amount.toString()} satoshi`);
  }
  const { data: payload, end } = readPush(output.script, 1, "dataOutputNotOnePush", "dataPushNotMinimal");
  if (end !== output.script.length)
    refuse("dataOutputNotOnePush", "bytes after the one push of the data output");
  if (payload.length > maxPayloadLength) refuse("dataTooLong", `a payload of ${payload.length} bytes`);
  if (payload.length < 3) refuse("payloadTooShort", "no room for magic and opcode");
  if (!sameBytes(payload.subarray(0, 2), network.magic)) {
    refuse("magicMismatch", `the magic bytes are not those of ${network.name}`);
  }
  const byte = payload[2] ?? 0;
  const opcode =
    opcodeNames.get(byte) ?? refuse("opcodeUnknown", `no operation has opcode 0x${byte.toString(16)}`);
  return { opcode, data: payload.subarray(3) };
}

/** {@link readDataOutput} for a caller that expects one operation. @throws Refusal also `opcodeMismatch` */
export function readDataOf(
  outputs: readonly TxOutput[],
  network: BitcoinNetwork,
  expected: OpcodeName,
): Uint8Array {
  const { opcode, data } = readDataOutput(outputs, network);
  return opcode === expected ? data : refuse("opcodeMismatch", `this is a ${opcode}, not a ${expected}`);
}
