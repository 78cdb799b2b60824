import {
  compatibleParameters,
  type Identifier,
  type KeygenParameters,
  type KeyMaterial,
  nameOf,
  part1,
  part2,
  part3,
  participantsFromWeights,
  type PublicKeyPackage,
  type Result,
  type Rng,
  secp256k1Tr,
  type SecretShares,
  sessionParameters,
  type Suite,
  verifyRound1,
} from "../index.ts";
import { sha256 } from "@noble/hashes/sha2.js";

/** A random source that tests can repeat: SHA-256 over seed and counter. */
export function seededRng(seed: string | number): Rng {
  let counter = 0;
  return (length) => {
    const out = new Uint8Array(length);
    for (let at = 0; at < length; at += 32) {
      const block = sha256(new TextEncoder().encode(`${seed}/${counter++}`));
      out.set(block.subarray(0, Math.min(32, length - at)), at);
    }
    return out;
  };
}

/** The value of a result that must be one. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`unexpected fault: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** The fault of a result that must be one. */
export function fault<T>(result: Result<T>) {
  if (result.ok) throw new Error("unexpected success");
  return result.error;
}

export interface Group {
  readonly parameters: KeygenParameters;
  /** By the participant's first identifier. */
  readonly members: ReadonlyMap<Identifier, KeyMaterial>;
  readonly publicKeyPackage: PublicKeyPackage;
}

/** A whole key generation among honest participants of these weights. */
export function generateKey(
  threshold: number,
  weights: readonly number[],
  rng: Rng,
  options: { readonly suite?: Suite; readonly binding?: "session" | "compatible" } = {},
): Group {
  const { suite = secp256k1Tr, binding = "session" } = options;
  const common = { suite, threshold, participants: participantsFromWeights(weights) };
  const parameters: KeygenParameters =
    binding === "session" ? sessionParameters({ ...common, session: rng(32) }) : compatibleParameters(common);
  const names = parameters.participants.map(nameOf);
  const first = new Map(names.map((name) => [name, part1(parameters, name, rng)]));
  const transcript = must(
    verifyRound1(
      parameters,
      [...first.values()].map((own) => own.package),
      rng,
    ),
  );
  const second = new Map([...first].map(([name, own]) => [name, part2(own.secret, transcript)]));
  const members = new Map(
    [...first].map(([name, own]) => {
      const received = new Map<Identifier, SecretShares>();
      for (const [dealer, shares] of second) {
        const share = shares.get(name);
        if (share !== undefined) received.set(dealer, share);
      }
      return [name, must(part3(own.secret, transcript, received))];
    }),
  );
  const [any] = members.values();
  if (any === undefined) throw new Error("a group has members");
  return { parameters, members, publicKeyPackage: any.publicKeyPackage };
}
