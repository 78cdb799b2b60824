import {
  compatibleParameters,
  type Identifier,
  type KeygenParameters,
  nameOf,
  part1,
  part2,
  participantsFromWeights,
  type Rng,
  type Round1Package,
  type Round1Secret,
  type Round1Transcript,
  secp256k1Tr,
  type SecretShares,
  sessionParameters,
  type Suite,
  verifyRound1,
} from "../index.ts";
import { must } from "./groups.ts";

/** A key generation up to the packages of round 1. */
export interface FirstRound {
  readonly parameters: KeygenParameters;
  readonly names: readonly Identifier[];
  readonly secrets: ReadonlyMap<Identifier, Round1Secret>;
  readonly packages: readonly Round1Package[];
}

export function firstRound(
  threshold: number,
  weights: readonly number[],
  rng: Rng,
  options: { readonly suite?: Suite; readonly compatible?: boolean; readonly session?: Uint8Array } = {},
): FirstRound {
  const common = {
    suite: options.suite ?? secp256k1Tr,
    threshold,
    participants: participantsFromWeights(weights),
  };
  const parameters: KeygenParameters = options.compatible
    ? compatibleParameters(common)
    : sessionParameters({ ...common, session: options.session ?? rng(32) });
  const names = parameters.participants.map(nameOf);
  const dealt = names.map((name) => part1(parameters, name, rng));
  return {
    parameters,
    names,
    secrets: new Map(names.map((name, i) => [name, dealt[i]!.secret])),
    packages: dealt.map((own) => own.package),
  };
}

/** All shares dealt, by recipient and then by dealer. */
export function secondRound(
  round: FirstRound,
  rng: Rng,
): {
  readonly transcript: Round1Transcript;
  readonly inbox: ReadonlyMap<Identifier, Map<Identifier, SecretShares>>;
} {
  const transcript = must(verifyRound1(round.parameters, round.packages, rng));
  const inbox = new Map(round.names.map((name) => [name, new Map<Identifier, SecretShares>()]));
  for (const [dealer, secret] of round.secrets) {
    for (const [recipient, shares] of part2(secret, transcript)) inbox.get(recipient)!.set(dealer, shares);
  }
  return { transcript, inbox };
}
