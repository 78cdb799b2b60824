import type { TransitionTable } from "../core/table.ts";
import type { CoordinatorRequest } from "./coordinator-state.ts";
import type { SignerRequest } from "./signer-state.ts";

/** `unknown` is a request that this party has not met. Ends carry their kind, as each leads elsewhere. */
export type SignerTag = SignerRequest["tag"] | "unknown";
export type SignerEdge =
  | "signer/asked"
  | "signer/approved"
  | "signer/ended (refused)"
  | "signer/ended (cancelled)"
  | "signer/ended (expired)"
  | "signer/released"
  | "signer/signed";

/** One signing request at a seat. */
export const signerTable: TransitionTable<SignerTag, SignerEdge> = {
  title: "Signing: one request at a seat",
  about:
    "A seat gives nonces for a request, and shares, only in `approved`. `signed` follows from signatures that hold, whatever was answered here. Each nonce pair is spent before its share is computed.",
  initial: "unknown",
  states: {
    unknown: "Never heard of; what is refused at sight is not kept either.",
    deciding: "The operation is put to a person or a policy. Packages that come meanwhile wait in memory.",
    approved: "Approved here, once, for every session of this request, until it expires.",
    refused: "The answer is no, and the coordinator was told.",
    cancelled: "Its coordinator took it back for all to see.",
    expired: "Its time is over.",
    signed: "Signatures for all its messages were seen, and hold.",
  },
  facts: {
    "signer/asked": "a NONCE_REQUEST or SIGN_SHARE_REQUEST that is not refused at sight",
    "signer/approved": "the person or policy said yes",
    "signer/ended (refused)": "they said no, took the approval back, or this seat was halted",
    "signer/ended (cancelled)": "CANCEL from the request's own coordinator",
    "signer/ended (expired)": "the expiry passed by this party's clock",
    "signer/released": "shares leave for one package; commitments and package are on record",
    "signer/signed": "SIGNED, and every signature verifies",
  },
  transitions: [
    { from: "unknown", on: "signer/asked", to: "deciding" },
    { from: "deciding", on: "signer/approved", to: "approved" },
    { from: "deciding", on: "signer/ended (refused)", to: "refused" },
    { from: "deciding", on: "signer/ended (cancelled)", to: "cancelled" },
    { from: "deciding", on: "signer/ended (expired)", to: "expired" },
    { from: "deciding", on: "signer/signed", to: "signed" },
    { from: "approved", on: "signer/released", to: "approved" },
    { from: "approved", on: "signer/ended (refused)", to: "refused" },
    { from: "approved", on: "signer/ended (cancelled)", to: "cancelled" },
    { from: "approved", on: "signer/ended (expired)", to: "expired" },
    { from: "approved", on: "signer/signed", to: "signed" },
    { from: "refused", on: "signer/signed", to: "signed" },
    { from: "cancelled", on: "signer/signed", to: "signed" },
    { from: "expired", on: "signer/signed", to: "signed" },
  ],
};

export type CoordinatorTag = CoordinatorRequest["tag"] | "unknown";
export type CoordinatorEdge =
  | "coordinator/requested"
  | "coordinator/opened"
  | "coordinator/answered"
  | "coordinator/lost"
  | "coordinator/refused"
  | "coordinator/excluded"
  | "coordinator/ended (failed)"
  | "coordinator/ended (cancelled)"
  | "coordinator/ended (expired)"
  | "coordinator/signed";

const live = ["collectingCommitments", "collectingShares"] as const;

/** One signing request at its coordinator. */
export const signingCoordinatorTable: TransitionTable<CoordinatorTag, CoordinatorEdge> = {
  title: "Signing: one request at its coordinator",
  about:
    "ROAST: a session opens whenever idle seats hold the threshold in keys and no open session is young. Silent seats keep their session busy and are replaced; wrong ones are excluded with evidence.",
  initial: "unknown",
  states: {
    unknown: "Not asked for.",
    collectingCommitments: "No session is open: commitments are asked for.",
    collectingShares: "At least one session is open.",
    signed: "All signatures are in hand and published.",
    failed: "Too few keys are left that have not refused or fallen out.",
    cancelled: "Taken back here, for all to see.",
    expired: "Its time is over.",
  },
  facts: {
    "coordinator/requested": "a person here asks the group to sign",
    "coordinator/opened": "a package is fixed and sent",
    "coordinator/answered": "a member's shares came, for this very package",
    "coordinator/lost": "a member's nonces are gone: accepted once per seat",
    "coordinator/refused": "a seat says no",
    "coordinator/excluded": "a seat's share is proven wrong",
    "coordinator/ended (failed)": "fewer keys than the threshold are left",
    "coordinator/ended (cancelled)": "cancelled here",
    "coordinator/ended (expired)": "the expiry passed by this party's clock",
    "coordinator/signed": "the aggregate of some session verifies",
  },
  transitions: [
    { from: "unknown", on: "coordinator/requested", to: "collectingCommitments" },
    { from: "collectingCommitments", on: "coordinator/opened", to: "collectingShares" },
    { from: "collectingShares", on: "coordinator/opened", to: "collectingShares" },
    { from: "collectingCommitments", on: "coordinator/answered", to: "collectingCommitments" },
    { from: "collectingShares", on: "coordinator/answered", to: "collectingShares" },
    { from: "collectingShares", on: "coordinator/answered", to: "collectingCommitments" },
    { from: "collectingCommitments", on: "coordinator/answered", to: "collectingShares" },
    { from: "collectingShares", on: "coordinator/lost", to: "collectingCommitments" },
    { from: "collectingShares", on: "coordinator/lost", to: "collectingShares" },
    ...(["coordinator/refused", "coordinator/excluded"] as const).flatMap((on) => [
      { from: "collectingCommitments" as const, on, to: "collectingCommitments" as const },
      { from: "collectingShares" as const, on, to: "collectingShares" as const },
    ]),
    // A wrong share ends no open session: whoever is silent in it stays busy, and holds up no other one.
    { from: "collectingShares", on: "coordinator/refused", to: "collectingCommitments" },
    ...live.flatMap((from) => [
      { from, on: "coordinator/ended (failed)" as const, to: "failed" as const },
      { from, on: "coordinator/ended (cancelled)" as const, to: "cancelled" as const },
      { from, on: "coordinator/ended (expired)" as const, to: "expired" as const },
      { from, on: "coordinator/signed" as const, to: "signed" as const },
    ]),
  ],
};
