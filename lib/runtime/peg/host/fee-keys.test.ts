import { secp256k1 } from "@noble/curves/secp256k1.js";
import { expect, test } from "vitest";
import { feeKeys } from "./fee-keys.ts";

const identity = new Uint8Array(32).fill(5);
const group = "ab".repeat(32);

test("a restored seat pays from the same accounts", () => {
  expect(feeKeys(identity, group)).toEqual(feeKeys(Uint8Array.from(identity), group));
});

test("chains, groups and seats have keys of their own, and none is the identity", () => {
  const other = new Uint8Array(32).fill(6);
  const all = [
    identity,
    other,
    ...[feeKeys(identity, group), feeKeys(identity, "cd".repeat(32)), feeKeys(other, group)].flatMap(
      ({ bitcoin, stacks }) => [bitcoin, stacks],
    ),
  ];
  expect(new Set(all.map((key) => key.join())).size).toBe(all.length);
  expect(all.every((key) => secp256k1.utils.isValidSecretKey(key))).toBe(true);
});
