import { describe, expect, test } from "vitest";
import {
  exportKeyPackage,
  exportPublicKeyPackage,
  exportRound1Package,
  exportRound1Secret,
  exportRound2Secret,
  exportSigningPackage,
  identifierFromNumber,
  importKeyPackage,
  importPublicKeyPackage,
  importRound1Package,
  importRound1Secret,
  importRound2Secret,
  importSigningPackage,
  type KeygenParameters,
  acceptDealerShare,
  openSigningSession,
  part2,
  part3,
  restoreSecretShares,
  type Round1Package,
  secp256k1Plain,
  secp256k1Tr,
  toRound2Secret,
  verifyRound1,
  WireError,
  zfCodecs,
} from "../../index.ts";
import { concatBytes, utf8ToBytes } from "../../suite/bytes.ts";
import { fault, generateKey, must, seededRng } from "../../testing/groups.ts";
import { hex, point, share, unhex } from "../../testing/hex.ts";
import { firstRound, secondRound } from "../../testing/rounds.ts";
import { dealtKey, keyOf, openSession } from "../../testing/sessions.ts";
import { crc32 } from "./codecs.ts";

// ZcashFoundation/frost, frost-secp256k1-tr/tests/snapshots/*.snap (postcard) and tests/serde_tests.rs (JSON), over the
// values of tests/helpers/samples.rs: identifier 42, elements G and 2G, scalar 1/3.
const G = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
const G2 = "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5";
const THIRD = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa9d1c9e899ca306ad27fe1945de0242b81";
const ID = "000000000000000000000000000000000000000000000000000000000000002a";
const HEAD = "00230f8ab3";
const id = identifierFromNumber(42);
const third = () => restoreSecretShares(unhex(THIRD), 1);
const header = { version: 0, ciphersuite: "FROST-secp256k1-SHA256-TR-v1" };

const { secret, ...open } = zfCodecs(secp256k1Tr);
const proof = { R: point(G), mu: BigInt(`0x${THIRD}`) };

/** A struct, its postcard bytes and its JSON, as the Rust crate writes them. */
const snapshots: readonly (readonly [string, () => { binary: string; json: string }, string, unknown])[] = [
  [
    "signing_commitments",
    () => both(open.signingCommitments, { hiding: point(G), binding: point(G2) }),
    HEAD + G + G2,
    { header, hiding: G, binding: G2 },
  ],
  [
    "signing_package",
    () =>
      both(open.signingPackage, {
        signingCommitments: new Map([[id, { hiding: point(G), binding: point(G2) }]]),
        message: utf8ToBytes("hello world"),
      }),
    `${HEAD}01${ID}${HEAD}${G}${G2}0b68656c6c6f20776f726c64`,
    {
      header,
      signing_commitments: { [ID]: { header, hiding: G, binding: G2 } },
      message: "68656c6c6f20776f726c64",
    },
  ],
  [
    "signature_share",
    () => both(open.signatureShare, { share: BigInt(`0x${THIRD}`) }),
    THIRD,
    { header, share: THIRD },
  ],
  [
    "secret_share",
    () => both(secret.secretShare, { identifier: id, signingShare: share(THIRD), commitment: point(G) }),
    `${HEAD}${ID}${THIRD}01${G}`,
    { header, identifier: ID, signing_share: THIRD, commitment: [G] },
  ],
  [
    "key_package",
    () =>
      both(secret.keyPackage, {
        identifier: id,
        signingShare: share(THIRD),
        verifyingShare: point(G),
        verifyingKey: point(G),
        minSigners: 2,
      }),
    `${HEAD}${ID}${THIRD}${G}${G}02`,
    { header, identifier: ID, signing_share: THIRD, verifying_share: G, verifying_key: G, min_signers: 2 },
  ],
  [
    "public_key_package of 3.0",
    () =>
      both(open.publicKeyPackage, {
        verifyingShares: new Map([[id, point(G)]]),
        verifyingKey: point(G),
        minSigners: 2,
      }),
    `${HEAD}01${ID}${G}${G}0102`,
    { header, verifying_shares: { [ID]: G }, verifying_key: G, min_signers: 2 },
  ],
  [
    "public_key_package before 3.0",
    () =>
      both(open.publicKeyPackage, {
        verifyingShares: new Map([[id, point(G)]]),
        verifyingKey: point(G),
        minSigners: undefined,
      }),
    `${HEAD}01${ID}${G}${G}`,
    { header, verifying_shares: { [ID]: G }, verifying_key: G },
  ],
  [
    "round1_package",
    () => both(open.round1Package, { commitment: point(G), proofOfKnowledge: proof }),
    `${HEAD}01${G}40${G.slice(2)}${THIRD}`,
    { header, commitment: [G], proof_of_knowledge: G.slice(2) + THIRD },
  ],
  [
    "round1_secret_package",
    () =>
      both(secret.round1SecretPackage, {
        identifier: id,
        coefficients: restoreSecretShares(unhex(THIRD + THIRD), 2),
        commitment: point(G),
        minSigners: 2,
        maxSigners: 3,
      }),
    `${ID}02${THIRD}${THIRD}01${G}0203`,
    { identifier: ID, coefficients: [THIRD, THIRD], commitment: [G], min_signers: 2, max_signers: 3 },
  ],
  [
    "round2_secret_package",
    () =>
      both(secret.round2SecretPackage, {
        identifier: id,
        commitment: point(G),
        secretShare: third(),
        minSigners: 2,
        maxSigners: 3,
      }),
    `${ID}01${G}${THIRD}0203`,
    { identifier: ID, commitment: [G], secret_share: THIRD, min_signers: 2, max_signers: 3 },
  ],
  [
    "round2_package",
    () => both(secret.round2Package, { signingShare: third() }),
    HEAD + THIRD,
    { header, signing_share: THIRD },
  ],
];

