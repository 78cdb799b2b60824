import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  commit,
  identifierFromNumber,
  publicKeyPackageCodec,
  restoreKeyPackage,
  restoreRound1Secret,
  restoreSecretShares,
  restoreSigningShare,
  revealKeyPackage,
  revealRound1Secret,
  round1PackageCodec,
  type Round1Package,
  secp256k1Plain,
  secp256k1Tr,
  signatureShareCodec,
  signingCommitmentsCodec,
  signingPackageCodec,
  toRound2Secret,
  tryDecode,
  verifyingSharesCodec,
  WireError,
} from "../index.ts";
import { concatBytes } from "../suite/bytes.ts";
import { N, scalarToBytes } from "../suite/scalar.ts";
import { seededRng } from "../testing/groups.ts";
import { hex, point, unhex } from "../testing/hex.ts";
import { firstRound, secondRound } from "../testing/rounds.ts";
import { dealtKey, keyOf, openSession } from "../testing/sessions.ts";

// spec/frost.md §5: pitfalls 12 (non-canonical encodings) and 25 (points off the curve).

const suite = secp256k1Tr;
const G = point("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
const P = 2n ** 256n - 2n ** 32n - 977n;
const one = identifierFromNumber(1);

const commitments = { identifier: one, hiding: G, binding: G.negate() };
const good = signingCommitmentsCodec.encode({ suite, value: commitments });
const at = (bytes: Uint8Array, offset: number, change: Uint8Array) => {
  const copy = bytes.slice();
  copy.set(change, offset);
  return copy;
};
const bytes32 = (value: bigint) => unhex(value.toString(16).padStart(64, "0"));

test("the bytes of our own forms are pinned", () => {
  const x = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
  const y = "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
  const minusY = "b7c52588d95c3b9aa25b0403f1eef75702e84bb7597aabe663b82f6f04ef2777";
  expect(hex(good)).toBe(`010200${one}04${x}${y}04${x}${minusY}`);
  expect(hex(signatureShareCodec.encode({ suite, value: { identifier: one, z: 7n } }))).toBe(
    `010300${one}${"7".padStart(64, "0")}`,
  );
  expect(hex(verifyingSharesCodec.encode({ suite: secp256k1Plain, value: new Map([[one, G]]) }))).toBe(
    `0106010001${one}04${x}${y}`,
  );
  const value = {
    message: Uint8Array.of(9),
    tweak: { kind: "merkleRoot", root: new Uint8Array() },
    commitments: [commitments],
  } as const;
  expect(hex(signingPackageCodec.encode({ suite, value }))).toBe(
    `0104000000000109010001${one}04${x}${y}04${x}${minusY}`,
  );
  const pkg: Round1Package<"session"> = {
    binding: "session",
    identifier: one,
    commitment: G,
    proof: { R: G, mu: 5n },
  };
  expect(hex(round1PackageCodec.encode({ suite, value: pkg }))).toBe(
    `010100${one}000104${x}${y}04${x}${y}${"5".padStart(64, "0")}`,
  );
});

describe("a point is refused", () => {
  const offset = 35;
  test.each([
    ["compressed with padding", concatBytes(G.toCompressed(), new Uint8Array(32))],
    ["hybrid, even", at(G.toUncompressed(), 0, Uint8Array.of(6))],
    ["hybrid, odd", at(G.toUncompressed(), 0, Uint8Array.of(7))],
    ["with prefix 0", at(G.toUncompressed(), 0, Uint8Array.of(0))],
    ["all zero, the identity", new Uint8Array(65)],
    ["at (0, 0)", at(new Uint8Array(65), 0, Uint8Array.of(4))],
    ["with x above p", at(G.toUncompressed(), 1, bytes32(P + 1n))],
    ["with y above p", at(G.toUncompressed(), 33, bytes32(P + 1n))],
    ["off the curve", at(G.toUncompressed(), 64, Uint8Array.of(0xb9))],
    ["on the twist", at(G.toUncompressed(), 1, bytes32(5n))],
  ])("%s", (_, encoding) => {
    expect(() => signingCommitmentsCodec.decode(at(good, offset, encoding))).toThrow(
      expect.objectContaining({ code: "point" }),
    );
  });
});

describe("a value is refused", () => {
  const share = signatureShareCodec.encode({ suite, value: { identifier: one, z: 7n } });
  test.each([
    ["with a scalar of the order", at(share, 35, bytes32(N)), "scalar"],
    ["with a scalar of all ones", at(share, 35, new Uint8Array(32).fill(255)), "scalar"],
    ["with identifier zero", at(share, 3, new Uint8Array(32)), "identifier"],
    ["with an identifier of the order", at(share, 3, bytes32(N)), "scalar"],
    ["of another version", at(share, 0, Uint8Array.of(2)), "version"],
    ["of another kind", at(share, 1, Uint8Array.of(2)), "kind"],
    ["of an unknown suite", at(share, 2, Uint8Array.of(2)), "suite"],
    ["with a byte too many", concatBytes(share, Uint8Array.of(0)), "length"],
    ["cut short", share.subarray(0, -1), "length"],
  ])("%s", (_, bytes, code) => {
    expect(tryDecode(signatureShareCodec, bytes)).toMatchObject({ ok: false, error: { code } });
  });
  test("and a good one is given, other errors are not swallowed", () => {
    expect(tryDecode(signatureShareCodec, share)).toMatchObject({ ok: true, value: { value: { z: 7n } } });
    const broken = {
      encode: () => share,
      decode: () => {
        throw new RangeError("ours");
      },
    };
    expect(() => tryDecode(broken, share)).toThrow(RangeError);
  });
});

test("lists that are out of order, doubled or too long are refused", () => {
  const rng = seededRng("lists");
  const { session } = openSession(dealtKey(2, 3, rng), [1, 2], rng, { message: new Uint8Array() });
  const bytes = signingPackageCodec.encode({ suite, value: session });
  const entry = (index: number) => bytes.slice(10 + 162 * index, 10 + 162 * (index + 1));
  const swapped = concatBytes(bytes.subarray(0, 10), entry(1), entry(0));
  const doubled = concatBytes(bytes.subarray(0, 10), entry(0), entry(0));
  for (const wrong of [swapped, doubled]) {
    expect(tryDecode(signingPackageCodec, wrong)).toMatchObject({ ok: false, error: { code: "order" } });
  }
  const endless = at(bytes, 8, Uint8Array.of(0xff, 0xff));
  expect(tryDecode(signingPackageCodec, endless)).toMatchObject({ ok: false, error: { code: "length" } });
  expect(tryDecode(signingPackageCodec, at(bytes, 7, Uint8Array.of(3)))).toMatchObject({
    ok: false,
    error: { code: "value" },
  });
  const { message } = session;
  const tweak = { kind: "merkleRoot", root: new Uint8Array(5) } as const;
  expect(() =>
    signingPackageCodec.encode({ suite, value: { message, tweak, commitments: session.commitments } }),
  ).toThrow(WireError);
});

test("a proof with odd R is refused where the taproot suite would read it", () => {
  const value: Round1Package<"session"> = {
    binding: "session",
    identifier: one,
    commitment: G,
    proof: { R: G.negate(), mu: 5n },
  };
  const bytes = round1PackageCodec.encode({ suite, value });
  expect(tryDecode(round1PackageCodec, bytes)).toMatchObject({ ok: false, error: { code: "point" } });
  const plain = round1PackageCodec.encode({ suite: secp256k1Plain, value });
  expect(tryDecode(round1PackageCodec, plain).ok).toBe(true);
});

describe("stored secrets", () => {
  const rng = seededRng("stored");
  const key = dealtKey(2, 3, rng);
  const own = keyOf(key, 2);

  test("come back, and only where they fit what is stored beside them", () => {
    const bytes = revealKeyPackage(own);
    expect(restoreKeyPackage(bytes).verifyingShare.equals(own.verifyingShare)).toBe(true);
    expect(() => restoreKeyPackage(at(bytes, 38, scalarToBytes(5n)))).toThrow(
      "not that of the signing share",
    );
    expect(() => restoreKeyPackage(at(bytes, 38, new Uint8Array(32)))).toThrow("not zero");
    expect(() => restoreKeyPackage(at(bytes, 4, Uint8Array.of(0, 1)))).toThrow("2 or more");
    expect(() => restoreKeyPackage(at(bytes, 3, Uint8Array.of(2)))).toThrow("0 or 1");
    expect(() => restoreKeyPackage(at(bytes, 2, Uint8Array.of(1)))).toThrow("no output keys");
  });

  test("a polynomial comes back with its package, in its own suite and binding", () => {
    for (const compatible of [false, true]) {
      const round = firstRound(2, [1, 1], rng, { compatible });
      const { transcript } = secondRound(round, rng);
      const bytes = revealRound1Secret(suite, round.secrets.get(one)!);
      const back = restoreRound1Secret(bytes);
      expect(toRound2Secret(back, transcript).identifier).toBe(one);
      expect(() => restoreRound1Secret(at(bytes, 38, scalarToBytes(5n)))).toThrow(
        "not those of the polynomial",
      );
      expect(() => restoreRound1Secret(at(bytes, 38, new Uint8Array(32)))).toThrow("not zero");
      expect(() => revealRound1Secret(secp256k1Plain, back)).toThrow(
        expect.objectContaining({ code: "wrongSuite" }),
      );
      const plain = restoreRound1Secret(at(bytes, 2, Uint8Array.of(1)));
      expect(() => toRound2Secret(plain, transcript)).toThrow(
        expect.objectContaining({ code: "wrongSuite" }),
      );
    }
  });

  test("print, log and stringify as redacted", () => {
    const round = firstRound(2, [1, 1], rng);
    const { transcript } = secondRound(round, rng);
    const secret = round.secrets.get(one)!;
    const values = [
      own,
      own.signingShare,
      secret,
      toRound2Secret(secret, transcript),
      restoreSecretShares(bytes32(5n), 1),
    ];
    for (const value of values) {
      for (const shown of [
        JSON.stringify({ value }),
        String(value),
        inspect(value),
        inspect({ value }, { depth: 9 }),
      ]) {
        expect(shown).toContain("redacted");
      }
    }
    const clone = structuredClone({ share: Object.assign({}, own.signingShare) });
    expect(Object.keys(clone.share)).toEqual([]);
  });

  test("are gone once erased", () => {
    const copy = restoreKeyPackage(revealKeyPackage(own));
    copy.signingShare.erase();
    const dealt = restoreSecretShares(bytes32(5n), 1);
    dealt.erase();
    expect(() => commit(copy, 1, rng)).toThrow(expect.objectContaining({ code: "erasedSecret" }));
    expect(() => dealt.count).toThrow(expect.objectContaining({ code: "erasedSecret" }));
  });

  test("shares are read at their exact length, below the order", () => {
    expect(() => restoreSecretShares(bytes32(5n), 2)).toThrow(WireError);
    expect(() => restoreSecretShares(bytes32(N), 1)).toThrow(WireError);
    expect(() => restoreSigningShare(bytes32(0n))).toThrow(WireError);
    expect(() => restoreSigningShare(new Uint8Array(31))).toThrow(WireError);
  });
});

test("a public key package that contradicts itself is refused", () => {
  const rng = seededRng("public");
  const key = dealtKey(2, 3, rng).publicKeyPackage;
  const bytes = publicKeyPackageCodec.encode(key);
  expect(publicKeyPackageCodec.decode(bytes).allVerifyingShares().equals(key.allVerifyingShares())).toBe(
    true,
  );
  expect(() => publicKeyPackageCodec.decode(at(bytes, 4, Uint8Array.of(0, 0)))).toThrow(WireError);
  expect(() => publicKeyPackageCodec.decode(at(bytes, 4, Uint8Array.of(0, 4)))).toThrow(WireError);
  const none = unhex("0105000100000000010000");
  expect(() => publicKeyPackageCodec.decode(none)).toThrow(WireError);
});
