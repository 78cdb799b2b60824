import type { BoardView, CompareView, ProofView, StoppedView } from "./ceremony.ts";
import type { ErrorView } from "./errors.ts";
import type { LobbyView } from "./lobby.ts";

/** The group that is made while another is in use: its people are chosen, it gathers, it makes its key. */
export type NextGroupView =
  | {
      readonly stage: "plan";
      /** Names of those who are in the group now. */
      readonly people: readonly string[];
      readonly threshold: number;
      readonly maxSeats: number;
    }
  | { readonly stage: "lobby"; readonly lobby: LobbyView }
  | { readonly stage: "ceremony"; readonly board: BoardView; readonly proof?: ProofView }
  | { readonly stage: "compare"; readonly compare: CompareView }
  | { readonly stage: "stopped"; readonly stopped: StoppedView };

/** The group that a request would hand the peg to, as this tab knows it. */
export interface SuccessorView {
  /** 64 hex digits. */
  readonly key: string;
  /** Absent where this tab has no record of that key. */
  readonly known?: {
    readonly name: string;
    readonly people: readonly string[];
    readonly threshold: number;
    readonly total: number;
  };
  /** This tab's person has a seat in it. */
  readonly member: boolean;
  /** The person typed the code that its members compared. */
  readonly confirmed: boolean;
  readonly error?: ErrorView;
}
