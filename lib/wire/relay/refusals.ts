/** Every reason a relay may give for not doing something, with the sentence people read. */
export const refusals = {
  // The message itself is wrong: sending it again cannot help.
  "bad-batch": "This is not a batch of frames.",
  "bad-frame": "This is not a frame: it is truncated, has a wrong length or an unknown version.",
  "frame-too-large": "The frame is longer than this relay takes.",
  "wrong-sender": "The frame's sender is not who is logged in here.",
  "wrong-room": "The frame belongs to another group or lobby than this room.",
  "wrong-kind": "A lobby carries lobby messages only.",
  "unknown-recipient": "The frame's recipient is not a member of this room.",
  conflict: "The same sender used the same message number for other bytes.",
  // The event is wrong.
  "bad-argument": "An argument of this event has the wrong type or is out of range.",
  "unknown-event": "This relay knows no such event.",
  // Who is asking is wrong.
  "not-logged-in": "Log in first.",
  "already-logged-in": "This connection is logged in already: open another one for another room.",
  "bad-login": "This is not a login.",
  "challenge-used": "The challenge was used or is too old: connect again for a new one.",
  "bad-signature":
    "The login's signature does not fit its room, identity, challenge and this relay's origin.",
  "bad-statement":
    "The room's statement is malformed, not signed by its coordinator, or belongs to another room.",
  "stale-statement": "This relay has a newer statement of this room.",
  "statement-conflict": "This relay has another statement of this room with the same version.",
  "unknown-room": "This relay does not know the room yet: its coordinator has to open it here.",
  "not-a-member": "This identity is not a member of the room.",
  superseded: "The same identity logged in elsewhere.",
  "login-timeout": "The connection stayed open too long without a login.",
  // A limit: it passes, or makes room for something else.
  rate: "Too many messages at once: wait and send again.",
  "inbox-full": "The recipient's inbox is full: it has to read first.",
  "too-many-members": "The room has as many members as this relay allows.",
  "too-many-rooms": "There are as many rooms as this relay allows.",
  "too-many-connections": "There are as many connections as this relay allows.",
  "too-many-refusals": "Too many refused requests: the connection is closed.",
  "in-flight": "Wait for the answer to the last batch before sending the next.",
  "not-tried": "An earlier frame of this batch has to go first.",
  "storage-full": "The relay has no room left to store messages: nothing was accepted.",
  "storage-failed": "The relay could not store this: nothing was accepted.",
  "log-renumbered": "The relay's log was replaced by an older copy: log in again.",
} as const;

export type RefusalCode = keyof typeof refusals;

/** A refusal as it travels. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly sentence: string;
  /** Milliseconds to wait before trying again, where waiting helps. */
  readonly retryAfterMs?: number;
}

export function refusal(code: RefusalCode, retryAfterMs?: number): Refusal {
  const sentence = refusals[code];
  return retryAfterMs === undefined ? { code, sentence } : { code, sentence, retryAfterMs };
}

/** True for a code of the table. */
export function isRefusalCode(value: unknown): value is RefusalCode {
  return typeof value === "string" && Object.hasOwn(refusals, value);
}

const passing: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  "rate",
  "in-flight",
  "not-tried",
  "inbox-full",
  "storage-full",
  "storage-failed",
  "not-logged-in",
  "too-many-refusals",
]);

/** True where the same frame may be accepted later: a client keeps it and sends it again. */
export function isPassing(code: RefusalCode): boolean {
  return passing.has(code);
}
