import type { PegLink, PegStep, Quorum, Sentence } from "../../views/index.ts";
import { say } from "./say.ts";

type Id = PegStep["id"];

/** How far a request came: what the chains show of each step. */
export interface StepFacts {
  readonly done: boolean;
  readonly title: string;
  readonly note: Sentence;
  readonly at?: number | null;
  readonly links?: readonly PegLink[];
}

/**
 * The six steps in order. A step that is done proves those before it, since signers do nothing before it; the first that is
 * not done is the present one, drawn as failed where the request has stopped.
 */
export function stepList(facts: Readonly<Record<Id, StepFacts>>, stopped: boolean): readonly PegStep[] {
  const order: readonly Id[] = ["requested", "seen", "approved", "signing", "broadcast", "done"];
  const last = order.findLastIndex((id) => facts[id].done);
  return order.map((id, index) => {
    const { title, note, at, links = [] } = facts[id];
    const state = index <= last ? "done" : index > last + 1 ? "next" : stopped ? "bad" : "now";
    return { id, title, note, state, links, ...(at == null ? {} : { at }) };
  });
}

/** "3 of 6 blocks" */
export const blocksOf = (have: number, needed: number): string =>
  `${Math.min(have, needed)} of ${needed} ${needed === 1 ? "block" : "blocks"}`;

/** What can honestly be said of approvals: they happen in the signers' tabs, and show on chain by what follows. */
export function approvedNote({ needed, total }: Quorum, done: boolean, waiting: boolean): Sentence {
  if (done)
    return say(`At least ${needed} of ${total} keys agreed: what follows carries the group’s signature.`);
  return waiting
    ? say(
        `${needed} of ${total} keys must agree. Signers decide in their own tabs; the chains show it once they have signed.`,
      )
    : say(`${needed} of ${total} keys must agree, each signer after checking for itself.`);
}
