import {
  commit,
  dealKey,
  type DealtKey,
  identifierFromNumber,
  type KeyPackage,
  noTweak,
  openSigningSession,
  type Rng,
  secp256k1Tr,
  sign,
  type SignatureShare,
  type SigningNonces,
  type SigningSession,
  type Suite,
  type Tweak,
} from "../index.ts";
import { must } from "./groups.ts";

/** A dealt key of identifiers 1 … n. */
export function dealtKey(threshold: number, n: number, rng: Rng, suite: Suite = secp256k1Tr): DealtKey {
  const identifiers = Array.from({ length: n }, (_, i) => identifierFromNumber(i + 1));
  return dealKey({ suite, threshold, identifiers, keyKind: suite.taproot ? "output" : "internal" }, rng);
}

export interface Signing {
  readonly signers: readonly KeyPackage[];
  readonly nonces: readonly SigningNonces[];
  readonly session: SigningSession;
}

/** A session of these identifiers with fresh nonces, not signed yet. */
export function openSession(
  key: DealtKey,
  numbers: readonly number[],
  rng: Rng,
  options: { readonly message?: Uint8Array; readonly tweak?: Tweak } = {},
): Signing {
  const signers = numbers.map((number) => keyOf(key, number));
  const nonces = signers.map((own) => commit(own, 1, rng)[0]!);
  const session = must(
    openSigningSession(key.publicKeyPackage, {
      message: options.message ?? rng(32),
      tweak: options.tweak ?? noTweak,
      commitments: nonces.map(({ commitments }) => commitments),
    }),
  );
  return { signers, nonces, session };
}

export function keyOf(key: DealtKey, number: number): KeyPackage {
  return key.keyPackages.get(identifierFromNumber(number))!;
}

export function signAllShares({ signers, nonces, session }: Signing): SignatureShare[] {
  return signers.map((own, i) => must(sign(session, own, nonces[i]!)));
}
