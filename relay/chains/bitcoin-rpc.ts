import { z } from "zod";
import { bitcoinRpcMethods } from "../../lib/wire/chains.ts";
import { json, type Handler } from "../http.ts";
import { plain } from "../site/serve.ts";
import { readBody, tooLong, Upstream } from "./upstream.ts";

/** A Bitcoin node's JSON-RPC interface. The credentials stay in this process. */
export interface RpcNode {
  readonly url: string;
  /** Empty where the node asks for none. */
  readonly user: string;
  readonly password: string;
}

const call = z.object({
  id: z.union([z.string().max(64), z.number(), z.null()]).optional(),
  method: z.string().max(64),
  params: z.array(z.unknown()).max(8).optional(),
});
const allowed: ReadonlySet<string> = new Set(bitcoinRpcMethods);

/** Answers as a node does that lacks the method, so that clients look for another way. */
const methodMissing = -32601;
const notACall = -32600;

/** Why a call of an allowed method is not passed on; null where it is. */
function refusedParams(method: string, params: readonly unknown[]): string | null {
  // "status" and "abort" would tell about, or end, somebody else's scan.
  if (method === "scantxoutset" && params[0] !== "start") return "scantxoutset is passed on for start alone";
  return null;
}

/** Passes the methods of the allow-list to a node, one call at a time, and refuses all others as missing. */
export function bitcoinRpc(node: RpcNode): Handler {
  const upstream = new Upstream("the Bitcoin node");
  const credentials = Buffer.from(`${node.user}:${node.password}`).toString("base64");
  const headers = {
    "content-type": "application/json",
    ...(node.user === "" && node.password === "" ? {} : { authorization: `Basic ${credentials}` }),
  };
  return async (request, response) => {
    if (request.method !== "POST") {
      response.setHeader("Allow", "POST");
      plain(response, 405, "Calls are sent with POST.");
      return;
    }
    const body = await readBody(request);
    if (body === null) {
      tooLong(response);
      return;
    }
    const parsed = call.safeParse(parse(body));
    const refuse = (code: number, message: string, id: unknown) =>
      json(response, 200, { result: null, error: { code, message }, id });
    if (!parsed.success) {
      refuse(notACall, "the body must be one call: { method, params, id }", null);
      return;
    }
    const { id = null, method, params = [] } = parsed.data;
    const why = allowed.has(method) ? refusedParams(method, params) : "this method is not passed on";
    if (why !== null) {
      refuse(methodMissing, why, id);
      return;
    }
    const text = Buffer.from(JSON.stringify({ jsonrpc: "1.0", id, method, params }));
    await upstream.pass({ url: node.url, method: "POST", body: text, headers }, response);
  };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
