import { ArrowDownLeft, ArrowUpRight, CircleCheck, Clock, Hand, Undo2, type LucideIcon } from "lucide-react";
import type { PegQueueState } from "../../lib/runtime/views/index.ts";
import type { Tone } from "../ui/state.tsx";

/** A queue state in words, with the look it has. */
export const queueWords: Readonly<
  Record<PegQueueState, { readonly word: string; readonly tone: Tone; readonly icon: LucideIcon }>
> = {
  seen: { word: "Seen", tone: "act", icon: Clock },
  confirming: { word: "Confirming", tone: "act", icon: Clock },
  swept: { word: "Swept", tone: "act", icon: ArrowDownLeft },
  minted: { word: "Minted", tone: "go", icon: CircleCheck },
  rejected: { word: "Rejected", tone: "sun", icon: Undo2 },
  returned: { word: "Returned", tone: "go", icon: Undo2 },
  locked: { word: "sBTC locked", tone: "act", icon: Clock },
  signing: { word: "Signing", tone: "act", icon: Clock },
  broadcast: { word: "Broadcast", tone: "act", icon: ArrowUpRight },
  settled: { word: "Settled", tone: "go", icon: CircleCheck },
  cancelling: { word: "Cancelling", tone: "sun", icon: Undo2 },
  refunded: { word: "Refunded", tone: "go", icon: Undo2 },
  unbacked: { word: "Unbacked", tone: "stop", icon: Hand },
  "needs-a-person": { word: "Needs a person", tone: "sun", icon: Hand },
};
