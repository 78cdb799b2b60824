import { describe, expect, test } from "vitest";
import { schnorr } from "@noble/curves/secp256k1.js";
import {
  aggregate,
  dealKey,
  identifierFromNumber,
  noTweak,
  PublicKeyPackage,
  secp256k1Plain,
  secp256k1Tr,
  taprootScript,
  toOutputKey,
  toOutputKeyPackage,
  type Tweak,
} from "../index.ts";
import { mulAdd, parseXOnly } from "../math/index.ts";
import { bytesToBigInt } from "../suite/scalar.ts";
import { taggedHash } from "../suite/suite.ts";
import { generateKey, must, seededRng } from "../testing/groups.ts";
import { hex, unhex } from "../testing/hex.ts";
import { dealtKey, openSession, signAllShares } from "../testing/sessions.ts";

// spec/frost.md §5: pitfalls 14 (parity matrix) and 15 (hidden script path).

const root = Uint8Array.from({ length: 32 }, (_, i) => i);
const tweaks: readonly (readonly [string, Tweak])[] = [
  ["none", noTweak],
  ["empty root", { kind: "merkleRoot", root: new Uint8Array() }],
  ["merkle root", { kind: "merkleRoot", root }],
];

/** BIP-341 `taproot_tweak_pubkey`, written again from its definition. */
function tweaked(xOnly: Uint8Array, merkleRoot: Uint8Array) {
  const parsed = parseXOnly(xOnly);
  if (!parsed.ok) throw new Error("no key");
  const t = bytesToBigInt(taggedHash("TapTweak", xOnly, merkleRoot));
  return mulAdd(1n, parsed.points, t);
}

describe.each(tweaks)("signing with tweak %s", (name, tweak) => {
  test("every parity of key, tweaked key and nonce gives a valid BIP-340 signature", () => {
    const wanted = tweak.kind === "none" ? 4 : 8;
    const met = new Set<string>();
    for (let seed = 0; met.size < wanted && seed < 400; seed++) {
      const rng = seededRng(`parity ${name} ${seed}`);
      const key = dealtKey(2, 3, rng);
      const signing = openSession(key, [1, 3], rng, { tweak });
      const { xOnly, verifyingKey } = key.publicKeyPackage;
      const outer = tweak.kind === "none" ? null : tweaked(xOnly, tweak.root);
      const parity = [verifyingKey, outer, signing.session.groupCommitment]
        .map((value) => value?.hasEvenY())
        .join();
      if (met.has(parity)) continue;
      met.add(parity);
      const signature = must(aggregate(signing.session, signAllShares(signing)));
      const signedUnder = outer === null ? xOnly : outer.toXOnly();
      expect(schnorr.verify(signature, signing.session.message, signedUnder)).toBe(true);
      if (outer !== null) expect(schnorr.verify(signature, signing.session.message, xOnly)).toBe(false);
    }
    expect(met.size).toBe(wanted);
  });
});

describe("the script and tweak of a group key", () => {
  const { publicKeyPackage } = generateKey(2, [1, 1, 1], seededRng("scripts"));
  const { xOnly } = publicKeyPackage;

  test("as output key: 5120‖Q, signed as it is", () => {
    const { script, tweak } = taprootScript(publicKeyPackage, { kind: "outputKey" });
    expect(hex(script)).toBe(`5120${hex(xOnly)}`);
    expect(tweak).toEqual(noTweak);
  });

  test("in a tapscript leaf: after its prefix, signed untweaked", () => {
    const prefix = unhex("4c0401020304" + "75");
    const { script, tweak } = taprootScript(publicKeyPackage, { kind: "tapscriptLeaf", prefix });
    expect(hex(script)).toBe(`4c040102030475` + `20${hex(xOnly)}ac`);
    expect(tweak).toEqual(noTweak);
    expect(hex(taprootScript(publicKeyPackage, { kind: "tapscriptLeaf" }).script)).toBe(`20${hex(xOnly)}ac`);
  });

  test("as internal key of p2tr(Q) or of a merkle root: one more tweak, in script and signature alike", () => {
    for (const merkleRoot of [new Uint8Array(), root]) {
      const { script, tweak } = taprootScript(publicKeyPackage, { kind: "keyPath", merkleRoot });
      expect(hex(script)).toBe(`5120${hex(tweaked(xOnly, merkleRoot).toXOnly())}`);
      expect(tweak).toEqual({ kind: "merkleRoot", root: merkleRoot });
    }
  });

  test("wrong roots and keys are refused", () => {
    const badRoot = { kind: "keyPath", merkleRoot: new Uint8Array(31) } as const;
    expect(() => taprootScript(publicKeyPackage, badRoot)).toThrow("merkle root");
    const notX = { keyKind: "output", xOnly: new Uint8Array(32).fill(255) } as const;
    expect(() => taprootScript(notX, { kind: "outputKey" })).toThrow("x coordinate");
    const two = { keyKind: "output", xOnly: new Uint8Array(64).fill(1) } as const;
    expect(() => taprootScript(two, { kind: "outputKey" })).toThrow("x coordinate");
  });
});

