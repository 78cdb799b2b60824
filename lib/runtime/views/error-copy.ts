import { pageCopy, relayCopy, storageCopy } from "./error-copy-tab.ts";
import { peerCopy, roundCopy } from "./error-copy-rounds.ts";
import type { ErrorCode, ErrorCopy, ErrorView } from "./errors.ts";

/** Words for one code, given the members it is about. */
export type CopyOf = (people: readonly string[]) => ErrorCopy;

/** One entry per code: a code without words does not compile. */
export const errorCopy: Readonly<Record<ErrorCode, CopyOf>> = {
  ...roundCopy,
  ...peerCopy,
  ...storageCopy,
  ...relayCopy,
  ...pageCopy,
};

/** @returns what happened, who, what is safe and what to do next */
export function explain(error: ErrorView): ErrorCopy {
  return errorCopy[error.code](error.people);
}
