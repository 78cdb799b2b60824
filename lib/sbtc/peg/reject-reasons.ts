/**
 * Why a deposit is rejected, as the contract's `reject` carries it: the rule it breaks. Coordinator and signers must number them alike, and
 * contracts remember them, so numbers stay as they are.
 */
export const rejectReasons = {
  /** No recipient can be read from it. */
  malformed: 1,
  recipientNotAllowed: 2,
  belowMinimum: 3,
  overCap: 4,
  /** A person wants it so, e.g. at its depositor's own wish. */
  byPerson: 5,
} as const;

export type RejectReason = keyof typeof rejectReasons;
