import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DKG_Round1, DKG_Round2, DKG_Secret, GenNonce } from "@noble/curves/abstract/frost.js";
import {
  aggregate,
  commit,
  compatibleParameters,
  dealKey,
  deriveIdentifier,
  type Identifier,
  identifierFromNumber,
  importRound1Package,
  type KeyMaterial,
  noTweak,
  openSigningSession,
  parseIdentifier,
  part1,
  part2,
  part3,
  participantsFromIdentifiers,
  restoreSecretShares,
  revealSecretShares,
  revealSigningShare,
  type Rng,
  type Round1Package,
  type Round1Secret,
  secp256k1Plain,
  secp256k1Tr,
  type SecretShares,
  sign,
  type SigningNonces,
  type Suite,
  verifyRound1,
  verifyShare,
  verifySignature,
  zfCodecs,
} from "../index.ts";
import { concatBytes } from "../suite/bytes.ts";
import { scalarFromBytes, scalarToBytes } from "../suite/scalar.ts";
import { must, seededRng } from "./groups.ts";
import { hex } from "./hex.ts";
import {
  fromNobleCommitments,
  fromNoblePublic,
  fromNobleSecret,
  nobleFor,
  toNobleCommitments,
  toNoblePublic,
  toNobleSecret,
} from "./noble.ts";

const suites = [secp256k1Tr, secp256k1Plain] as const;

/** Threshold, size, which participants run noble, which sign, and the run's randomness. */
const scenario = fc
  .record({ n: fc.integer({ min: 2, max: 6 }), seed: fc.integer(), derived: fc.boolean() })
  .chain(({ n, seed, derived }) =>
    fc.record({
      n: fc.constant(n),
      seed: fc.constant(seed),
      derived: fc.constant(derived),
      t: fc.integer({ min: 2, max: n }),
      noble: fc.array(fc.boolean(), { minLength: n, maxLength: n }),
      order: fc.shuffledSubarray(
        Array.from({ length: n }, (_, i) => i),
        { minLength: n },
      ),
    }),
  );

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

function identifiersOf(suite: Suite, { n, derived }: Scenario): Identifier[] {
  return Array.from({ length: n }, (_, i) =>
    derived ? deriveIdentifier(suite, new TextEncoder().encode(`member ${i}`)) : identifierFromNumber(i + 1),
  );
}

function toNobleRound1(suite: Suite, pkg: Round1Package): DKG_Round1 {
  const { R, mu } = pkg.proof;
  const proofOfKnowledge = concatBytes(suite.taproot ? R.toXOnly() : R.toCompressed(), scalarToBytes(mu));
  return {
    identifier: pkg.identifier,
    commitment: Array.from({ length: pkg.commitment.length }, (_, i) =>
      Uint8Array.from(pkg.commitment.toCompressed(i)),
    ),
    proofOfKnowledge: Uint8Array.from(proofOfKnowledge),
  };
}

function fromNobleRound1(suite: Suite, pkg: DKG_Round1): Round1Package<"compatible"> {
  const text = JSON.stringify({
    header: { version: 0, ciphersuite: suite.id },
    commitment: pkg.commitment.map((bytes) => hex(bytes)),
    proof_of_knowledge: hex(pkg.proofOfKnowledge),
  });
  return importRound1Package(
    parseIdentifier(pkg.identifier),
    zfCodecs(suite).round1Package.json.decode(text),
  );
}

/** One key generation in which some participants run noble and the others this library. */
function mixedKeygen(suite: Suite, run: Scenario, rng: Rng): KeyMaterial[] {
  const noble = nobleFor(suite);
  const identifiers = identifiersOf(suite, run);
  const signers = { min: run.t, max: run.n };
  const parameters = compatibleParameters({
    suite,
    threshold: run.t,
    participants: participantsFromIdentifiers(identifiers),
  });
  const ours = new Map<Identifier, { secret: Round1Secret; package: Round1Package<"compatible"> }>();
  const theirs = new Map<Identifier, { secret: DKG_Secret; public: DKG_Round1 }>();
  identifiers.forEach((identifier, i) => {
    if (run.noble[i]) theirs.set(identifier, noble.DKG.round1(identifier, signers, undefined, nobleRng(rng)));
    else ours.set(identifier, part1(parameters, identifier, rng));
  });
  const packages = identifiers.map(
    (identifier) => ours.get(identifier)?.package ?? fromNobleRound1(suite, theirs.get(identifier)!.public),
  );
  const transcript = must(verifyRound1(parameters, packages, rng));
  const sent = new Map<Identifier, Map<Identifier, Uint8Array>>();
  for (const identifier of identifiers) {
    const own = ours.get(identifier);
    const out = new Map<Identifier, Uint8Array>();
    if (own === undefined) {
      const others = packages
        .filter((pkg) => pkg.identifier !== identifier)
        .map((pkg) => toNobleRound1(suite, pkg));
      const dealt = noble.DKG.round2(theirs.get(identifier)!.secret, others);
      for (const [to, { signingShare }] of Object.entries(dealt)) out.set(parseIdentifier(to), signingShare);
    } else {
      for (const [to, shares] of part2(own.secret, transcript)) out.set(to, revealSecretShares(shares));
    }
    sent.set(identifier, out);
  }
  return identifiers.map((identifier): KeyMaterial => {
    const own = ours.get(identifier);
    const others = identifiers.filter((other) => other !== identifier);
    if (own === undefined) {
      const round2 = others.map((from): DKG_Round2 => ({
        identifier: from,
        signingShare: Uint8Array.from(sent.get(from)!.get(identifier)!),
      }));
      const round1 = packages
        .filter((pkg) => pkg.identifier !== identifier)
        .map((pkg) => toNobleRound1(suite, pkg));
      const key = noble.DKG.round3(theirs.get(identifier)!.secret, round1, round2);
      const publicKeyPackage = fromNoblePublic(suite, key.public, suite.taproot ? "output" : "internal");
      return { keyPackages: [fromNobleSecret(suite, key.secret, publicKeyPackage)], publicKeyPackage };
    }
    const received = new Map<Identifier, SecretShares>(
      others.map((from) => [from, restoreSecretShares(sent.get(from)!.get(identifier)!, 1)]),
    );
    return must(part3(own.secret, transcript, received));
  });
}

