import type { BitcoinNode } from "../../../../sbtc/bitcoin/node.ts";
import { networks } from "../../../../sbtc/network.ts";
import type { StacksNode } from "../../../../sbtc/stacks/node.ts";
import { esploraNode } from "../../../bitcoin/esplora.ts";
import { HttpStacksNode } from "../../../stacks/http-stacks-node.ts";

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: Uint8Array;
}
interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
}
type Handle = (request: Request) => Answer | null | Promise<Answer | null>;

const base = "http://devnet.test";

/** `fetch` that asks a handler of this process instead of a socket. */
function fetchFrom(handle: Handle): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const sent = init?.body ?? "";
    const body =
      typeof sent === "string"
        ? new TextEncoder().encode(sent)
        : sent instanceof Uint8Array
          ? sent
          : new Uint8Array(await new Response(sent).arrayBuffer());
    const answer = await handle({
      method: init?.method ?? "GET",
      path: url.pathname,
      query: url.search.slice(1),
      body,
    });
    if (answer === null) return new Response("nothing here", { status: 404 });
    const bytes = typeof answer.body === "string" ? answer.body : Uint8Array.from(answer.body);
    return new Response(bytes, { status: answer.status, headers: { "content-type": answer.type } });
  };
}

const timeoutMs = 20_000;

/** The product's own Esplora adapter, over a handler. */
export const bitcoinNode = (handle: Handle): BitcoinNode =>
  esploraNode({
    operator: "devnet",
    network: networks.regtest,
    url: base,
    timeoutMs,
    fetch: fetchFrom(handle),
  });

/** The product's own Stacks adapter, over a handler. */
export const stacksNode = (handle: Handle): StacksNode =>
  new HttpStacksNode({ url: base, timeoutMs, fetch: fetchFrom(handle) });
