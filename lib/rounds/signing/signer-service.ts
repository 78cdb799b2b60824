import {
  type Identifier,
  type KeygenParameters,
  part1,
  type Rng,
  type Round1Secret,
} from "../../frost/index.ts";
import type { Round1Package } from "../../frost/index.ts";
import { computeShares, freshPairs, openSessions } from "./scheme.ts";

/** What `generate_key_shares` yields: public shares to send, and the secret that private shares come from. */
export interface KeyShares {
  readonly publicShares: Round1Package<"session">;
  /** `part2` of lib/frost makes the private shares of it, once everybody's public shares are checked. */
  readonly secret: Round1Secret;
}

/**
 * The signer of the source documents, under their names (`trait Signer`), as the machines call it. A `round_id`
 * there is a roundId here, and travels in `parameters` and packages; what those documents leave to the caller
 * (single use of nonces, approval, persistence) is the signing machine's work, not these functions'.
 */
export const signerService = {
  /** `generate_key_shares(round_id) -> (PublicShares, PrivateShares)` */
  generate_key_shares(parameters: KeygenParameters<"session">, name: Identifier, rng: Rng): KeyShares {
    const { package: publicShares, secret } = part1(parameters, name, rng);
    return { publicShares, secret };
  },
  /** `public_nonce(round_id) -> PublicNonce`: pairs for so many messages, secret and public half. */
  public_nonce: freshPairs,
  /** The sessions that a package opens, one per message: what `signature_share` signs. */
  open_sessions: openSessions,
  /** `signature_share(round_id, msg) -> SignatureShare`, for all messages and identifiers of one package. */
  signature_share: computeShares,
} as const;
