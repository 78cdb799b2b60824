import {
  ArrowDownLeft,
  ArrowUpRight,
  Ban,
  CircleCheck,
  CircleX,
  Clock,
  FileText,
  MessageSquare,
  MessagesSquare,
  Signature,
  type LucideIcon,
} from "lucide-react";
import type {
  RefuseReason,
  RequestKind,
  RequestState,
  RequestSummary,
  RequestView,
} from "../../lib/runtime/views/index.ts";
import { listed } from "../../lib/runtime/views/index.ts";
import { clockMinutes } from "../ui/format.ts";
import type { Tone } from "../ui/state.tsx";

export const kindIcon: Readonly<Record<RequestKind, LucideIcon>> = {
  text: MessageSquare,
  batch: MessagesSquare,
  "payment-out": ArrowUpRight,
  "payment-in": ArrowDownLeft,
  other: FileText,
};

export const stateLook: Readonly<
  Record<RequestState, { readonly tone: Tone; readonly icon: LucideIcon; readonly word: string }>
> = {
  "needs-you": { tone: "sun", icon: Signature, word: "Needs you" },
  waiting: { tone: "act", icon: Clock, word: "Waiting" },
  signing: { tone: "act", icon: Signature, word: "Signing" },
  done: { tone: "go", icon: CircleCheck, word: "Signed" },
  refused: { tone: "stop", icon: Ban, word: "Refused" },
  expired: { tone: "wait", icon: Clock, word: "Expired" },
  cancelled: { tone: "wait", icon: Ban, word: "Cancelled" },
  failed: { tone: "stop", icon: CircleX, word: "Not signed" },
};

/** "Waiting for Bob", "You refused", "Signed": where it stands, with the name. */
export function standing(request: RequestSummary): string {
  const { state, waitingFor, yourAnswer } = request;
  if (yourAnswer === "refused") return "You refused";
  if (state === "waiting" && waitingFor.length > 0)
    return `${listed(waitingFor)}, ${request.approvals.have} of ${request.approvals.needed}`;
  return stateLook[state].word;
}

/** "Bob approved 11:32, You approved 11:35", or who asked while nobody has. */
export function approvedBy({ seats, proposedBy }: RequestView): string {
  const approved = seats.filter(({ state }) => state === "approved");
  if (approved.length > 0) {
    return approved
      .map(
        ({ name, you, at }) =>
          `${you ? "You" : name} approved${at === undefined ? "" : ` ${clockMinutes(at)}`}`,
      )
      .join(", ");
  }
  // Whoever asks usually approves at once, which a tab learns only with an answer: "nobody" would be wrong of them.
  const asker = seats.find(({ name }) => name === proposedBy);
  if (asker === undefined) return "Nobody has approved yet";
  return `${asker.you ? "You" : asker.name} asked; no approval has arrived yet`;
}

export const refuseReasons: readonly {
  readonly value: RefuseReason;
  readonly label: string;
  readonly note: string;
}[] = [
  {
    value: "wrong-content",
    label: "The content is wrong",
    note: "An address, an amount or a text is not what we agreed.",
  },
  { value: "not-expected", label: "I did not expect this", note: "Nobody told me about it." },
  { value: "wrong-time", label: "Not now", note: "Propose it again later." },
  { value: "need-to-talk", label: "We need to talk first", note: "Call me." },
  { value: "other", label: "Something else", note: "Say it below." },
];
