import { type Bytes, prefixed } from "../suite/bytes.ts";
import { FrostUsageError } from "../suite/errors.ts";
import { compareIdentifiers, type Identifier, identifierFromNumber } from "../suite/identifier.ts";
import type { Suite } from "../suite/suite.ts";

/**
 * What a proof of possession is bound to.
 *
 * "session": our own frames. The proof covers a session context as well, so that a package of another session is
 * refused (KG20 §5 has this context; frost-secp256k1-tr and noble do not hash it).
 * "compatible": exactly frost-secp256k1-tr's proof, for key generation together with its implementations.
 *
 * A package of one is not a package of the other: in the types, in the encodings and in the hashes.
 */
export type Binding = "session" | "compatible";

/**
 * A party to key generation. It deals one polynomial and holds one share per identifier (so its weight is their
 * number). Its first identifier is its name and the one its proof of possession is made under.
 */
export interface Participant {
  readonly identifiers: readonly Identifier[];
}

export interface KeygenOptions {
  readonly suite: Suite;
  /** Number of *identifiers* needed to sign (RFC 9591 MIN_PARTICIPANTS), 2 … their total. */
  readonly threshold: number;
  readonly participants: readonly Participant[];
}

/** Checked, frozen parameters that all participants of one key generation share. */
export interface KeygenParameters<B extends Binding = Binding> extends KeygenOptions {
  readonly binding: B;
  /** Empty where the binding is "compatible". */
  readonly session: Bytes;
  /** All identifiers, in numeric order. */
  readonly identifiers: readonly Identifier[];
}

/** Most identifiers one key may have: frost-secp256k1-tr counts them in 16 bits. */
export const MAX_IDENTIFIERS = 65_535;

/**
 * Parameters for key generation through our own frames.
 * @param options.session what no other run shares (group and round identifier, say): 16 bytes at least
 * @throws FrostUsageError where a value is out of range
 */
export function sessionParameters(
  options: KeygenOptions & { readonly session: Bytes },
): KeygenParameters<"session"> {
  if (options.session.length < 16) {
    throw new FrostUsageError("invalidParameters", "a session context has 16 bytes or more");
  }
  return Object.freeze({ ...checked(options), binding: "session", session: options.session.slice() });
}

/** Parameters for key generation together with frost-secp256k1-tr or noble. @throws FrostUsageError */
export function compatibleParameters(options: KeygenOptions): KeygenParameters<"compatible"> {
  return Object.freeze({ ...checked(options), binding: "compatible", session: new Uint8Array() });
}

/** Participants holding `weights[0]`, `weights[1]`, … consecutive identifiers, counted from 1. @throws FrostUsageError */
export function participantsFromWeights(weights: readonly number[]): Participant[] {
  let next = 1;
  return weights.map((weight) => {
    if (!Number.isInteger(weight) || weight < 1 || next + weight - 1 > MAX_IDENTIFIERS) {
      throw new FrostUsageError(
        "invalidParameters",
        `a weight is a whole number from 1; in all ${MAX_IDENTIFIERS} at most`,
      );
    }
    const identifiers = Array.from({ length: weight }, (_, i) => identifierFromNumber(next + i));
    next += weight;
    return { identifiers };
  });
}

/** Participants of one identifier each. */
export function participantsFromIdentifiers(identifiers: readonly Identifier[]): Participant[] {
  return identifiers.map((identifier) => ({ identifiers: [identifier] }));
}

/** The identifier a participant is named by: its first. */
export function nameOf(participant: Participant): Identifier {
  const [first] = participant.identifiers;
  /* v8 ignore next -- `checked` refuses a participant without identifiers */
  if (first === undefined)
    throw new FrostUsageError("invalidParameters", "a participant holds an identifier");
  return first;
}

/** The participant named `name`. @throws FrostUsageError where there is none */
export function participantNamed(parameters: KeygenParameters, name: Identifier): Participant {
  const found = parameters.participants.find((participant) => nameOf(participant) === name);
  if (found === undefined) {
    throw new FrostUsageError(
      "unknownIdentifier",
      "no participant of this key generation has this first identifier",
    );
  }
  return found;
}

/** Throws `FrostUsageError` unless 2 ≤ threshold ≤ identifiers ≤ 65535 and no identifier repeats. */
export function checkThreshold(threshold: number, identifiers: readonly Identifier[]): void {
  if (new Set(identifiers).size !== identifiers.length) {
    throw new FrostUsageError("invalidParameters", "an identifier belongs to one participant, once");
  }
  if (!Number.isInteger(threshold) || threshold < 2 || threshold > identifiers.length) {
    throw new FrostUsageError(
      "invalidParameters",
      "the threshold is a whole number from 2 to the number of identifiers",
    );
  }
  if (identifiers.length > MAX_IDENTIFIERS) {
    throw new FrostUsageError("invalidParameters", `a key has ${MAX_IDENTIFIERS} identifiers at most`);
  }
}

function checked(options: KeygenOptions) {
  if (options.participants.some(({ identifiers }) => identifiers.length === 0)) {
    throw new FrostUsageError("invalidParameters", "every participant holds at least one identifier");
  }
  const participants = options.participants.map(({ identifiers }) =>
    Object.freeze({ identifiers: Object.freeze([...identifiers]) }),
  );
  const identifiers = participants.flatMap((participant) => participant.identifiers).sort(compareIdentifiers);
  checkThreshold(options.threshold, identifiers);
  return {
    suite: options.suite,
    threshold: options.threshold,
    participants: Object.freeze(participants.sort((a, b) => compareIdentifiers(nameOf(a), nameOf(b)))),
    identifiers: Object.freeze(identifiers),
  };
}

/** The part of a proof of possession's challenge that names the session: nothing where the binding is "compatible". */
export function sessionPrefix(parameters: KeygenParameters): Bytes {
  return prefixed(parameters.session);
}
