import {
  type Identifier,
  type KeyMaterial,
  type KeyPackage,
  nameOf,
  type RedistributionPackage,
  type RedistributionParameters,
  redistributionPart1,
  redistributionPart2,
  type RedistributionTranscript,
  type Result,
  type Rng,
  type SecretShares,
  verifyRedistribution,
} from "../index.ts";
import { must } from "./groups.ts";

export interface Redistribution {
  readonly transcript: RedistributionTranscript;
  readonly packages: readonly RedistributionPackage[];
  /** By recipient, then by dealer. */
  readonly inbox: ReadonlyMap<Identifier, Map<Identifier, SecretShares>>;
  finish(recipient: Identifier): Result<KeyMaterial>;
  finishAll(): KeyMaterial[];
}

/** A refresh or resharing up to its last step. `old` are all old key packages, by identifier. */
export function redistribute(
  parameters: RedistributionParameters,
  old: ReadonlyMap<Identifier, KeyPackage>,
  rng: Rng,
): Redistribution {
  const packagesOf = (identifiers: readonly Identifier[]) =>
    identifiers.map((identifier) => old.get(identifier)).filter((own) => own !== undefined);
  const dealings = parameters.dealers.map((dealer) =>
    redistributionPart1(parameters, nameOf(dealer), packagesOf(dealer.identifiers), rng),
  );
  const packages = dealings.map((dealing) => dealing.package);
  const transcript = must(verifyRedistribution(parameters, packages));
  const inbox = new Map(
    parameters.recipients.map((recipient) => [
      nameOf(recipient),
      new Map(dealings.map((dealing) => [dealing.package.dealer, dealing.shares.get(nameOf(recipient))!])),
    ]),
  );
  const finish = (recipient: Identifier) => {
    const own = parameters.recipients.find((candidate) => nameOf(candidate) === recipient)!;
    return redistributionPart2(transcript, recipient, inbox.get(recipient)!, packagesOf(own.identifiers));
  };
  return {
    transcript,
    packages,
    inbox,
    finish,
    finishAll: () => parameters.recipients.map((recipient) => must(finish(nameOf(recipient)))),
  };
}

/** All key packages of some members, by identifier. */
export function packagesByIdentifier(members: Iterable<KeyMaterial>): ReadonlyMap<Identifier, KeyPackage> {
  return new Map([...members].flatMap(({ keyPackages }) => keyPackages).map((own) => [own.identifier, own]));
}
