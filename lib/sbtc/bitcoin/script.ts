import { Address, OutScript } from "@scure/btc-signer";
import { concatBytes } from "@noble/hashes/utils.js";
import { quote, sameBytes } from "../bytes.ts";
import { networks, type BitcoinNetwork } from "../network.ts";
import { refuse, type RefusalCode } from "../refusal.ts";

/** Output scripts that have an address. */
export type ScriptType = "p2pkh" | "p2sh" | "p2wpkh" | "p2wsh" | "p2tr";

/** The kind of a standard output script, or null where it has no address. Pure pattern match, no decoding. */
export function scriptType(script: Uint8Array): ScriptType | null {
  const [a, b, c] = script;
  switch (script.length) {
    case 22:
      return a === 0x00 && b === 0x14 ? "p2wpkh" : null;
    case 23:
      return a === 0xa9 && b === 0x14 && script[22] === 0x87 ? "p2sh" : null;
    case 25:
      return a === 0x76 && b === 0xa9 && c === 0x14 && script[23] === 0x88 && script[24] === 0xac
        ? "p2pkh"
        : null;
    case 34:
      if (b !== 0x20) return null;
      return a === 0x00 ? "p2wsh" : a === 0x51 ? "p2tr" : null;
    default:
      return null;
  }
}

/**
 * The smallest amount nodes relay in an output of this script at the default dust fee: 294 P2WPKH, 330 P2WSH and P2TR,
 * 546 everything else (the exact limit of P2SH is 540; wallets use 546 for both).
 */
export function dustLimit(script: Uint8Array): bigint {
  switch (scriptType(script)) {
    case "p2wpkh":
      return 294n;
    case "p2wsh":
    case "p2tr":
      return 330n;
    default:
      return 546n;
  }
}

/** The address of a standard script on `network`, or null where it has none. */
export function addressOf(script: Uint8Array, network: BitcoinNetwork): string | null {
  if (scriptType(script) === null) return null;
  try {
    return Address(network.address).encode(OutScript.decode(script));
  } catch {
    return null; // a 5120 script whose 32 bytes are no x coordinate: nobody can spend it
  }
}

/**
 * The output script of an address.
 * @throws Refusal `addressWrongNetwork` where it is a good address of another network, `addressInvalid` otherwise
 */
export function scriptOfAddress(address: string, network: BitcoinNetwork): Uint8Array {
  const script = tryScript(address, network);
  if (script !== null && scriptType(script) !== null) return script;
  const other = Object.values(networks).find((candidate) => tryScript(address, candidate) !== null);
  return other === undefined
    ? refuse("addressInvalid", `${quote(address)} is not a Bitcoin address`)
    : refuse(
        "addressWrongNetwork",
        `${quote(address)} is an address of ${other.name}, not of ${network.name}`,
      );
}

function tryScript(address: string, network: BitcoinNetwork): Uint8Array | null {
  try {
    return OutScript.encode(Address(network.address).decode(address));
  } catch {
    return null;
  }
}

/**
 * Pushes `data` in the one minimal way a data output or a deposit leaf may hold it: direct up to 75 bytes, OP_PUSHDATA1 up
 * to 255. Small integers keep their bytes (no OP_1…OP_16), as all three dialects write them.
 */
export function pushData(data: Uint8Array): Uint8Array {
  if (data.length <= 75) return concatBytes(Uint8Array.of(data.length), data);
  if (data.length <= 255) return concatBytes(Uint8Array.of(0x4c, data.length), data);
  return refuse("payloadTooLong", `${data.length} bytes do not fit one push of this format`);
}

/**
 * Reads one push at `offset`: its bytes and where it ends.
 * @param malformed the code used where the script ends inside the push or the opcode is no push
 * @throws Refusal `malformed`, or `pushNotMinimal` / `dataPushNotMinimal` via `notMinimal`
 */
export function readPush(
  script: Uint8Array,
  offset: number,
  malformed: RefusalCode,
  notMinimal: RefusalCode,
): { readonly data: Uint8Array; readonly end: number } {
  const op = script[offset] ?? refuse(malformed, "the script ends before its push");
  let length = op;
  let start = offset + 1;
  if (op === 0x4c) {
    length = script[offset + 1] ?? refuse(malformed, "the script ends inside a push length");
    start = offset + 2;
    if (length <= 75) refuse(notMinimal, `OP_PUSHDATA1 is used for ${length} bytes`);
  } else if (op > 0x4c) {
    refuse(
      op <= 0x4e ? notMinimal : malformed,
      `opcode 0x${op.toString(16)} where a push of at most 255 bytes is expected`,
    );
  }
  const end = start + length;
  if (end > script.length) refuse(malformed, "the script ends inside its push");
  return { data: script.subarray(start, end), end };
}

/** The taproot output script of an output key: `OP_1 <32 bytes>`, with no tweak. */
export function taprootScript(outputKey: Uint8Array): Uint8Array {
  if (outputKey.length !== 32)
    refuse("publicKeyInvalid", `an x-only key has 32 bytes, not ${outputKey.length}`);
  return concatBytes(Uint8Array.of(0x51, 0x20), outputKey);
}

/** True where `script` is one of `scripts`. */
export const isOneOf = (script: Uint8Array, scripts: readonly Uint8Array[]): boolean =>
  scripts.some((candidate) => sameBytes(candidate, script));

/** BIP 342: any of these bytes as an opcode makes a tapscript succeed at once, lock or no lock. */
export const isOpSuccess = (op: number): boolean =>
  op === 0x50 ||
  op === 0x62 ||
  (op >= 0x7e && op <= 0x81) ||
  (op >= 0x83 && op <= 0x86) ||
  (op >= 0x89 && op <= 0x8a) ||
  (op >= 0x8d && op <= 0x8e) ||
  (op >= 0x95 && op <= 0x99) ||
  (op >= 0xbb && op <= 0xfe);