// BIP-341 wallet test vectors, scriptPubKey[0]: a key without scripts.
test("p2tr of BIP-341's first wallet vector", () => {
  const xOnly = unhex("d6889cb081036e0faefa3a35157ad71086b123b2b144b649798b494c300a961d");
  const { script } = taprootScript(
    { keyKind: "internal", xOnly },
    { kind: "keyPath", merkleRoot: new Uint8Array() },
  );
  expect(hex(script)).toBe("512053a1f6e454df1aa2776a2814a721372d6258050de330b3c6d10ee8f4e0dda343");
});

// BIP-341 wallet test vectors, scriptPubKey[1]: one script leaf.
test("p2tr of BIP-341's second wallet vector", () => {
  const xOnly = unhex("187791b6f712a8ea41c8ecdd0ee77fab3e85263b37e1ec18a3651926b3a6cf27");
  const merkleRoot = unhex("5b75adecf53548f3ec6ad7d78383bf84cc57b55a3127c72b9a2481752dd88b21");
  const { script } = taprootScript({ keyKind: "internal", xOnly }, { kind: "keyPath", merkleRoot });
  expect(hex(script)).toBe("5120147c9c57132f6e7ecddba9800bb0c4449251c92a1e60371ee77557b6620f3ea3");
});

describe("a hidden script path", () => {
  test("cannot be in a generated key: Q is P tweaked with no scripts", () => {
    for (let seed = 0; seed < 4; seed++) {
      const rng = seededRng(`post-dkg ${seed}`);
      const { publicKeyPackage, transcript } = generateKey(2, [1, 1], rng);
      const untweaked = transcript.commitment.at(0);
      expect(publicKeyPackage.keyKind).toBe("output");
      expect(publicKeyPackage.verifyingKey.equals(tweaked(untweaked.toXOnly(), new Uint8Array()))).toBe(true);
    }
  });

  test("could be in a dealt key, which therefore states what it is, and is paid to only when tweaked", () => {
    const rng = seededRng("dealt");
    const identifiers = [1, 2, 3].map(identifierFromNumber);
    const dealt = dealKey({ suite: secp256k1Tr, threshold: 2, identifiers, keyKind: "internal" }, rng);
    expect(() => taprootScript(dealt.publicKeyPackage, { kind: "outputKey" })).toThrow(
      expect.objectContaining({ code: "wrongKeyKind" }),
    );
    const output = toOutputKey(dealt.publicKeyPackage);
    const expected = tweaked(dealt.publicKeyPackage.xOnly, new Uint8Array());
    expect(output.verifyingKey.equals(expected)).toBe(true);
    const script = taprootScript(output, { kind: "outputKey" }).script;
    const p2tr = taprootScript(dealt.publicKeyPackage, {
      kind: "keyPath",
      merkleRoot: new Uint8Array(),
    }).script;
    expect(hex(script)).toBe(hex(p2tr));
    const keyPackages = new Map([...dealt.keyPackages].map(([name, own]) => [name, toOutputKeyPackage(own)]));
    for (const [name, own] of keyPackages)
      expect(own.verifyingShare.equals(output.verifyingShare(name))).toBe(true);
    const signing = openSession({ keyPackages, publicKeyPackage: output }, [2, 3], rng);
    const signature = must(aggregate(signing.session, signAllShares(signing)));
    expect(schnorr.verify(signature, signing.session.message, script.subarray(2))).toBe(true);
    expect(() => toOutputKey(output)).toThrow(expect.objectContaining({ code: "wrongKeyKind" }));
  });

  test("an output key of the plain suite does not exist", () => {
    const rng = seededRng("plain");
    const options = { suite: secp256k1Plain, threshold: 2, identifiers: [1, 2].map(identifierFromNumber) };
    expect(() => dealKey({ ...options, keyKind: "output" }, rng)).toThrow(
      expect.objectContaining({ code: "wrongKeyKind" }),
    );
    const dealt = dealKey({ ...options, keyKind: "internal" }, rng);
    expect(() => toOutputKey(dealt.publicKeyPackage)).toThrow(
      expect.objectContaining({ code: "wrongSuite" }),
    );
  });

  test("a key package imported without its commitment is tweaked by its verifying shares", () => {
    const rng = seededRng("no commitment");
    const { publicKeyPackage } = dealKey(
      {
        suite: secp256k1Tr,
        threshold: 2,
        identifiers: [1, 2].map(identifierFromNumber),
        keyKind: "internal",
      },
      rng,
    );
    const whole = toOutputKey(publicKeyPackage);
    const without = toOutputKey(
      new PublicKeyPackage({ ...publicKeyPackage.fields(), commitment: undefined }),
    );
    expect(without.allVerifyingShares().equals(whole.allVerifyingShares())).toBe(true);
  });
});
