import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { bytesToNumberBE, concatBytes, numberToBytesBE } from "@noble/curves/utils.js";
import { hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { Cl, ClarityType } from "@stacks/transactions";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { haveVectors, readVector } from "../../../test/shared.ts";
import type { Vm } from "../../../devnet/stacks/vm.ts";
import { account, expectOk, startVm } from "../testing/peg-world.ts";
import { contractTexts } from "./sources.ts";
import { signatureHints } from "./hints.ts";

const n = secp256k1.Point.Fn.ORDER;
const p = secp256k1.Point.Fp.ORDER;
const word = (value: bigint) => numberToBytesBE(value, 32);
const home = account(500).address;
let vm: Vm;

beforeAll(async () => {
  vm = await startVm();
  expectOk(vm.deploy(home, "bip340", contractTexts.bip340, 3));
});

/** What the contract says; it must never abort, whatever the bytes. */
function verify(message: Uint8Array, signature: Uint8Array, key: Uint8Array, hints: Uint8Array): boolean {
  const args = [message, signature, key, hints].map((bytes) => Cl.buffer(bytes));
  return expectOk(vm.callReadOnly(`${home}.bip340`, "verify", args, home)).type === ClarityType.BoolTrue;
}

/** Hints as an attacker would make them: the same equations, for numbers beyond the range too, cut to 32 bytes. */
function hostileHints(message: Uint8Array, signature: Uint8Array, key: Uint8Array): Uint8Array {
  const x = bytesToNumberBE(key);
  const s = bytesToNumberBE(signature.subarray(32));
  const e = bytesToNumberBE(
    schnorr.utils.taggedHash("BIP0340/challenge", signature.subarray(0, 32), key, message),
  );
  const pair = (product: bigint) => {
    const missing = (n - (product % n)) % n;
    return [word(missing), word(((product + missing) / n) % 2n ** 256n)];
  };
  return concatBytes(...pair(s * x), ...pair(e * x));
}

const secret = word(0x0123456789abcdef0123456789abcdefn);
const key = schnorr.getPublicKey(secret);
const message = schnorr.utils.taggedHash("test", utf8ToBytes("a message"));
const signature = schnorr.sign(message, secret, new Uint8Array(32));
const hints = signatureHints(message, signature, key);
const split = (bytes: Uint8Array) =>
  [0, 32, 64, 96].map((at) => bytesToNumberBE(bytes.subarray(at, at + 32)));
const [z, q1, t, q2] = split(hints) as [bigint, bigint, bigint, bigint];

describe.skipIf(!haveVectors)("every row of the BIP-340 vectors gets its published verdict", () => {
  const rows = haveVectors ? readVector("bip340/bip340.csv").trim().split("\n").slice(1) : [];
  test.each(rows.map((row) => row.split(",")))("row %s", (...columns) => {
    const [, , rowKey, , rowMessage, rowSignature, verdict] = columns;
    const [k, m, s] = [rowKey, rowMessage, rowSignature].map((hex) => hexToBytes(hex!.toLowerCase()));
    expect(verify(m!, s!, k!, hostileHints(m!, s!, k!))).toBe(verdict === "TRUE");
  });
});

describe("a signature counts only as it was made", () => {
  test("a good signature with its hints is accepted", () => {
    expect(verify(message, signature, key, hints)).toBe(true);
  });

  test("random keys and messages are accepted, and refused with any one bit turned", () => {
    const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(fc.bigInt(1n, n - 1n), bytes32, bytes32, fc.nat(1023), (scalar, text, aux, bit) => {
        const pub = schnorr.getPublicKey(word(scalar));
        const sig = schnorr.sign(text, word(scalar), aux);
        expect(verify(text, sig, pub, signatureHints(text, sig, pub))).toBe(true);
        const all = concatBytes(text, sig, pub);
        all[(bit >> 3) % all.length]! ^= 1 << (bit & 7);
        const [badText, badSig, badPub] = [all.slice(0, 32), all.slice(32, 96), all.slice(96)];
        expect(verify(badText, badSig, badPub, hostileHints(badText, badSig, badPub))).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  test("s and n − s are not interchangeable", () => {
    const other = concatBytes(signature.subarray(0, 32), word(n - bytesToNumberBE(signature.subarray(32))));
    expect(verify(message, other, key, hostileHints(message, other, key))).toBe(false);
  });

  test("s at the order and above is refused whatever the hints", () => {
    for (const s of [n, n + 1n, 2n ** 256n - 1n]) {
      const forged = concatBytes(signature.subarray(0, 32), word(s));
      expect(verify(message, forged, key, hostileHints(message, forged, key))).toBe(false);
    }
  });

  test("wrong lengths are refused without an abort", () => {
    const short = (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1);
    const none = new Uint8Array(0);
    for (const [sig, pub, hint] of [
      [short(signature), key, hints],
      [none, key, hints],
      [signature.subarray(0, 31), key, hints],
      [signature, short(key), hints],
      [signature, none, hints],
      [signature, key, short(hints)],
      [signature, key, hints.subarray(0, 96)],
      [signature, key, none],
    ] as const)
      expect(verify(message, sig, pub, hint)).toBe(false);
  });
});

describe("no choice of hints makes a bad signature good, or a good one count twice", () => {
  const withHints = (...words: [bigint, bigint, bigint, bigint]) => concatBytes(...words.map(word));
  const bad = message.map((byte, i) => (i === 5 ? byte ^ 1 : byte));

  test("quotients moved by one, with the number moved by n to match, are refused", () => {
    // z + n satisfies the equation with q1 + 1 wherever it still fits 32 bytes; it is refused for not being below n
    for (const k of [1n, 2n]) {
      const outcomes = [
        [z + k * n, q1 + k, t, q2],
        [z, q1, t + k * n, q2 + k],
      ].filter((words) => words.every((value) => value < 2n ** 256n));
      for (const words of outcomes)
        expect(
          verify(message, signature, key, withHints(...(words as [bigint, bigint, bigint, bigint]))),
        ).toBe(false);
    }
    for (const [dq1, dq2] of [
      [1n, 0n],
      [-1n, 0n],
      [0n, 1n],
      [0n, -1n],
    ] as const)
      expect(verify(message, signature, key, withHints(z, q1 + dq1, t, q2 + dq2))).toBe(false);
  });

  test("a congruent z of n or more is refused even where it satisfies the equation", () => {
    // s = n − 1 and x(P) = 1 give z = 1, so that z + n fits 32 bytes and the equation holds with q1 + 1
    const one = word(1n);
    const sig = concatBytes(word(1n), word(n - 1n));
    const honest = hostileHints(message, sig, one);
    const [hz, hq1, ht, hq2] = split(honest) as [bigint, bigint, bigint, bigint];
    expect(n - 1n + hz).toBe(hq1 * n);
    expect(verify(message, sig, one, withHints(hz + n, hq1 + 1n, ht, hq2))).toBe(false);
  });

  test("zero, one, all ones and swapped hints are refused", () => {
    const most = 2n ** 256n - 1n;
    for (const words of [
      [0n, 0n, 0n, 0n],
      [1n, 1n, 1n, 1n],
      [most, most, most, most],
      [z, q1, 0n, 0n],
      [0n, 0n, t, q2],
      [t, q2, z, q1],
      [q1, z, q2, t],
      [z, q1, n, q2],
      [n, q1, t, q2],
      [n - z, q1, n - t, q2],
    ] as [bigint, bigint, bigint, bigint][]) {
      expect(verify(message, signature, key, withHints(...words))).toBe(false);
      expect(verify(bad, signature, key, withHints(...words))).toBe(false);
    }
  });

  test("hints solved backwards for a wanted R do not pass the equations", () => {
    // Recovery answers x(P)^-1 (t·P − z·G): pick R = k·G and solve z for any t. Only the equations stand in the way.
    const d = bytesToNumberBE(secret) % n;
    const even = secp256k1.Point.BASE.multiply(d).y % 2n === 0n ? d : n - d;
    const x = bytesToNumberBE(key);
    const r = secp256k1.Point.BASE.multiply(5n);
    const nonce = r.y % 2n === 0n ? 5n : n - 5n;
    const forged = concatBytes(word(r.x), word(12345n));
    const anyT = 777n;
    const solved = (((anyT * even - nonce * x) % n) + n) % n;
    const [, honestQ1, , honestQ2] = split(hostileHints(message, forged, key)) as [
      bigint,
      bigint,
      bigint,
      bigint,
    ];
    expect(verify(message, forged, key, withHints(solved, honestQ1, anyT, honestQ2))).toBe(false);
    const e = bytesToNumberBE(schnorr.utils.taggedHash("BIP0340/challenge", word(r.x), key, message));
    expect(
      verify(message, forged, key, withHints(solved, (12345n * x + solved) / n, anyT, (e * x + anyT) / n)),
    ).toBe(false);
  });

  test("random hints beside a good or a bad signature are refused", () => {
    const number = fc.bigInt(0n, 2n ** 256n - 1n);
    fc.assert(
      fc.property(fc.tuple(number, number, number, number), fc.nat(3), (random, keep) => {
        const words = [z, q1, t, q2].map((own, i) => (i === keep ? random[i]! : own));
        fc.pre(words.some((value, i) => value !== [z, q1, t, q2][i]));
        expect(verify(message, signature, key, withHints(...(words as typeof random)))).toBe(false);
        expect(verify(bad, signature, key, withHints(...random))).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test("the limb equation is exact: one off in any limb of any factor is refused", () => {
    for (let limb = 0n; limb < 5n; limb += 1n)
      for (let at = 0; at < 4; at += 1) {
        const words = [z, q1, t, q2] as [bigint, bigint, bigint, bigint];
        words[at]! ^= 1n << (56n * limb);
        expect(verify(message, signature, key, withHints(...words))).toBe(false);
      }
  });
});

describe("edge keys and edge signatures", () => {
  test("keys 1, 2 and n − 1, with messages of all zeros and all ones, verify", () => {
    for (const scalar of [1n, 2n, n - 1n])
      for (const text of [new Uint8Array(32), new Uint8Array(32).fill(255)]) {
        const pub = schnorr.getPublicKey(word(scalar));
        const sig = schnorr.sign(text, word(scalar), new Uint8Array(32));
        expect(verify(text, sig, pub, signatureHints(text, sig, pub))).toBe(true);
      }
  });

  test("an x-only key with a leading zero byte verifies", () => {
    let scalar = 1n;
    while (schnorr.getPublicKey(word(scalar))[0] !== 0) scalar += 1n;
    const pub = schnorr.getPublicKey(word(scalar));
    const sig = schnorr.sign(message, word(scalar), new Uint8Array(32));
    expect(verify(message, sig, pub, signatureHints(message, sig, pub))).toBe(true);
  });

  test("s = 0 is a number like any other", () => {
    // R = −e·P with s = 0 cannot be found on purpose (e hashes R): it is refused for not matching, not by an abort
    const sig = concatBytes(signature.subarray(0, 32), word(0n));
    expect(verify(message, sig, key, hostileHints(message, sig, key))).toBe(false);
  });

  test("keys of zero, the order, the field prime and beyond are refused", () => {
    for (const value of [0n, n, n + 1n, p - 1n, p, p + 1n, 2n ** 256n - 1n])
      expect(verify(message, signature, word(value), hostileHints(message, signature, word(value)))).toBe(
        false,
      );
  });

  test("an x that is on no point of the curve is refused", () => {
    const off = hexToBytes("eefdea4cdb677750a420fee807eacf21eb9898ae79b9768766e4faa04a2d4a34");
    expect(verify(message, signature, off, hostileHints(message, signature, off))).toBe(false);
  });
});

describe("hints are made only where they exist", () => {
  test("lengths and ranges are refused with a reason", () => {
    expect(() => signatureHints(message, signature.subarray(1), key)).toThrow("64 bytes");
    expect(() => signatureHints(message, signature, key.subarray(1))).toThrow("32 bytes");
    expect(() => signatureHints(message, concatBytes(key, word(n)), key)).toThrow("below the group order");
    expect(() => signatureHints(message, signature, word(n))).toThrow("below the group order");
  });

  test("they satisfy the equations over the whole numbers", () => {
    const x = bytesToNumberBE(key);
    expect(bytesToNumberBE(signature.subarray(32)) * x + z).toBe(q1 * n);
    expect(z < n && t < n).toBe(true);
  });
});
