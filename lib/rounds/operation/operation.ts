import type { Tweak } from "../../frost/index.ts";

/**
 * What a signing request asks for. A request never names bare bytes: it names an operation, and every signer
 * rebuilds from it the exact messages it is asked to sign. The registry is open: a new kind of operation is an
 * entry here and changes no machine.
 */

/** An operation as it travels: the name of its kind and that kind's canonical encoding. */
export interface Operation {
  readonly type: string;
  readonly body: Uint8Array;
}

/**
 * One message of a signing request.
 * @property message what BIP-340 signs, 32 bytes
 * @property tweak what is added to the group key for this message (BIP-341)
 */
export interface MessageToSign {
  readonly message: Uint8Array;
  readonly tweak: Tweak;
}

/** The group an operation is checked for. */
export interface OperationContext {
  /** 32 bytes */
  readonly groupId: Uint8Array;
  /** x-only group public key Q, 32 bytes */
  readonly groupPublicKey: Uint8Array;
}

/** Why an operation cannot be signed, as a short code for the others and for screens. */
export type OperationFault =
  "unknown-operation" | "malformed-operation" | "too-many-messages" | "other-messages" | "not-for-this-group";

/** What a person is shown before answering: one sentence and its parts, never bytes alone. */
export interface OperationView {
  readonly title: string;
  readonly fields: readonly { readonly label: string; readonly value: string }[];
}

/**
 * A kind of operation. All three functions are pure and must not throw on any `body`. What needs a chain, a
 * price or a limit is not decided here but by whoever answers the `decide` effect.
 */
export interface OperationKind {
  readonly type: string;
  /** Is the encoding canonical and the operation meaningful in itself? */
  check(body: Uint8Array, context: OperationContext): OperationFault | null;
  /** The exact messages of a checked operation, 1 to `MAX_MESSAGES`. */
  digest(body: Uint8Array, context: OperationContext): readonly MessageToSign[];
  /** A checked operation in words. */
  view(body: Uint8Array, context: OperationContext): OperationView;
}

/** Messages in one request at most (one nonce pair per key and message is spent on each). */
export const MAX_MESSAGES = 64;

/** Encoded operation at most, bytes: a request must fit a frame beside its commitment list. */
export const MAX_OPERATION_BYTES = 32_768;

export type Rebuilt =
  | { readonly ok: true; readonly messages: readonly MessageToSign[]; readonly view: OperationView }
  | { readonly ok: false; readonly fault: OperationFault };

/** Kinds a party knows. */
export interface OperationRegistry {
  /** Checks an operation and rebuilds what it signs. An unknown kind is a fault, never an exception. */
  rebuild(operation: Operation, context: OperationContext): Rebuilt;
  readonly types: readonly string[];
}

/** @throws TypeError where two kinds share a name */
export function operationRegistry(kinds: readonly OperationKind[]): OperationRegistry {
  const byType = new Map(kinds.map((kind) => [kind.type, kind]));
  if (byType.size !== kinds.length) throw new TypeError("two kinds of operation share a name");
  return {
    types: [...byType.keys()],
    rebuild: (operation, context) => {
      const kind = byType.get(operation.type);
      if (kind === undefined) return { ok: false, fault: "unknown-operation" };
      if (operation.body.length > MAX_OPERATION_BYTES) return { ok: false, fault: "malformed-operation" };
      const fault = kind.check(operation.body, context);
      if (fault !== null) return { ok: false, fault };
      const messages = kind.digest(operation.body, context);
      if (messages.length === 0) return { ok: false, fault: "malformed-operation" };
      if (messages.length > MAX_MESSAGES) return { ok: false, fault: "too-many-messages" };
      return { ok: true, messages, view: kind.view(operation.body, context) };
    },
  };
}
