import { bytesToHex } from "@noble/hashes/utils.js";
import { utf8 } from "@scure/base";
import { decodeBatch } from "../../../../rounds/operation/batch.ts";
import type { Operation } from "../../../../rounds/operation/operation.ts";
import { TEXT_TAG, textMessage, textOperation } from "../../../../rounds/operation/text.ts";
import { operationContext } from "../../../../rounds/signing/context.ts";
import type { SigningRequest } from "../../../../rounds/signing/request.ts";
import type { Sentence } from "../../../views/common.ts";
import type { OperationBody, RequestKind } from "../../../views/requests.ts";
import { proposalsOf } from "../../../../sbtc/peg/operation/kinds.ts";
import type { RequestModel } from "./model.ts";
import { pegWords, type PegReader } from "./peg-words.ts";

/** An operation as a person reads it. */
export interface OperationWords {
  readonly kind: RequestKind;
  readonly title: string;
  readonly size?: string;
  readonly subject: Sentence;
  readonly sentence: Sentence;
  readonly detail?: Sentence;
  readonly body: OperationBody;
  readonly approveLabel: string;
  /** The texts that are signed; null for an operation that is no text. */
  readonly texts: readonly string[] | null;
}

const longestSubject = 80;
const longestSentence = 240;

const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** A text cut for one line; whole where it fits. */
export function cut(text: string, longest: number): string {
  // A letter can be of many code units: enough of them is looked at, not a whole long text.
  const start = text
    .slice(0, longest * 16)
    .replace(/\s+/gu, " ")
    .trim();
  const found = Array.from(letters.segment(start), ({ segment }) => segment);
  if (found.length <= longest && start.length === text.replace(/\s+/gu, " ").trim().length) return start;
  return `${found.slice(0, longest - 1).join("")}…`;
}

function textOf(operation: Operation): string | null {
  if (operation.type !== textOperation.type) return null;
  try {
    return utf8.encode(operation.body);
  } catch {
    return null;
  }
}

/** The texts of a text or a batch of texts, in order; null for everything else. */
export function textsOf(operation: Operation): readonly string[] | null {
  const parts = operation.type === textOperation.type ? [operation] : decodeBatch(operation.body);
  const texts = (parts ?? []).map(textOf);
  return texts.length > 0 && texts.every((text) => text !== null) ? texts : null;
}

// A request never changes, and its screen is drawn many times.
const known = new WeakMap<SigningRequest, OperationWords>();

/** What a request asks for, rebuilt from its operation. */
export function wordsOf(model: RequestModel): OperationWords {
  let words = known.get(model.request);
  if (words === undefined) {
    words = readOperation(model);
    known.set(model.request, words);
  }
  return words;
}

function readOperation({ request, roster, context }: RequestModel): OperationWords {
  const proposals = proposalsOf(request.operation);
  // Only what rebuilds here is read further: malformed proposals have no words of their own.
  if (proposals !== null && context.operations.rebuild(request.operation, operationContext(context)).ok)
    return pegWords(proposals, pegReader({ context, roster }));
  const texts = textsOf(request.operation);
  if (texts === null) return unknownOperation(request.operation, context);
  const [first = ""] = texts;
  const subject: Sentence = [{ kind: "quote", text: cut(first, longestSubject) }];
  const body: OperationBody = {
    shape: "messages",
    tag: TEXT_TAG,
    messages: texts.map((text) => ({ text, hash: bytesToHex(textMessage(text)) })),
  };
  const group = { kind: "strong", text: roster.name } as const;
  if (texts.length === 1) {
    return {
      kind: "text",
      title: "Message",
      subject,
      sentence: [
        group,
        { kind: "text", text: " signs " },
        { kind: "quote", text: cut(first, longestSentence) },
      ],
      body,
      approveLabel: "Approve the message",
      texts,
    };
  }
  const size = `${texts.length} messages`;
  return {
    kind: "batch",
    title: "Messages",
    size,
    subject,
    sentence: [group, { kind: "text", text: ` signs ${size} together` }],
    detail: [
      { kind: "text", text: "The first: " },
      { kind: "quote", text: cut(first, longestSubject) },
    ],
    body,
    approveLabel: `Approve ${size}`,
    texts,
  };
}

const pegReader = ({ context, roster }: Pick<RequestModel, "context" | "roster">): PegReader => ({
  network: roster.network,
  groupKey: context.key.publicKeyPackage.xOnly,
  groupName: roster.name,
});

function unknownOperation(operation: Operation, context: RequestModel["context"]): OperationWords {
  const rebuilt = context.operations.rebuild(operation, operationContext(context));
  const title = rebuilt.ok ? rebuilt.view.title : "A request this version cannot read";
  const fields = rebuilt.ok
    ? rebuilt.view.fields.map(({ label, value }) => `${label}: ${value}`).join("\n")
    : "";
  const hashes = rebuilt.ok ? rebuilt.messages.map(({ message }) => bytesToHex(message)) : [];
  return {
    kind: "other",
    title,
    subject: [{ kind: "text", text: cut(fields === "" ? operation.type : fields, longestSubject) }],
    sentence: [{ kind: "text", text: title }],
    body: {
      shape: "messages",
      tag: operation.type,
      messages: hashes.map((hash, index) => ({ text: index === 0 ? fields : "", hash })),
    },
    approveLabel: "Approve",
    texts: null,
  };
}
