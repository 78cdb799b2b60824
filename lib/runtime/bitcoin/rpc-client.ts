import { z } from "../chains/zod.ts";
import type { BitcoinRpcMethod } from "../../wire/chains.ts";
import { quote } from "../../sbtc/bytes.ts";
import { Refusal, refuse, type RefusalCode } from "../../sbtc/refusal.ts";
import { jsonOf, request, type HttpEndpoint } from "../chains/http.ts";

/** Where Bitcoin JSON-RPC is spoken: a node itself (from Node), or the relay's `/api/bitcoin` (from a tab). */
export interface RpcOptions extends HttpEndpoint {
  /** Value of the Authorization header. Only ever set where there is no tab: the relay adds its own. */
  readonly authorization?: string;
}

const envelope = z.object({
  result: z.unknown(),
  error: z.object({ code: z.number(), message: z.string() }).nullish(),
});

/** A JSON-RPC error as the node said it; `rpcCode` is Bitcoin's own number. */
export class RpcRefusal extends Refusal {
  readonly rpcCode: number;
  constructor(code: RefusalCode, rpcCode: number, message: string) {
    super(code, message);
    this.rpcCode = rpcCode;
  }
}

/** Calls a node, and knows which methods it has. */
export interface RpcClient {
  call<T>(method: BitcoinRpcMethod, params: readonly unknown[], shape: z.ZodType<T>): Promise<T>;
  /** Whether the node lists a method in its `help`; null where it does not say. */
  supports(method: BitcoinRpcMethod): Promise<boolean | null>;
}

const rejected = new Set([-22, -25, -26, -27]);

function codeOf(rpcCode: number, message: string): RefusalCode {
  // btcd answers -1 to commands it knows by name only.
  if (rpcCode === -32601 || /unimplemented/i.test(message)) return "nodeMethodMissing";
  if (rpcCode === -5 || rpcCode === -8 || /out of range|not found|no information/i.test(message))
    return "nodeNotFound";
  return rejected.has(rpcCode) ? "nodeRejected" : "nodeAnswerMalformed";
}

/** A client over HTTP. Each call is its own request: the caller bounds how many run at once. */
export function rpcClient(options: RpcOptions): RpcClient {
  let id = 0;
  let listed: Promise<ReadonlySet<string> | null> | undefined;

  async function call<T>(
    method: BitcoinRpcMethod,
    params: readonly unknown[],
    shape: z.ZodType<T>,
  ): Promise<T> {
    const answer = await request(options, "", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(options.authorization === undefined ? {} : { authorization: options.authorization }),
      },
      body: JSON.stringify({ jsonrpc: "1.0", id: (id += 1), method, params }),
    });
    if (answer.status === 401 || answer.status === 403)
      refuse("nodeUnauthorized", "the node refuses our credentials");
    // Bitcoin Core answers errors with status 500 and a body; without a body it is the server that failed.
    if (answer.body.length === 0) refuse("nodeUnreachable", `the node answers ${answer.status}`);
    const parsed = envelope.safeParse(jsonOf(answer));
    if (!parsed.success) return refuse("nodeAnswerMalformed", `${method}: no JSON-RPC answer`);
    const { error, result } = parsed.data;
    if (error != null)
      throw new RpcRefusal(
        codeOf(error.code, error.message),
        error.code,
        `${method}: ${quote(error.message, 400)}`,
      );
    const value = shape.safeParse(result);
    return value.success
      ? value.data
      : refuse("nodeAnswerMalformed", `${method}: ${value.error.issues[0]?.message ?? "another shape"}`);
  }

  return {
    call,
    async supports(method) {
      listed ??= call("help", [], z.string()).then(
        (text) => new Set(text.split("\n").map((line) => line.split(" ")[0] ?? "")),
        () => null,
      );
      return (await listed)?.has(method) ?? null;
    },
  };
}