interface BothCodecs<T> {
  readonly postcard: { encode(value: T): Uint8Array; decode(bytes: Uint8Array): T };
  readonly json: { encode(value: T): string; decode(text: string): T };
}

/** Both encodings, each after a round trip through its decoder. */
function both<T>({ postcard, json }: BothCodecs<T>, value: T): { binary: string; json: string } {
  return {
    binary: hex(postcard.encode(postcard.decode(postcard.encode(value)))),
    json: json.encode(json.decode(json.encode(value))),
  };
}

test.each(snapshots)("%s is written as frost-secp256k1-tr writes it", (_, encode, binary, json) => {
  expect(encode()).toEqual({ binary, json: JSON.stringify(json) });
});

test("the suite's short id is the CRC-32 of its name", () => {
  expect(hex(crc32(utf8ToBytes(secp256k1Tr.id)))).toBe("230f8ab3");
  // The check value of CRC-32/ISO-HDLC.
  expect(hex(crc32(utf8ToBytes("123456789")))).toBe("cbf43926");
});

describe("JSON is read as serde reads it", () => {
  const { json } = open.signingCommitments;
  const good = { header, hiding: G, binding: G2 };
  test("spaced and indented", () => {
    expect(json.decode(JSON.stringify(good, null, 2)).hiding.equals(point(G))).toBe(true);
  });
  test.each([
    ["nothing", "{}"],
    ["no JSON", "{"],
    ["a list", "[]"],
    ["null", "null"],
    [
      "another suite",
      JSON.stringify({ ...good, header: { version: 0, ciphersuite: "FROST(Wrong, SHA-512)" } }),
    ],
    ["another version", JSON.stringify({ ...good, header: { ...header, version: 1 } })],
    ["no header", JSON.stringify({ hiding: G, binding: G2 })],
    ["a missing field", JSON.stringify({ header, binding: G2 })],
    ["an unknown field", JSON.stringify({ ...good, extra: 1 })],
    ["a doubled field", JSON.stringify(good).replace("}", `},"hiding":"${G}"`).replace(/}$/, "}")],
    ["upper-case hex", JSON.stringify({ ...good, hiding: G.toUpperCase() })],
    ["hex with a space", JSON.stringify({ ...good, hiding: `${G.slice(0, 2)} ${G.slice(2)}` })],
    ["an escaped digit", JSON.stringify(good).replace("0279", "\\u003079").replace("\\\\", "\\")],
    ["a short point", JSON.stringify({ ...good, hiding: G.slice(2) })],
    ["a number", JSON.stringify({ ...good, hiding: 2 })],
  ])("not with %s", (_, text) => {
    expect(() => json.decode(text)).toThrow(WireError);
  });
  test("not with an identifier of zero, a threshold that is no u16, or a list that is none", () => {
    const shares = JSON.stringify({ header, verifying_shares: { ["0".repeat(64)]: G }, verifying_key: G });
    expect(() => open.publicKeyPackage.json.decode(shares)).toThrow("not zero");
    for (const min_signers of [65_536, -1, 1.5, "2", null]) {
      const text = JSON.stringify({ header, verifying_shares: { [ID]: G }, verifying_key: G, min_signers });
      expect(() => open.publicKeyPackage.json.decode(text)).toThrow(WireError);
    }
    const text = JSON.stringify({ header, commitment: G, proof_of_knowledge: G.slice(2) + THIRD });
    expect(() => open.round1Package.json.decode(text)).toThrow("a list");
    const long = JSON.stringify({ header, commitment: [G], proof_of_knowledge: G + THIRD });
    expect(() => open.round1Package.json.decode(long)).toThrow("64 bytes");
  });
});

