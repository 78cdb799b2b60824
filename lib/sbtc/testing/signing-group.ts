import {
  aggregate,
  commit,
  openSigningSession,
  sign,
  type KeyPackage,
  type PublicKeyPackage,
  type Rng,
  type Tweak,
} from "../../frost/index.ts";
import { generateKey, must } from "../../frost/testing/groups.ts";
import { parseGroupKey, pegScript, type GroupKey } from "../ops/peg-script.ts";
import type { BitcoinTx } from "../bitcoin/transaction.ts";
import type { Plan } from "../transactions/plan.ts";
import { finalize, signingDigests, signWithKey, witnessFor, type Unlocking } from "../transactions/sign.ts";

/** A group that holds a key together, made by a whole key generation. */
export interface ThresholdGroup {
  /** Q as it comes out of key generation. */
  readonly key: GroupKey;
  readonly script: Uint8Array;
  /** A BIP 340 signature by `threshold` members, others each time. */
  readonly sign: (message: Uint8Array, tweak: Tweak) => Uint8Array;
}

/** Runs a key generation among `n` members of which `threshold` sign. */
export function thresholdGroup(threshold: number, n: number, rng: Rng): ThresholdGroup {
  const group = generateKey(threshold, Array<number>(n).fill(1), rng);
  const shares = [...group.members.values()].flatMap(({ keyPackages }) => keyPackages);
  return groupWith(group.publicKeyPackage, shares, threshold, rng);
}

/** A group by its shares, however they were made. */
export function groupWith(
  publicKeyPackage: PublicKeyPackage,
  shares: readonly KeyPackage[],
  threshold: number,
  rng: Rng,
): ThresholdGroup {
  const key = parseGroupKey(publicKeyPackage.xOnly);
  let round = 0;
  return {
    key,
    script: pegScript(key, "peg").script,
    sign(message, tweak) {
      round += 1;
      const signers = Array.from({ length: threshold }, (_, i) => shares[(round + i) % shares.length]!);
      const nonces = signers.map((own) => commit(own, 1, rng)[0]!);
      const commitments = nonces.map((one) => one.commitments);
      const session = must(openSigningSession(publicKeyPackage, { message, tweak, commitments }));
      return must(
        aggregate(
          session,
          signers.map((own, i) => must(sign(session, own, nonces[i]!))),
        ),
      );
    },
  };
}

/** Signs a plan: the group its own inputs, a wallet key the others. */
export function signTogether(
  plan: Plan,
  group: ThresholdGroup,
  options: { readonly walletSecret?: Uint8Array; readonly rng: Rng },
): BitcoinTx {
  const unlocking = new Map<number, Unlocking>();
  for (const { input, message, tweak } of signingDigests(plan)) {
    unlocking.set(input, witnessFor(plan, input, group.sign(message, tweak)));
  }
  plan.inputs.forEach(({ signer }, i) => {
    if (signer.tag === "wallet" && options.walletSecret !== undefined) {
      unlocking.set(i, signWithKey(plan, i, options.walletSecret, options.rng(32)));
    }
  });
  return finalize(plan, unlocking);
}
