import fc from "fast-check";
import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { parseTxid, toHex, type Txid } from "../bytes.ts";
import { networks, type BitcoinNetwork } from "../network.ts";
import type { TxInput, TxOutput } from "../bitcoin/transaction.ts";
import { signVrs, type VrsSignature } from "../ops/owner-signature.ts";
import type { Principal } from "../ops/principal.ts";

export const bytesOf = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

export const bytesUpTo = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });

export const anyNetwork: fc.Arbitrary<BitcoinNetwork> = fc.constantFrom(...Object.values(networks));

export const secretKey: fc.Arbitrary<Uint8Array> = fc
  .bigInt({ min: 1n, max: secp256k1.Point.Fn.ORDER - 1n })
  .map((scalar) => secp256k1.Point.Fn.toBytes(scalar));

export const xOnlyKey: fc.Arbitrary<Uint8Array> = secretKey.map((key) => schnorr.getPublicKey(key));

export const txid: fc.Arbitrary<Txid> = bytesOf(32).map((bytes) => parseTxid(toHex(bytes)));

/** Any satoshi amount an output can hold, small ones more often. */
export const satoshi: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: 1n, max: 10_000n }),
  fc.bigInt({ min: 1n, max: 2_100_000_000_000_000n }),
);

const nameStart = Array.from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
export const contractName: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...nameStart),
    fc.string({ unit: fc.constantFrom(...nameStart, ...Array.from("0123456789-_")), maxLength: 39 }),
  )
  .map(([first, rest]) => first + rest);

export const principalOn = (network: BitcoinNetwork): fc.Arbitrary<Principal> =>
  fc.record({
    version: fc.constantFrom(network.stacks.singleSig, network.stacks.multiSig),
    hash160: bytesOf(20),
    contractName: fc.option(contractName, { nil: null }),
  });

/** A script that has an address. */
export const standardScript: fc.Arbitrary<Uint8Array> = fc.oneof(
  bytesOf(20).map((hash) => Uint8Array.of(0x76, 0xa9, 0x14, ...hash, 0x88, 0xac)),
  bytesOf(20).map((hash) => Uint8Array.of(0xa9, 0x14, ...hash, 0x87)),
  bytesOf(20).map((hash) => Uint8Array.of(0x00, 0x14, ...hash)),
  bytesOf(32).map((hash) => Uint8Array.of(0x00, 0x20, ...hash)),
  xOnlyKey.map((key) => Uint8Array.of(0x51, 0x20, ...key)),
);

export const vrsSignature: fc.Arbitrary<VrsSignature> = fc
  .tuple(bytesOf(32), secretKey)
  .map(([hash, key]) => signVrs(hash, key));

export const txOutput: fc.Arbitrary<TxOutput> = fc.record({
  amount: fc.bigInt({ min: 0n, max: 1_000_000_000_000n }),
  script: fc.oneof(standardScript, bytesUpTo(90)),
});

export const txInput: fc.Arbitrary<TxInput> = fc.record({
  txid,
  vout: fc.nat(0xffff_ffff),
  scriptSig: bytesUpTo(110),
  sequence: fc.nat(0xffff_ffff),
  witness: fc.array(bytesUpTo(300), { maxLength: 4 }),
});

export const unsignedParts = fc.record({
  version: fc.constantFrom(1, 2, -1, 0x7fff_ffff),
  inputs: fc.array(txInput, { minLength: 1, maxLength: 5 }),
  outputs: fc.array(txOutput, { maxLength: 5 }),
  lockTime: fc.nat(0xffff_ffff),
});
