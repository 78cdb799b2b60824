import { Refusal, refuse } from "../../sbtc/refusal.ts";

/** How to reach a node over HTTP. */
export interface HttpEndpoint {
  /** Base address without a slash at the end, e.g. `https://mempool.space/testnet4/api`. */
  readonly url: string;
  readonly fetch: typeof fetch;
  /** Milliseconds until an answer counts as missing. */
  readonly timeoutMs: number;
}

/** An answer whose body was read, bounded in size and time. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** A full block has at most 4 MB; as hex inside JSON twice that. */
const largestAnswer = 9_000_000;

/**
 * One request with a deadline and a bound on the answer.
 * @param largest bytes an answer may have
 * @throws Refusal `nodeUnreachable`, `nodeTimedOut`, `nodeAnswerTooLarge`
 */
export async function request(
  endpoint: HttpEndpoint,
  path: string,
  init: RequestInit = {},
  largest = largestAnswer,
): Promise<HttpAnswer> {
  const deadline = AbortSignal.timeout(endpoint.timeoutMs);
  const { fetch } = endpoint; // a browser's fetch refuses to be called as the method of another object
  const where = endpoint.url.split("?")[0] ?? endpoint.url;
  try {
    const response = await fetch(`${endpoint.url}${path}`, { ...init, signal: deadline });
    return { status: response.status, body: await readBounded(response, largest) };
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    if (deadline.aborted)
      throw new Refusal("nodeTimedOut", `${where} did not answer within ${endpoint.timeoutMs} ms`, { cause });
    throw new Refusal("nodeUnreachable", `${where} cannot be reached`, { cause });
  }
}

async function readBounded(response: Response, largest: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array();
  const reader = response.body.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > largest) {
      await reader.cancel();
      refuse("nodeAnswerTooLarge", `an answer has at most ${largest} bytes`);
    }
    parts.push(value);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}

/** The body as text. */
export const textOf = (answer: HttpAnswer): string => new TextDecoder().decode(answer.body);

/** The body as JSON. @throws Refusal `nodeAnswerMalformed` */
export function jsonOf(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(textOf(answer));
  } catch {
    return refuse("nodeAnswerMalformed", "the node's answer is not JSON");
  }
}

/** Runs `task` for every item, a few at a time, and keeps the order. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  task: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += width) {
    results.push(...(await Promise.all(items.slice(start, start + width).map(task))));
  }
  return results;
}
