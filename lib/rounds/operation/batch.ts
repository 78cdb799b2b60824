import * as P from "micro-packed";
import { MAX_MESSAGES, type Operation, type OperationKind } from "./operation.ts";

const batchCodec = P.array(P.U16BE, P.struct({ type: P.string(P.U8), body: P.bytes(P.U16BE) }));

const BATCH = "batch/1";

/** @returns the operations of a batch, unchecked; null where the bytes are no batch */
export function decodeBatch(body: Uint8Array): readonly Operation[] | null {
  try {
    return batchCodec.decode(body);
  } catch {
    return null;
  }
}

/** @throws TypeError where the batch is empty, too long, or holds a batch */
export function batchToSign(operations: readonly Operation[]): Operation {
  if (operations.length === 0 || operations.length > MAX_MESSAGES)
    throw new TypeError(`a batch has 1 to ${MAX_MESSAGES} operations, this one has ${operations.length}`);
  if (operations.some((operation) => operation.type === BATCH)) throw new TypeError("a batch holds no batch");
  return { type: BATCH, body: batchCodec.encode([...operations]) };
}

/**
 * Several operations in one request, approved together and signed in one round. It holds no batch, so what a
 * person is shown is a flat list.
 * @param kinds kinds a batch may hold
 */
export function batchOperation(kinds: readonly OperationKind[]): OperationKind {
  const byType = new Map(kinds.map((kind) => [kind.type, kind]));
  const parts = (body: Uint8Array): readonly { readonly kind: OperationKind; readonly body: Uint8Array }[] =>
    (decodeBatch(body) ?? []).flatMap((item) => {
      const kind = byType.get(item.type);
      return kind === undefined ? [] : [{ kind, body: item.body }];
    });
  return {
    type: BATCH,
    check: (body, context) => {
      const items = decodeBatch(body);
      if (items === null || items.length === 0) return "malformed-operation";
      if (items.length > MAX_MESSAGES) return "too-many-messages";
      for (const item of items) {
        const kind = byType.get(item.type);
        if (kind === undefined) return "unknown-operation";
        const fault = kind.check(item.body, context);
        if (fault !== null) return fault;
      }
      return null;
    },
    digest: (body, context) => parts(body).flatMap((part) => part.kind.digest(part.body, context)),
    view: (body, context) => {
      const items = parts(body);
      return {
        title: `Sign ${items.length} operations together`,
        fields: items.flatMap((part, index) => {
          const view = part.kind.view(part.body, context);
          return [
            { label: `Operation ${index + 1}`, value: view.title },
            ...view.fields.map((field) => ({ label: `${index + 1}. ${field.label}`, value: field.value })),
          ];
        }),
      };
    },
  };
}
