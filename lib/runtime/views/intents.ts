import type { SettingsView } from "./lobby.ts";
import type { PegCommand } from "./peg-coordinator.ts";
import type { PolicyForm } from "./peg-policy.ts";
import type { RefuseReason } from "./requests.ts";
import type { VerifyInput } from "./verify.ts";

/** What a person asked for by a click or a key. Plain data; the runtime checks each against its own state again. */
export type Intent =
  | { readonly do: "create-group"; readonly settings: SettingsView }
  | { readonly do: "open-link"; readonly link: string }
  /** Erases all that this browser holds of one of its seats. */
  | { readonly do: "remove-seat"; readonly id: string; readonly typed: string }
  | { readonly do: "take-seat"; readonly seat: number; readonly name: string }
  | { readonly do: "protect"; readonly with: "passphrase"; readonly passphrase: string }
  | { readonly do: "protect"; readonly with: "passkey" }
  | { readonly do: "answer-settings"; readonly answer: "approve" | "refuse" }
  | { readonly do: "run-dkg" }
  /** Begins the next group: people by name who leave, and how many seats there are for others. */
  | {
      readonly do: "reopen-lobby";
      readonly threshold: number;
      readonly remove: readonly string[];
      readonly add: number;
    }
  | { readonly do: "introduce-successor"; readonly file: File }
  | { readonly do: "confirm-successor"; readonly key: string; readonly code: string }
  /** Puts the same settings before everybody again, after somebody refused them. */
  | { readonly do: "ask-again" }
  /** Sends somebody away for good, before the settings are sealed; the seat is free again. */
  | { readonly do: "remove-member"; readonly name: string }
  /** Ends a lobby before its settings are sealed: nobody can join any more, and those who did are told. */
  | { readonly do: "close-lobby" }
  | { readonly do: "cancel-round"; readonly roundId: string }
  | { readonly do: "answer-compare"; readonly answer: "matches" | "differs" }
  | { readonly do: "raise-alarm" }
  | { readonly do: "propose-text"; readonly messages: readonly string[]; readonly minutes: number }
  | { readonly do: "approve"; readonly request: string; readonly digest: string; readonly typed?: string }
  | {
      readonly do: "refuse";
      readonly request: string;
      readonly digest: string;
      readonly reason: RefuseReason;
      readonly note: string;
    }
  | { readonly do: "cancel-request"; readonly request: string }
  | { readonly do: "coordinate-request"; readonly request: string }
  | { readonly do: "unlock"; readonly with: "passphrase"; readonly passphrase: string }
  | { readonly do: "unlock"; readonly with: "passkey" }
  | { readonly do: "lock" }
  | { readonly do: "take-over" }
  | { readonly do: "keep-storage" }
  | { readonly do: "save-backup"; readonly passphrase: string }
  | { readonly do: "test-backup"; readonly file: File; readonly passphrase: string }
  | { readonly do: "restore-file"; readonly file: File }
  | { readonly do: "restore-open"; readonly passphrase: string }
  | { readonly do: "restore-confirm" }
  | { readonly do: "restore-leave" }
  | { readonly do: "allow-notifications" }
  | { readonly do: "export-transcript" }
  | { readonly do: "peg"; readonly command: PegCommand }
  | { readonly do: "try-policy"; readonly form: PolicyForm }
  | { readonly do: "set-policy"; readonly form: PolicyForm }
  | { readonly do: "verify"; readonly input: VerifyInput }
  | { readonly do: "try-again" };

export type Act = (intent: Intent) => void;
