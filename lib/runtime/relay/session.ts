import { decodePage, encodeBatch } from "../../wire/relay/batch.ts";
import {
  parseLoggedIn,
  parsePosted,
  parseRefusal,
  type Answer,
  type LoggedIn,
  type Posted,
} from "../../wire/relay/events.ts";
import { encodeLogin, loginDigest, type Challenge } from "../../wire/relay/login.ts";
import type { Refusal } from "../../wire/relay/refusals.ts";
import type { Page } from "../../wire/relay/batch.ts";
import type { TransportConnection } from "../ports/transport.ts";

/** Who logs in, where, and with which keys. */
export interface Credentials {
  readonly room: Uint8Array;
  /** 32 bytes: x-only public key. */
  readonly identity: Uint8Array;
  /** Signs a 32-byte digest with the identity's key (BIP-340). */
  readonly sign: (digest: Uint8Array) => Promise<Uint8Array>;
  /** Signs with the lobby signing key; absent for a group. */
  readonly signAsLobby?: (digest: Uint8Array) => Promise<Uint8Array>;
  /** The coordinator's signed statement, for a relay that does not know the room. */
  readonly statement?: Uint8Array;
}

/** The relay answered something that is no answer: it is broken, or not a relay. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

const REQUEST_MS = 15_000;

/** The origin of a relay's URL as it is signed: `ws` and `wss` are written as `http` and `https`. */
export function originOf(url: string): string {
  return new URL(url.replace(/^ws/, "http")).origin;
}

function understood<T>(answer: T | null, what: string): T {
  if (answer === null) throw new ProtocolError(`the relay's answer to ${what} makes no sense`);
  return answer;
}

/** Answers a challenge. */
export async function logIn(
  connection: TransportConnection,
  url: string,
  challenge: Challenge,
  credentials: Credentials,
): Promise<Answer<LoggedIn>> {
  const { room, identity, statement } = credentials;
  const digest = (by: "identity" | "lobby") => loginDigest(by, originOf(url), room, identity, challenge);
  const signature = await credentials.sign(digest("identity"));
  const lobbySignature = (await credentials.signAsLobby?.(digest("lobby"))) ?? null;
  const login = encodeLogin({ room, identity, signature, lobbySignature, statement: statement ?? null });
  return understood(parseLoggedIn(await connection.request("login", [login], REQUEST_MS)), "login");
}

/** Sends frames as one batch. */
export async function postBatch(
  connection: TransportConnection,
  frames: readonly Uint8Array[],
): Promise<Answer<Posted>> {
  const answer = await connection.request("post", [encodeBatch(frames)], REQUEST_MS);
  return understood(parsePosted(answer, frames.length), "post");
}

/** Asks for the messages from number `from` on. */
export async function requestPage(
  connection: TransportConnection,
  from: number,
  limit: number,
): Promise<Page | Refusal> {
  const answer = await connection.request("sync", [from, limit], REQUEST_MS);
  const page = answer instanceof Uint8Array ? decodePage(answer) : parseRefusal(answer);
  return understood(page, "sync");
}

/** Tells the relay what was read. @returns why it did not take it, or null */
export async function acknowledge(connection: TransportConnection, upTo: number): Promise<Refusal | null> {
  return parseRefusal(await connection.request("ack", [upTo], REQUEST_MS));
}
