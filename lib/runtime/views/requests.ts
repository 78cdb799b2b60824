import type { SuccessorView } from "./rotation.ts";
import type { BoardView } from "./ceremony.ts";
import type { Person, Quorum, Sentence } from "./common.ts";
import type { ErrorView } from "./errors.ts";

export type RequestState =
  "needs-you" | "waiting" | "signing" | "done" | "refused" | "expired" | "cancelled" | "failed";

export type RequestKind = "text" | "batch" | "payment-out" | "payment-in" | "other";

/** One row of the inbox. */
export interface RequestSummary {
  readonly id: string;
  readonly kind: RequestKind;
  readonly title: string;
  /** A short amount or size on the right, e.g. "0.5 BTC" or "3 messages". */
  readonly size?: string;
  readonly subject: Sentence;
  readonly state: RequestState;
  readonly expiresAt?: number;
  readonly at: number;
  readonly approvals: Quorum;
  /** Your own answer, once given. */
  readonly yourAnswer?: "approved" | "refused";
  /** True where your policy approved it, and nobody pressed a button here. */
  readonly byPolicy?: boolean;
  readonly waitingFor: readonly string[];
}

export interface InboxView {
  readonly needsYou: readonly RequestSummary[];
  readonly waiting: readonly RequestSummary[];
  readonly done: readonly RequestSummary[];
  readonly canPropose: boolean;
}

/** One thing this tab looked at by itself before asking. */
export interface CheckView {
  readonly code: string;
  readonly state: "passed" | "asks" | "refused" | "looking";
  readonly title: string;
  readonly evidence: Sentence;
}

export interface RawLine {
  readonly label: string;
  readonly hex: string;
  /** Whether this tab's own result equals the coordinator's. */
  readonly same?: boolean;
}

/** A part of a transaction: a coin that goes in, or an output that comes out. */
export interface CoinView {
  readonly label: string;
  readonly note: Sentence;
  readonly sats?: bigint;
  readonly tag?: string;
  readonly pays: boolean;
}

/** The operation decoded for reading. An operation of a new kind picks one of these shapes. */
export type OperationBody =
  | {
      readonly shape: "messages";
      readonly tag: string;
      readonly messages: readonly { readonly text: string; readonly hash: string }[];
    }
  | {
      readonly shape: "facts";
      readonly facts: readonly { readonly label: string; readonly value: Sentence }[];
    }
  /** Several operations that are approved together. */
  | {
      readonly shape: "several";
      readonly parts: readonly {
        readonly title: string;
        readonly sentence: Sentence;
        readonly body: OperationBody;
      }[];
    }
  | {
      readonly shape: "transaction";
      readonly inputs: readonly CoinView[];
      readonly outputs: readonly CoinView[];
      readonly feeSats: bigint;
    };

export interface ApprovalView extends Person {
  readonly state: "waiting" | "approved" | "refused" | "not-needed";
  readonly at?: number;
  readonly reason?: string;
  readonly automatic?: boolean;
}

export type RefuseReason = "wrong-content" | "not-expected" | "wrong-time" | "need-to-talk" | "other";

/** What the signature was made of. */
export interface ResultView {
  readonly signatures: readonly {
    readonly label: string;
    readonly messageHash: string;
    readonly signature: string;
    readonly verified: boolean;
    /** Link to the verify page with everything in its fragment. */
    readonly verifyHref: string;
  }[];
  readonly publicKey: string;
  readonly tookPart: readonly Person[];
  /** Seats that were asked and replaced by another, with the reason as far as it is known. */
  readonly replaced: readonly {
    readonly name: string;
    readonly by: string;
    readonly why: "silent" | "invalid-share" | "refused" | "reloaded";
  }[];
  readonly notNeeded: readonly Person[];
  readonly finishedAt: number;
  readonly tookMs: number;
  readonly noncesAhead: boolean;
}

export interface RequestView extends RequestSummary {
  readonly proposedBy: string;
  readonly proposedAt: number;
  /** The whole effect in one sentence, and where it goes on a second line. */
  readonly sentence: Sentence;
  readonly detail?: Sentence;
  readonly seats: readonly ApprovalView[];
  /** What happens after the last approval, e.g. "Mara broadcasts". */
  readonly then?: string;
  readonly body: OperationBody;
  /** How many signatures it asks for. */
  readonly signatures: number;
  readonly checks: readonly CheckView[];
  readonly raw: readonly RawLine[];
  readonly digest: string;
  /** Verb and object on the button, e.g. "Approve 0.5 BTC". */
  readonly approveLabel: string;
  /** This seat is the one that completes the number of approvals needed. */
  readonly decision?: {
    readonly approve: boolean;
    readonly why?: string;
    readonly makes: number;
    readonly needed: number;
    /** Text the person types before approving; for operations that always want it. */
    readonly typeToConfirm?: string;
    readonly sending: boolean;
  };
  /** Set where the request hands the peg to another group. */
  readonly successor?: SuccessorView;
  readonly board?: BoardView;
  readonly result?: ResultView;
  readonly canCancel: boolean;
  readonly canTakeOver: boolean;
  readonly error?: ErrorView;
}

/** Proposing text messages for the group to sign. */
export interface ComposeView {
  readonly groupName: string;
  readonly tag: string;
  readonly maxMessages: number;
  readonly maxBytes: number;
  readonly expiries: readonly { readonly minutes: number; readonly label: string }[];
  readonly online: Quorum;
  readonly busy: boolean;
  readonly error?: ErrorView;
}
