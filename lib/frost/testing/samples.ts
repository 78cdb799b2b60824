import {
  commit,
  dealKey,
  exportKeyPackage,
  exportPublicKeyPackage,
  exportRound1Package,
  exportRound1Secret,
  exportRound2Secret,
  exportSigningCommitments,
  exportSigningPackage,
  identifierFromNumber,
  type KeygenParameters,
  noTweak,
  redistributionPackageCodec,
  redistributionPart1,
  repairPackageCodec,
  repairParameters,
  repairPart1,
  participantsFromIdentifiers,
  refreshParameters,
  publicKeyPackageCodec,
  restoreKeyPackage,
  restoreRound1Secret,
  restoreSecretShares,
  restoreSigningShare,
  revealKeyPackage,
  revealRound1Secret,
  revealSecretShares,
  revealSigningShare,
  round1PackageCodec,
  signatureShareCodec,
  signingCommitmentsCodec,
  signingPackageCodec,
  type Round1Package,
  secp256k1Plain,
  secp256k1Tr,
  type Suite,
  toRound2Secret,
  verifyingSharesCodec,
  type ZfCodec,
  zfCodecs,
} from "../index.ts";
import { identifierFromBytes, identifierToBytes } from "../suite/identifier.ts";
import { seededRng } from "./groups.ts";
import { firstRound, secondRound } from "./rounds.ts";
import { openSession, signAllShares } from "./sessions.ts";

/** A decoder with bytes it accepts: `again` decodes and encodes. */
export interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly again: (bytes: Uint8Array) => Uint8Array;
  /** True where acceptance costs a multiplication: such decoders get fewer inputs in the fuzz test. */
  readonly slow?: boolean;
}

const text = (value: string) => new TextEncoder().encode(value);
const untext = (bytes: Uint8Array) => new TextDecoder("utf-8", { fatal: false }).decode(bytes);

interface AnyCodec<T> {
  encode(value: T): Uint8Array;
  decode(bytes: Uint8Array): T;
}

function sample<T>(name: string, codec: AnyCodec<T>, value: T): Sample {
  return { name, bytes: codec.encode(value), again: (bytes) => codec.encode(codec.decode(bytes)) };
}

function forSuite(suite: Suite): Sample[] {
  const rng = seededRng(`samples ${suite.id}`);
  const named = (name: string) => `${suite.taproot ? "taproot" : "plain"} ${name}`;
  const identifiers = [1, 2, 10].map(identifierFromNumber);
  const keyKind = suite.taproot ? "output" : "internal";
  const key = dealKey({ suite, threshold: 2, identifiers, keyKind }, rng);
  const own = key.keyPackages.get(identifiers[0]!)!;
  const signing = openSession(key, [1, 10], rng, { message: text("hello world") });
  const [share] = signAllShares(signing);
  const { commitments } = commit(own, 1, rng)[0]!;
  const tweaks = suite.taproot
    ? [noTweak, { kind: "merkleRoot", root: new Uint8Array() }, { kind: "merkleRoot", root: rng(32) }]
    : [noTweak];
  const round = firstRound(2, [1, 1, 1], rng, { suite });
  const foreign = firstRound(2, [1, 1, 1], rng, { suite, compatible: true });
  const compatible = foreign.parameters as KeygenParameters<"compatible">;
  const name = foreign.names[0]!;
  const secret = foreign.secrets.get(name)!;
  const { transcript, inbox } = secondRound(foreign, rng);
  const members = participantsFromIdentifiers(identifiers);
  const dealing = redistributionPart1(
    refreshParameters(key.publicKeyPackage, members),
    identifiers[0]!,
    [own],
    rng,
  );
  const repair = repairParameters(key.publicKeyPackage, members.slice(0, 2), identifiers[2]!);
  const helped = repairPart1(repair, identifiers[0]!, [own], rng);
  const zf = zfCodecs(suite);
  const claims = new Map(
    identifiers.map((identifier) => [identifier, key.publicKeyPackage.verifyingShare(identifier)]),
  );
  const bare = { ...exportPublicKeyPackage(key.publicKeyPackage), minSigners: undefined };
  const both = <T>(label: string, { postcard, json }: ZfCodec<T>, value: T): Sample[] => [
    sample(named(`postcard ${label}`), postcard, value),
    sample(
      named(`json ${label}`),
      { encode: (item: T) => text(json.encode(item)), decode: (bytes) => json.decode(untext(bytes)) },
      value,
    ),
  ];
  const raw = <T>(
    label: string,
    encode: (value: T) => Uint8Array,
    decode: (bytes: Uint8Array) => T,
    value: T,
  ): Sample => ({
    ...sample(named(label), { encode, decode }, value),
    slow: true,
  });
  return [
    sample(named("round-1 package"), round1PackageCodec, {
      suite,
      value: round.packages[0] as Round1Package<"session">,
    }),
    sample(named("signing commitments"), signingCommitmentsCodec, { suite, value: commitments }),
    sample(named("signature share"), signatureShareCodec, { suite, value: share! }),
    ...tweaks.map((tweak) =>
      sample(named(`signing package, ${tweak.kind}`), signingPackageCodec, {
        suite,
        value: {
          message: text("message"),
          tweak: tweak as typeof noTweak,
          commitments: signing.session.commitments,
        },
      }),
    ),
    sample(named("verifying shares"), verifyingSharesCodec, { suite, value: claims }),
    sample(named("redistribution package"), redistributionPackageCodec, { suite, value: dealing.package }),
    sample(named("repair package"), repairPackageCodec, { suite, value: helped.package }),
    sample(named("public key package"), publicKeyPackageCodec, key.publicKeyPackage),
    raw("key package", revealKeyPackage, restoreKeyPackage, own),
    raw("round-1 secret", (value) => revealRound1Secret(value.suite, value), restoreRound1Secret, secret),
    raw("signing share", revealSigningShare, restoreSigningShare, own.signingShare),
    raw(
      "secret shares",
      revealSecretShares,
      (bytes) => restoreSecretShares(bytes, 1),
      [...inbox.get(name)!.values()][0]!,
    ),
    sample(named("identifier"), { encode: identifierToBytes, decode: identifierFromBytes }, identifiers[2]!),
    ...both("signing commitments", zf.signingCommitments, exportSigningCommitments(commitments)),
    ...both("signing package", zf.signingPackage, exportSigningPackage(signing.session)),
    ...both("signature share", zf.signatureShare, { share: share!.z }),
    ...both("public key package", zf.publicKeyPackage, exportPublicKeyPackage(key.publicKeyPackage)),
    ...both("public key package before 3.0", zf.publicKeyPackage, bare),
    ...both(
      "round-1 package",
      zf.round1Package,
      exportRound1Package(foreign.packages[0] as Round1Package<"compatible">),
    ),
    ...both("secret share", zf.secret.secretShare, {
      identifier: own.identifier,
      signingShare: own.signingShare,
      commitment: key.publicKeyPackage.commitment!,
    }),
    ...both("key package", zf.secret.keyPackage, exportKeyPackage(own)),
    ...both("round-1 secret package", zf.secret.round1SecretPackage, exportRound1Secret(compatible, secret)),
    ...both(
      "round-2 secret package",
      zf.secret.round2SecretPackage,
      exportRound2Secret(compatible, toRound2Secret(secret, transcript)),
    ),
    ...both("round-2 package", zf.secret.round2Package, { signingShare: [...inbox.get(name)!.values()][0]! }),
  ];
}

/** Every decoder of the library, in both suites, with a value it accepts. */
export function allSamples(): Sample[] {
  return [secp256k1Tr, secp256k1Plain].flatMap(forSuite);
}