describe("postcard is read in its one spelling", () => {
  const decode = (text: string) => open.publicKeyPackage.postcard.decode(unhex(text));
  const entry = (number: number) => `${identifierFromNumber(number)}${G}`;
  test.each([
    ["another version", `01230f8ab301${entry(42)}${G}`],
    ["another suite", `00230f8ab401${entry(42)}${G}`],
    ["a count in a longer form", `${HEAD}8100${entry(42)}${G}`],
    ["a count that never ends", `${HEAD}ffffffffff01${entry(42)}${G}`],
    ["a count above what u16 holds", `${HEAD}808004${entry(42)}${G}`],
    ["a count above what follows", `${HEAD}05${entry(42)}${G}`],
    ["identifiers out of order", `${HEAD}02${entry(42)}${entry(2)}${G}`],
    ["an identifier twice", `${HEAD}02${entry(42)}${entry(42)}${G}`],
    ["an absent value written", `${HEAD}01${entry(42)}${G}00`],
    ["a present value without it", `${HEAD}01${entry(42)}${G}01`],
    ["a byte too many", `${HEAD}01${entry(42)}${G}010200`],
  ])("not with %s", (_, text) => {
    expect(() => decode(text)).toThrow(WireError);
  });
  test("a sequence that claims more than it holds is refused before anything is read", () => {
    expect(() => open.round1Package.postcard.decode(unhex(`${HEAD}05${G}`))).toThrow("do not fit");
  });
});

describe("a key moves between a tab and a Rust signer", () => {
  const rng = seededRng("move");
  const key = dealtKey(3, 5, rng);
  const own = keyOf(key, 2);

  test("key package and public key package come back whole", () => {
    const back = importKeyPackage(secp256k1Tr, exportKeyPackage(own), "output");
    expect(back.verifyingShare.equals(own.verifyingShare)).toBe(true);
    const bytes = open.publicKeyPackage.postcard.encode(exportPublicKeyPackage(key.publicKeyPackage));
    const imported = importPublicKeyPackage(
      secp256k1Tr,
      open.publicKeyPackage.postcard.decode(bytes),
      { keyKind: "output" },
      rng,
    );
    expect(imported.threshold).toBe(3);
    expect(imported.allVerifyingShares().equals(key.publicKeyPackage.allVerifyingShares())).toBe(true);
  });

  test("a package before 3.0 needs its threshold said, and a wrong one is found out", () => {
    const foreign = { ...exportPublicKeyPackage(key.publicKeyPackage), minSigners: undefined };
    const load = (threshold?: number) =>
      importPublicKeyPackage(
        secp256k1Tr,
        foreign,
        threshold === undefined ? { keyKind: "output" } : { keyKind: "output", threshold },
        rng,
      );
    expect(() => load()).toThrow(expect.objectContaining({ code: "invalidParameters" }));
    expect(load(3).threshold).toBe(3);
    expect(() => load(2)).toThrow("not those of this key");
    expect(() => load(4)).toThrow("not those of this key");
    expect(() => load(6)).toThrow("no key has this threshold");
    expect(() => load(1)).toThrow("no key has this threshold");
  });

  test("a verifying share that is not of the key is found out", () => {
    const foreign = exportPublicKeyPackage(key.publicKeyPackage);
    const load = (change: Partial<typeof foreign>, threshold?: number) => () =>
      importPublicKeyPackage(
        secp256k1Tr,
        { ...foreign, ...change },
        threshold === undefined ? { keyKind: "output" } : { keyKind: "output", threshold },
        rng,
      );
    const one = identifierFromNumber(1);
    const wrong = new Map(foreign.verifyingShares).set(one, foreign.verifyingShares.get(one)!.negate());
    expect(load({ verifyingShares: wrong })).toThrow("not those of this key");
    expect(load({ verifyingKey: foreign.verifyingKey.negate() })).toThrow("not those of this key");
    expect(load({}, 4)).toThrow("another threshold");
  });

  test("a key package whose parts do not belong together is refused", () => {
    const foreign = exportKeyPackage(own);
    expect(() => importKeyPackage(secp256k1Tr, { ...foreign, signingShare: share(THIRD) }, "output")).toThrow(
      WireError,
    );
    expect(() => importKeyPackage(secp256k1Tr, { ...foreign, minSigners: 1 }, "output")).toThrow(WireError);
    expect(() => importKeyPackage(secp256k1Plain, foreign, "output")).toThrow(
      expect.objectContaining({ code: "wrongKeyKind" }),
    );
  });

  test("a dealer's share is accepted where it fits the commitment, and only there", () => {
    const identifier = own.identifier;
    const commitment = key.publicKeyPackage.commitment!;
    const dealt = { suite: secp256k1Tr, identifier, signingShare: own.signingShare, commitment };
    const accepted = must(acceptDealerShare(dealt, "internal"));
    expect(accepted.verifyingShare.equals(own.verifyingShare)).toBe(true);
    expect(accepted.threshold).toBe(3);
    const wrong = { ...dealt, identifier: identifierFromNumber(3) };
    expect(fault(acceptDealerShare(wrong, "internal")).code).toBe("invalidSecretShare");
    const short = { ...dealt, commitment: commitment.at(0) };
    expect(fault(acceptDealerShare(short, "internal")).code).toBe("unusableGroupKey");
  });

  test("a signing package comes back to the same session; one with a tweak has no such form", () => {
    const { session } = openSession(key, [1, 2, 4], rng);
    const back = importSigningPackage(exportSigningPackage(session));
    const again = must(openSigningSession(key.publicKeyPackage, back));
    expect(again.challenge).toBe(session.challenge);
    const tweak = { kind: "merkleRoot", root: new Uint8Array() } as const;
    expect(() => exportSigningPackage({ ...back, tweak })).toThrow(
      expect.objectContaining({ code: "mismatchedInputs" }),
    );
  });
});

