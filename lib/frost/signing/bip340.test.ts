import { describe, expect, test } from "vitest";
import { haveVectors, readVector } from "../../../test/shared.ts";
import { secp256k1Tr, verifySchnorr, verifySignature } from "../index.ts";
import { concatBytes } from "../suite/bytes.ts";
import { unhex } from "../testing/hex.ts";

function row(line: string) {
  const [index = "", , publicKey = "", , message = "", signature = "", result = "", comment = ""] =
    line.split(",");
  return { index, publicKey, message, signature, valid: result.trim() === "TRUE", comment };
}

describe.skipIf(!haveVectors)("BIP-340 test vectors", () => {
  const rows = haveVectors
    ? readVector("bip340/bip340.csv")
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => row(line))
    : [];
  test("all 19 rows are there, valid and invalid", () => {
    expect(rows.length).toBe(19);
    expect(rows.filter(({ valid }) => !valid).length).toBe(10);
  });
  test.each(rows)("row $index verifies as $valid $comment", ({ publicKey, message, signature, valid }) => {
    expect(verifySchnorr(unhex(publicKey), unhex(message), unhex(signature))).toBe(valid);
    for (const prefix of [2, 3]) {
      const key = concatBytes(Uint8Array.of(prefix), unhex(publicKey));
      expect(verifySignature(secp256k1Tr, key, unhex(message), unhex(signature))).toBe(valid);
    }
  });
});

// BIP-340 test vectors, rows 4 (valid) and 6 (has_even_y(R) is false).
test("a signature with odd R is refused, one with even R accepted", () => {
  expect(
    verifySchnorr(
      unhex("d69c3509bb99e412e68b0fe8544e72837dfa30746d8be2aa65975f29d22dc7b9"),
      unhex("4df3c3f68fcc83b27e9d42c90431a72499f17875c81a599b566c9889b9696703"),
      unhex(
        "00000000000000000000003b78ce563f89a0ed9414f5aa28ad0d96d6795f9c6376afb1548af603b3eb45c9f8207dee1060cb71c04e80f593060b07d28308d7f4",
      ),
    ),
  ).toBe(true);
  expect(
    verifySchnorr(
      unhex("dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659"),
      unhex("243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89"),
      unhex(
        "fff97bd5755eeea420453a14355235d382f6472f8568a18b2f057a14602975563cc27944640ac607cd107ae10923d9ef7a73c643e166be5ebeafa34b1ac553e2",
      ),
    ),
  ).toBe(false);
});

test("wrong lengths are no signature and no key", () => {
  const key = unhex("d69c3509bb99e412e68b0fe8544e72837dfa30746d8be2aa65975f29d22dc7b9");
  expect(verifySchnorr(key.subarray(1), key, new Uint8Array(64))).toBe(false);
  expect(verifySchnorr(key, key, new Uint8Array(63))).toBe(false);
  expect(verifySignature(secp256k1Tr, key, key, new Uint8Array(64))).toBe(false);
});
