import { secp256k1 } from "@noble/curves/secp256k1.js";
import { numberToBytesBE } from "@noble/curves/utils.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import type { LockAction } from "../contract/actions.ts";
import type { Dialect } from "../ops/data-output.ts";

/** A P2WPKH recipient on test networks (spec/sbtc.md V3). */
export const recipientScript = hexToBytes("0014764ad6983a6455cca54cd6a4f7b0da71ba6a0bab");
export const recipientAddress = "tb1qwe9ddxp6v32uef2v66j00vx6wxax5zat223tms";

/** The hash a holder signs to peg out, written from spec/sbtc.md §1.3 apart from what the product ships. */
export function pegOutMessage(
  dialect: Dialect,
  amount: bigint,
  script: Uint8Array,
  address: string,
): Uint8Array {
  const payload = concatBytes(numberToBytesBE(amount, 8), script);
  if (dialect === "D1") return sha256(payload);
  const text = utf8ToBytes(
    `Withdraw request for ${amount.toString()} satoshis to the bitcoin address ${address} (${bytesToHex(payload)})`,
  );
  return sha256(
    concatBytes(
      new Uint8Array([0x17]),
      utf8ToBytes("Stacks Signed Message:\n"),
      new Uint8Array([text.length]),
      text,
    ),
  );
}

/** 65 bytes as a request carries them: recovery id, r, s; low-S, nonce as RFC 6979 (with `entropy` mixed in). */
export function signRequest(message: Uint8Array, secret: Uint8Array, entropy?: Uint8Array): Uint8Array {
  const options = { prehash: false, format: "recovered" } as const;
  return secp256k1.sign(
    message,
    secret,
    entropy === undefined ? options : { ...options, extraEntropy: entropy },
  );
}

/** The same signature in its other form: s above half the order, the recovery id flipped. */
export function highS(signature: Uint8Array): Uint8Array {
  const { r, s } = secp256k1.Signature.fromBytes(signature.subarray(1), "compact");
  return concatBytes(
    new Uint8Array([signature[0]! ^ 1]),
    numberToBytesBE(r, 32),
    numberToBytesBE(secp256k1.Point.Fn.ORDER - s, 32),
  );
}

/** A lock as the signers would find it on Bitcoin, signed by `secret`. */
export function signedLock(
  secret: Uint8Array,
  base: Pick<LockAction, "txid" | "burnBlock"> & Partial<LockAction>,
): LockAction {
  const fields = {
    tag: "lock" as const,
    amount: 20_000n,
    script: recipientScript,
    address: recipientAddress,
    dialect: "D2" as Dialect,
    ...base,
  };
  const message = pegOutMessage(fields.dialect, fields.amount, fields.script, fields.address);
  return { ownerSignature: signRequest(message, secret), ...fields };
}
