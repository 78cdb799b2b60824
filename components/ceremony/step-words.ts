import type { BoardStepId, BoardView, WaitView } from "../../lib/runtime/views/index.ts";
import { listed, possessive, verb } from "../../lib/runtime/views/index.ts";

interface StepWords {
  readonly head: string;
  readonly note: string;
  /** What is awaited, after a possessive: "Carol’s private shares". */
  readonly thing: string;
}

export const stepWords: Readonly<Record<BoardStepId, StepWords>> = {
  begin: { head: "Begin", note: "received", thing: "first answer" },
  "public-shares": { head: "Public shares", note: "to everyone", thing: "public shares" },
  "proofs-checked": { head: "Proofs checked", note: "all of them", thing: "check of the proofs" },
  "private-shares": { head: "Private shares", note: "sealed, one each", thing: "private shares" },
  "shares-checked": { head: "Shares checked", note: "one from each", thing: "check of the shares" },
  "key-signed": { head: "Key signed", note: "DKG_END", thing: "signature under the key" },
  certified: { head: "Certified", note: "signed by all", thing: "certificate" },
  "share-tested": { head: "Share tested", note: "by everyone", thing: "test share" },
  asked: { head: "Asked", note: "delivered", thing: "receipt" },
  approved: { head: "Approved", note: "by the person", thing: "approval" },
  nonces: { head: "One-time numbers", note: "fresh", thing: "one-time numbers" },
  share: { head: "Share", note: "sent", thing: "share" },
  "share-verified": { head: "Share checked", note: "by this tab", thing: "share" },
};

/** What is going on, with the name. */
export function boardTitle(view: BoardView): string {
  const { wait, round, error, endedAt } = view;
  if (error !== undefined)
    return round === "signing" ? "This signature was not made" : "The ceremony stopped";
  if (endedAt !== undefined) {
    return { keygen: "The key is made", "proof-of-life": "All shares work", signing: "Signed" }[round];
  }
  if (wait !== undefined) {
    if (wait.cause === "you") return "Waiting for you";
    return `Waiting for ${possessive(wait.people)} ${stepWords[wait.step].thing}`;
  }
  return { keygen: "Making the key", "proof-of-life": "Testing every share", signing: "Signing" }[round];
}

/** Why it stands still, and what to do about it. */
export function waitReason(wait: WaitView | undefined): string {
  const calm = "Nothing is lost if anyone reloads.";
  if (wait === undefined) return calm;
  const who = listed(wait.people, "somebody");
  const n = wait.people.length;
  const tabs = verb(n, "tab is", "tabs are");
  const whose = possessive(wait.people);
  switch (wait.cause) {
    case "working":
      return `${whose} ${tabs} working on it. ${calm}`;
    case "background":
      return `${whose} ${tabs} connected but in the background, where browsers slow ${verb(n, "it", "them")} down. Ask ${who} to bring ${verb(n, "it", "them")} to the front. ${calm}`;
    case "offline":
      return `${whose} ${tabs} offline. It goes on where it stopped as soon as ${who} ${verb(n, "opens", "open")} it again.`;
    case "relay":
      return `The relay cannot be reached, so nobody can say what ${who} ${verb(n, "has", "have")} done. ${calm}`;
    case "silent":
      return `No message from ${who} yet. The relay may be the cause. ${calm}`;
    case "locked":
      return `${whose} ${tabs} locked. Ask ${who} to unlock ${verb(n, "it", "them")}.`;
    case "you":
      return "Your decision is wanted below.";
  }
}
