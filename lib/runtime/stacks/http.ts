import { Refusal, refuse } from "../../sbtc/refusal.ts";

/** How to reach a node. */
export interface HttpSource {
  /** Base address without a slash at the end, e.g. `https://api.hiro.so`. */
  readonly url: string;
  readonly fetch: typeof fetch;
  /** Milliseconds until an answer counts as missing. */
  readonly timeoutMs: number;
}

/** An answer whose body was read, bounded in size and time. */
export interface HttpResponse {
  readonly status: number;
  readonly body: string;
}

/** Contract sources and pages of events stay far below; anything larger is not an answer to our questions. */
const largestAnswer = 4_000_000;

/**
 * One request with a deadline.
 * @throws Refusal `nodeUnreachable`, `nodeTimedOut` or `nodeAnswerTooLarge`
 */
export async function request(source: HttpSource, path: string, init: RequestInit): Promise<HttpResponse> {
  const deadline = AbortSignal.timeout(source.timeoutMs);
  // taken off the object: a browser's fetch refuses to be called as its method
  const { fetch } = source;
  try {
    const response = await fetch(`${source.url}${path}`, { ...init, signal: deadline });
    return { status: response.status, body: await readBounded(response) };
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    if (deadline.aborted)
      throw new Refusal("nodeTimedOut", `${source.url} did not answer within ${source.timeoutMs} ms`, {
        cause,
      });
    throw new Refusal("nodeUnreachable", `${source.url} cannot be reached`, { cause });
  }
}

async function readBounded(response: Response): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let length = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > largestAnswer) {
      await reader.cancel();
      return refuse("nodeAnswerTooLarge", `an answer has at most ${largestAnswer} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}
