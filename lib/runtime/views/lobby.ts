import type { Network, Person, Quorum, Role, ShortCode, WorkView } from "./common.ts";
import type { ErrorView } from "./errors.ts";

/** Settings every member approves before a key is made. */
export interface SettingsView {
  readonly name: string;
  readonly network: Network;
  readonly threshold: number;
  readonly seats: readonly { readonly seat: number; readonly name: string; readonly weight: number }[];
}

/** The form that starts a group. Limits come from the runtime; the form only shows them. */
export interface CreateView {
  readonly networks: readonly { readonly network: Network; readonly available: boolean }[];
  readonly maxSeats: number;
  readonly busy: boolean;
  readonly error?: ErrorView;
  /** Filled in when somebody tries it on one computer or makes a group again. */
  readonly initial?: SettingsView;
  /** Set for "Try it on this computer": the form explains itself and the people are made up. */
  readonly trial?: boolean;
}

/** What a person sees who opened an invite link, before agreeing to anything. */
export interface JoinView {
  readonly stage: "no-link" | "connecting" | "choose" | "joining" | "refused";
  readonly settings?: SettingsView;
  readonly coordinator?: string;
  /** Seats still free. With a link for one seat this holds that seat alone. */
  readonly free: readonly { readonly seat: number; readonly name: string }[];
  readonly error?: ErrorView;
}

export type Presence = "not-joined" | "joining" | "online" | "away" | "left";

export interface SeatView extends Person {
  readonly weight: number;
  readonly presence: Presence;
  /** Last sign of life, or the time of the invitation for a seat nobody took. */
  readonly presenceAt?: number;
  readonly roundTripMs?: number;
  readonly settings: "not-yet" | "approved" | "refused";
  readonly settingsAt?: number;
  readonly identity?: ShortCode;
  readonly version?: string;
  readonly versionMatches: boolean;
  readonly storage: "unknown" | "protected" | "may-be-cleared";
  /** "after-key": there is nothing to back up before the key exists. */
  readonly backup: "after-key" | "none" | "saved" | "tested";
  /** True where this seat is what the group waits for. */
  readonly awaited: boolean;
}

/** One line of the pre-flight list. `blocks` says whether it keeps the key from being made. */
export interface PreflightCheck {
  readonly kind: "joined" | "approved" | "relay" | "version" | "clocks" | "storage" | "unlocked";
  readonly state: "passed" | "warning" | "waiting" | "failed";
  readonly blocks: boolean;
  readonly people: readonly string[];
  /** Slowest round trip, largest clock difference in ms; or the build hash for "version". */
  readonly value?: number | string;
}

/** Why Run DKG cannot be pressed now. */
export type RunBlock =
  | { readonly kind: "waiting-for"; readonly people: readonly string[]; readonly step: "join" | "approve" }
  | { readonly kind: "refused-by"; readonly people: readonly string[] }
  | { readonly kind: "version"; readonly people: readonly string[] }
  | { readonly kind: "offline" }
  | { readonly kind: "not-coordinator"; readonly coordinator: string }
  | { readonly kind: "closed" }
  | { readonly kind: "starting" };

export interface InviteView {
  /** A seat's own link, or absent for the one link of the whole group. */
  readonly seat?: { readonly seat: number; readonly name: string };
  readonly url: string;
  readonly expiresAt?: number;
  readonly used: boolean;
}

/** A signer tab on this computer, for the trial. */
export interface TrialTabView {
  readonly seat: number;
  readonly name: string;
  readonly href: string;
  readonly state: "not-open" | "open" | "approved";
}

export interface LobbyView {
  readonly role: Role;
  readonly settings: SettingsView;
  readonly coordinator: string;
  /** Present where the coordinator holds a share too. */
  readonly coordinatorSeat?: number;
  readonly seats: readonly SeatView[];
  readonly approved: Quorum;
  readonly preflight: readonly PreflightCheck[];
  readonly run: { readonly allowed: true } | { readonly allowed: false; readonly why: RunBlock };
  /** Present where this tab still has to answer; the digest is what the answer signs. */
  readonly yourAnswer?: "wanted" | "approved" | "refused";
  readonly groupId?: string;
  readonly invites: readonly InviteView[];
  /** Whom the person at this tab may send away now. */
  readonly removable?: readonly string[];
  /** The person at this tab may close the lobby now, for everybody and for good. */
  readonly closable?: boolean;
  readonly trial?: readonly TrialTabView[];
  readonly storage?: StorageView;
  readonly error?: ErrorView;
}

/** Whether the browser promised to keep this tab's data. */
export interface StorageView {
  readonly state: "protected" | "may-be-cleared" | "unknown";
  /** The browser can be asked now. */
  readonly canAsk: boolean;
  /** Browsers of this kind clear data after so many days without a visit. */
  readonly clearsAfterDays?: number;
  readonly freeBytes?: number;
}

/** Sealing this signer's secrets for the first time. */
export interface ProtectView {
  readonly seatName: string;
  readonly groupName: string;
  readonly minLength: number;
  readonly passkey: "available" | "unavailable" | "checking";
  readonly work?: WorkView;
  readonly error?: ErrorView;
}
