/**
 * Why an honest party stopped, refused or ignored something: local, one code each, never free text.
 * Screens own the wording (what happened, who, what is safe, what to do next).
 */

/** Codes with which a round of this party ends without its result. */
export const stopReasons = [
  /** A person here stopped it. */
  "stopped-here",
  /** A person here declined the roster. */
  "declined",
  /** The coordinator closed it. */
  "cancelled",
  /** The lobby has no free seat. */
  "lobby-full",
  /** The invite is for a lobby that no longer takes anyone. */
  "lobby-closed",
  /** Another tab already holds this identity's seat, or the name is taken. */
  "lobby-duplicate",
  /** The sealed roster does not hold this identity. */
  "not-in-roster",
  /** The coordinator sent this identity away, for good in this lobby. */
  "lobby-removed",
  /** A roster differs from the one that was approved or sealed here. */
  "roster-changed",
  /** Another member ended the key generation before this seat's lock. */
  "aborted-by-peer",
  /** DKG secrets are missing from the journal: nobody is blamed. */
  "lost-state",
  /** This seat moved to the key generation with the lower roundId. */
  "lower-round",
  /** Members signed different first-round transcripts; evidence may name who signed two. */
  "transcripts-differ",
  /** A culprit is named, with evidence. */
  "blamed",
  /** A deadline passed before this seat's lock; who was missing is in the state. */
  "deadline",
  /** The sum of what was dealt is no usable key, which nobody can be blamed for. */
  "unusable-key",
  /** Something is wrong, and what was signed does not prove whose fault that is. */
  "unproven",
  /** The fingerprint did not match on some screen: this group's key is never used. */
  "fingerprint-mismatch",
  /** The stored owner epoch is another one: another tab or device took over. */
  "superseded",
  /** The request's expiry passed. */
  "expired",
  /** Too few keys are left that have not refused or been excluded. */
  "too-few-keys",
  /** The journal cannot be read by this version. */
  "journal-unreadable",
] as const;
export type StopReason = (typeof stopReasons)[number];

/** Codes for input that was answered by leaving the state as it was; they are counted, and never blame. */
export const ignoreReasons = [
  "malformed-frame",
  "unknown-version",
  "unknown-kind",
  "bad-signature",
  "not-a-member",
  "wrong-group",
  "not-for-me",
  "cannot-open",
  "malformed-payload",
  "wrong-sender",
  "wrong-round",
  "used-round",
  "duplicate",
  "too-early",
  "too-late",
  "conflicts-with-earlier",
  "invalid-content",
  "not-now",
  "already-answered",
  "flood",
] as const;
export type IgnoreReason = (typeof ignoreReasons)[number];
