import { isRefusalCode, type Refusal } from "./refusals.ts";

/** Version of the events below; a relay says it in its challenge. */
export const RELAY_PROTOCOL = 1;

/** Path of the Socket.IO endpoint. */
export const RELAY_PATH = "/socket.io";

/** Events from a relay: `challenge` first, `push` pages, `presence`, and `refused` before it closes a connection. */
export type ServerEvent = "challenge" | "push" | "presence" | "refused";

/** Events from a client; each is answered through its callback. */
export type ClientEvent = "login" | "post" | "sync" | "ack" | "statement";

/** Answer to an event: what was asked for, or why not. */
export type Answer<T> = ({ readonly ok: true } & T) | ({ readonly ok: false } & Refusal);

/** Answer to `login`. */
export interface LoggedIn {
  /** 16 hex characters that name this numbering of the inbox; another one means: count from zero again. */
  readonly log: string;
  /** Number of the newest message in the inbox. */
  readonly head: number;
  /** Longest frame this relay takes, in bytes. */
  readonly maxFrameBytes: number;
}

/** What became of one frame of a batch. */
export type PostResult =
  | {
      /** Number in the recipient's inbox; for a broadcast the highest among them; 0 where there was nobody to deliver to. */
      readonly seq: number;
      /** True where every recipient had it already. */
      readonly duplicate: boolean;
    }
  | Refusal;

/** Answer to `post`: one result for each frame, in order. */
export interface Posted {
  readonly results: readonly PostResult[];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads a refusal that came from outside, or null where it is not one. */
export function parseRefusal(value: unknown): Refusal | null {
  if (!isRecord(value) || !isRefusalCode(value["code"]) || typeof value["sentence"] !== "string") return null;
  const { code, sentence, retryAfterMs } = value;
  return typeof retryAfterMs === "number" && retryAfterMs >= 0
    ? { code, sentence, retryAfterMs }
    : { code, sentence };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Reads the answer to `login`, or null where it is neither an answer nor a refusal. */
export function parseLoggedIn(value: unknown): Answer<LoggedIn> | null {
  if (!isRecord(value)) return null;
  if (value["ok"] !== true) {
    const refused = parseRefusal(value);
    return refused === null ? null : { ok: false, ...refused };
  }
  const { log, head, maxFrameBytes } = value;
  if (typeof log !== "string" || !/^[0-9a-f]{16}$/.test(log) || !isCount(head) || !isCount(maxFrameBytes))
    return null;
  return { ok: true, log, head, maxFrameBytes };
}

function parseResult(value: unknown): PostResult | null {
  if (!isRecord(value)) return null;
  const { seq, duplicate } = value;
  if (isCount(seq) && typeof duplicate === "boolean") return { seq, duplicate };
  return parseRefusal(value);
}

/** Reads the answer to `post` for a batch of `count` frames, or null where it is not one. */
export function parsePosted(value: unknown, count: number): Answer<Posted> | null {
  if (!isRecord(value)) return null;
  if (value["ok"] !== true) {
    const refused = parseRefusal(value);
    return refused === null ? null : { ok: false, ...refused };
  }
  const raw = value["results"];
  if (!Array.isArray(raw) || raw.length !== count) return null;
  const results = (raw as unknown[]).map(parseResult);
  return results.every((result) => result !== null) ? { ok: true, results } : null;
}

/** Reads a challenge, or null where it is not one. */
export function parseChallenge(value: unknown): { nonce: Uint8Array; expiresAt: number } | null {
  if (!isRecord(value) || value["protocol"] !== RELAY_PROTOCOL) return null;
  const { nonce, expiresAt } = value;
  const bytes = nonce instanceof ArrayBuffer ? new Uint8Array(nonce) : nonce;
  if (!(bytes instanceof Uint8Array) || bytes.length !== 32 || !isCount(expiresAt)) return null;
  return { nonce: bytes, expiresAt };
}
