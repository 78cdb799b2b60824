import type { RefuseReason } from "./requests.ts";
import { refusalWords } from "./refusal-copy.ts";
import type { RequestFault } from "../../rounds/signing/checks.ts";

/** Longest reason that travels, bytes of UTF-8 (`MAX_REASON_BYTES` of lib/rounds). */
const longest = 200;

const said: Readonly<Record<RefuseReason, string>> = {
  "wrong-content": "The content is wrong",
  "not-expected": "I did not expect this",
  "wrong-time": "Not now",
  "need-to-talk": "We need to talk first",
  other: "Another reason",
};

/** Reasons that a tab gives by itself. */
const faults: Readonly<Record<RequestFault, string>> = {
  "not-a-member": "Whoever asked is not a member",
  halted: "This signer signs nothing any more",
  "used-round": "The request reuses an earlier one’s name",
  expired: "The deadline had passed",
  "expiry-too-far": "The deadline is too far away",
  busy: "Too many requests are open",
  "unknown-operation": "This signer’s version does not know this kind of request",
  "malformed-operation": "The request is malformed",
  "too-many-messages": "Too many messages at once",
  "other-messages": "The request would sign something else than it shows",
  "not-for-this-group": "The request is for another group",
};

const words = new Map<string, string>([
  // The signer's own words for these speak to the signer.
  ["successorNotYours", "This signer knows nobody in the next group"],
  ["successorNotConfirmed", "This signer has not confirmed the next group"],
  ["handed-over", "This group has handed over: its shares sign only what moves its coins"],
  ...Object.entries(said),
  ...Object.entries(faults),
]);

/** What is sent to the others for a refusal: the reason's code, and the note where there is one. */
export function refusalReason(reason: RefuseReason, note: string): string {
  const trimmed = note.trim();
  if (trimmed === "") return reason;
  // Cut at a whole character: what is left has to be well-formed to be sent.
  const whole = `${said[reason]}: ${trimmed}`;
  const bytes = new TextEncoder().encode(whole);
  if (bytes.length <= longest) return whole;
  return new TextDecoder().decode(bytes.subarray(0, longest)).replace(/\uFFFD+$/u, "");
}

/** A reason as it came, for a person: codes in words, everything else as it is. */
export const reasonText = (reason: string): string =>
  words.get(reason) ?? refusalWords(reason)?.what ?? reason;