describe("a key generation moves between a tab and a Rust signer", () => {
  const rng = seededRng("keygen moves");
  const round = firstRound(2, [1, 1, 1], rng, { compatible: true });
  const parameters = round.parameters as KeygenParameters<"compatible">;
  const packages = round.packages as readonly Round1Package<"compatible">[];
  const { transcript, inbox } = secondRound(round, rng);
  const me = round.names[0]!;
  const polynomial = round.secrets.get(me)!;

  test("after part 1, with polynomial and package", () => {
    const foreign = exportRound1Secret(parameters, polynomial);
    const broadcast = importRound1Package(me, exportRound1Package(packages[0]!));
    const back = importRound1Secret(secp256k1Tr, foreign, broadcast);
    expect([...part2(back, transcript).keys()]).toEqual(round.names.slice(1));
    const another = importRound1Package(round.names[1]!, exportRound1Package(packages[1]!));
    expect(() => importRound1Secret(secp256k1Tr, foreign, another)).toThrow(WireError);
    expect(() => importRound1Secret(secp256k1Tr, { ...foreign, coefficients: third() }, broadcast)).toThrow(
      WireError,
    );
  });

  test("after part 2, with what is left of it", () => {
    const foreign = exportRound2Secret(parameters, toRound2Secret(polynomial, transcript));
    const material = must(part3(importRound2Secret(foreign), transcript, inbox.get(me)!));
    const expected = must(part3(polynomial, transcript, inbox.get(me)!));
    expect(material.keyPackages[0]!.verifyingShare.equals(expected.keyPackages[0]!.verifyingShare)).toBe(
      true,
    );
    expect(() => importRound2Secret({ ...foreign, secretShare: third() })).toThrow(WireError);
    expect(() => importRound2Secret({ ...foreign, commitment: foreign.commitment.at(0) })).toThrow(WireError);
  });

  test("not where the run is bound to a session, or the participant holds several identifiers", () => {
    const session = firstRound(2, [1, 1], rng);
    expect(() => exportRound1Secret(parameters, session.secrets.get(session.names[0]!)!)).toThrow(
      expect.objectContaining({ code: "mismatchedInputs" }),
    );
    const heavy = firstRound(2, [2, 1], rng, { compatible: true });
    const checked = must(verifyRound1(heavy.parameters, heavy.packages, rng));
    const rest = toRound2Secret(heavy.secrets.get(heavy.names[0]!)!, checked);
    expect(() => exportRound2Secret(heavy.parameters as KeygenParameters<"compatible">, rest)).toThrow(
      expect.objectContaining({ code: "mismatchedInputs" }),
    );
  });
});

test("a key generated here is exported with all its verifying shares", () => {
  const { publicKeyPackage } = generateKey(2, [1, 1, 1], seededRng("export"));
  const { verifyingShares, minSigners } = exportPublicKeyPackage(publicKeyPackage);
  expect([...verifyingShares.keys()]).toEqual(publicKeyPackage.identifiers);
  expect(minSigners).toBe(2);
  expect(concatBytes(...[...verifyingShares.values()].map((value) => value.toCompressed()))).toHaveLength(99);
});
