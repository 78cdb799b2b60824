import {
  aggregate,
  commit,
  noTweak,
  openSigningSession,
  sign,
  type KeyPackage,
  type Rng,
} from "../../frost/index.ts";
import { generateKey, must, seededRng, type Group as FrostGroup } from "../../frost/testing/groups.ts";
import type { Group } from "./peg-world.ts";

/** A real group: keys made by a whole key generation, every signature by `threshold` of the members. */
export class ThresholdGroup implements Group {
  readonly #rng: Rng;
  readonly #group: FrostGroup;
  readonly #signers: readonly KeyPackage[];
  readonly key: Uint8Array;

  constructor(threshold: number, members: number, seed: string) {
    this.#rng = seededRng(seed);
    const weights = Array.from({ length: members }, () => 1);
    this.#group = generateKey(threshold, weights, this.#rng);
    const packages = [...this.#group.members.values()].flatMap(({ keyPackages }) => keyPackages);
    this.#signers = packages.slice(-threshold);
    this.key = this.#group.publicKeyPackage.xOnly;
  }

  sign(message: Uint8Array): Uint8Array {
    const nonces = this.#signers.map((own) => commit(own, 1, this.#rng)[0]!);
    const commitments = nonces.map((own) => own.commitments);
    const session = must(
      openSigningSession(this.#group.publicKeyPackage, { message, tweak: noTweak, commitments }),
    );
    return must(
      aggregate(
        session,
        this.#signers.map((own, i) => must(sign(session, own, nonces[i]!))),
      ),
    );
  }
}