describe.each(suites)("with noble as second implementation, $id", (suite) => {
  const noble = nobleFor(suite);

  test("key generation with any mixture of both gives everyone the same key and verifying shares", () =>
    fc.assert(
      fc.property(scenario, (run) => {
        const rng = seededRng(run.seed);
        const members = mixedKeygen(suite, run, rng);
        const keys = new Set(
          members.map(({ publicKeyPackage }) =>
            [
              publicKeyPackage.verifyingKey.toCompressed(),
              publicKeyPackage.allVerifyingShares().allCompressed(),
            ]
              .map(hex)
              .join("/"),
          ),
        );
        expect(keys.size).toBe(1);
        members.forEach(({ keyPackages, publicKeyPackage }) => {
          const own = keyPackages[0]!;
          expect(own.verifyingShare.equals(publicKeyPackage.verifyingShare(own.identifier))).toBe(true);
        });
      }),
      { numRuns: 25 },
    ));

  test("a signing session of both implementations gives the same shares and one valid signature", () => {
    fc.assert(
      fc.property(scenario, fc.uint8Array({ maxLength: 80 }), (run, message) => {
        const rng = seededRng(run.seed);
        const dealt = dealKey(
          { suite, threshold: run.t, identifiers: identifiersOf(suite, run), keyKind: "internal" },
          rng,
        );
        const key = dealt.publicKeyPackage;
        const noblePublic = toNoblePublic(key);
        const signers = key.identifiers.filter((_, i) =>
          run.order.slice(0, Math.max(run.t, run.n - 1)).includes(i),
        );
        const ours = new Map<Identifier, SigningNonces>();
        const theirs = new Map<Identifier, GenNonce>();
        signers.forEach((identifier, i) => {
          const own = dealt.keyPackages.get(identifier)!;
          if (run.noble[i]) theirs.set(identifier, noble.commit(toNobleSecret(own), nobleRng(rng)));
          else ours.set(identifier, commit(own, 1, rng)[0]!);
        });
        const commitments = signers.map(
          (identifier) =>
            ours.get(identifier)?.commitments ?? fromNobleCommitments(theirs.get(identifier)!.commitments),
        );
        const nobleList = commitments.map(toNobleCommitments);
        const session = must(openSigningSession(key, { message, tweak: noTweak, commitments }));
        const shares = signers.map((identifier) => {
          const own = dealt.keyPackages.get(identifier)!;
          const pair = ours.get(identifier);
          if (pair !== undefined) return must(sign(session, own, pair));
          const z = noble.signShare(
            toNobleSecret(own),
            noblePublic,
            theirs.get(identifier)!.nonces,
            nobleList,
            Uint8Array.from(message),
          );
          return { identifier, z: scalarFromBytes(z) };
        });
        const bytes = Object.fromEntries(
          shares.map(({ identifier, z }) => [identifier, Uint8Array.from(scalarToBytes(z))]),
        );
        for (const share of shares) {
          expect(verifyShare(session, share)).toBe(true);
          const z = bytes[share.identifier]!;
          expect(
            noble.verifyShare(noblePublic, nobleList, Uint8Array.from(message), share.identifier, z),
          ).toBe(true);
        }
        const signature = must(aggregate(session, shares));
        expect(hex(noble.aggregate(noblePublic, nobleList, Uint8Array.from(message), bytes))).toBe(
          hex(signature),
        );
        const groupKey = key.verifyingKey.toCompressed();
        expect(
          noble.verify(Uint8Array.from(signature), Uint8Array.from(message), Uint8Array.from(groupKey)),
        ).toBe(true);
        expect(verifySignature(suite, groupKey, message, signature)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("derived identifiers are noble's and the Rust crate's", () => {
    const name = "alice@example.com";
    expect(deriveIdentifier(suite, new TextEncoder().encode(name))).toBe(noble.Identifier.derive(name));
  });

  test("noble accepts our dealt shares and recombines them to the same secret", () => {
    const rng = seededRng("dealer");
    const dealt = dealKey(
      { suite, threshold: 3, identifiers: [1, 2, 3, 4].map(identifierFromNumber), keyKind: "internal" },
      rng,
    );
    const secrets = [...dealt.keyPackages.values()].map(toNobleSecret);
    for (const secret of secrets) noble.validateSecret(secret, toNoblePublic(dealt.publicKeyPackage));
    const one = noble.combineSecret(secrets.slice(0, 3), { min: 3, max: 4 });
    expect(hex(noble.combineSecret(secrets.slice(1), { min: 3, max: 4 }))).toBe(hex(one));
    expect(secrets.map(({ signingShare }) => hex(signingShare))).toEqual(
      [...dealt.keyPackages.values()].map((own) => hex(revealSigningShare(own.signingShare))),
    );
  });
});

function nobleRng(rng: Rng) {
  return (length = 32) => Uint8Array.from(rng(length));
}
