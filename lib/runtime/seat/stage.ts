import type { ErrorView } from "../views/errors.ts";
import type { BackupView, RestoreView } from "../views/storage.ts";
import type { Profile } from "../store/profiles.ts";
import type { PegMemory } from "../peg/signer/memory-file.ts";
import type { UnlockedVault } from "../vault/vault.ts";
import type { KeptHost } from "./backup-contents.ts";
import type { InviteLink } from "./link.ts";
import type { PolicyDraft } from "./policy.ts";
import type { Seat } from "./seat.ts";
import type { SeatSecrets } from "./secrets.ts";

/** What is to become a seat of this browser once it is protected. */
export interface NewSeat {
  readonly role: "coordinator" | "signer";
  readonly secrets: SeatSecrets;
  /** The record a backup brought, for a seat that is restored. */
  readonly record: Uint8Array | null;
  /** What that backup knew of the peg, for each of its groups. */
  readonly peg: readonly PegMemory[];
  /** The pegs it coordinated. */
  readonly hosts: readonly KeptHost[];
}

/** Where a tab stands. Each stage holds only what that stage may know. */
export type Stage =
  | { readonly tag: "starting" }
  | {
      readonly tag: "create";
      readonly trial: boolean;
      readonly busy: boolean;
      readonly error: ErrorView | null;
    }
  | { readonly tag: "noLink"; readonly error: ErrorView | null }
  | {
      readonly tag: "join";
      readonly link: InviteLink;
      readonly busy: boolean;
      readonly error: ErrorView | null;
    }
  | {
      readonly tag: "protect";
      readonly seat: NewSeat;
      readonly passkeys: boolean;
      readonly work: number | null;
      readonly error: ErrorView | null;
    }
  | {
      readonly tag: "elsewhere";
      readonly profile: Profile;
      readonly asking: boolean;
      readonly error: ErrorView | null;
    }
  | {
      readonly tag: "unlock";
      readonly profile: Profile;
      readonly idleMs: number | null;
      readonly work: number | null;
      readonly error: ErrorView | null;
    }
  | {
      readonly tag: "restore";
      readonly restore: RestoreView;
      readonly file: string | null;
      readonly found: NewSeat | null;
    }
  | { readonly tag: "open"; readonly open: OpenSeat }
  | { readonly tag: "failed"; readonly error: ErrorView };

/** An unlocked seat with what only its screens need. */
export interface OpenSeat {
  readonly profile: Profile;
  readonly vault: UnlockedVault;
  readonly seat: Seat;
  readonly release: () => void;
  /** Ids of questions whose answer is on its way. */
  readonly sending: ReadonlySet<string>;
  /** Run DKG was pressed and has not begun. */
  readonly starting: boolean;
  readonly backup: BackupView;
  /** What became of the policy that was typed last; null before one was. */
  readonly policy: PolicyDraft | null;
  readonly error: ErrorView | null;
}

/** The same stage once its error has been read; what failed for good stays. */
export function withoutError(stage: Stage): Stage {
  switch (stage.tag) {
    case "open":
      return { tag: "open", open: { ...stage.open, error: null } };
    case "restore":
      return { ...stage, restore: { stage: "choose" }, file: null, found: null };
    case "create":
    case "noLink":
    case "join":
    case "protect":
    case "elsewhere":
    case "unlock":
      return { ...stage, error: null };
    case "starting":
    case "failed":
      return stage;
  }
}
