import * as P from "micro-packed";
import { codec } from "../../../rounds/core/codec.ts";
import {
  MAX_OPERATION_BYTES,
  type Operation,
  type OperationKind,
} from "../../../rounds/operation/operation.ts";

/** Name of an operation of the peg that says which of its coordinator's devices asks. */
export const coordinatedType = "sbtc/coordinated/1";

/** What the wrapping adds to an operation at most, in bytes. */
export const coordinatedBytes = 8 + 1 + 32 + 2;

/**
 * An operation and the epoch of the device that asks for it. A later take-over has a higher epoch; signers answer the
 * highest they have seen of one coordinator. It is no check: it keeps two devices of one coordinator from working at once.
 */
export interface Coordinated {
  readonly epoch: bigint;
  readonly operation: Operation;
}

const bodies = codec(
  MAX_OPERATION_BYTES,
  P.struct({ epoch: P.U64BE, operation: P.struct({ type: P.string(P.U8), body: P.bytes(P.U16BE) }) }),
);

/** @throws RangeError where the operation is too large to be asked for */
export const coordinatedBy = (epoch: bigint, operation: Operation): Operation => ({
  type: coordinatedType,
  body: bodies.encode({ epoch, operation }),
});

/** The operation behind its epoch; as it is, of epoch 0, where it has none. Null for bytes that are neither. */
export function readCoordinated(operation: Operation): Coordinated | null {
  if (operation.type !== coordinatedType) return { epoch: 0n, operation };
  const decoded = bodies.decode(operation.body);
  return decoded.ok && decoded.value.operation.type !== coordinatedType ? decoded.value : null;
}

/** The kind: what is signed is what the operation inside signs, of one of the given kinds. */
export function coordinatedOperation(kinds: readonly OperationKind[]): OperationKind {
  const inner = (body: Uint8Array): { readonly kind: OperationKind; readonly body: Uint8Array } | null => {
    const operation = readCoordinated({ type: coordinatedType, body })?.operation;
    const kind = kinds.find(({ type }) => type === operation?.type);
    return operation === undefined || kind === undefined ? null : { kind, body: operation.body };
  };
  return {
    type: coordinatedType,
    check: (body, context) => {
      const held = inner(body);
      return held === null ? "malformed-operation" : held.kind.check(held.body, context);
    },
    digest: (body, context) => {
      const held = inner(body);
      return held === null ? [] : held.kind.digest(held.body, context);
    },
    view: (body, context) => {
      const held = inner(body);
      return held === null ? { title: "", fields: [] } : held.kind.view(held.body, context);
    },
  };
}
