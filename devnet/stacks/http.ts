/** One request; `path` without the prefix the chain is mounted under and without the query string. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: Uint8Array;
}

/** One answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Answers the requests it knows, null for others. */
export type Handler = (request: HttpRequest) => HttpAnswer | null | Promise<HttpAnswer | null>;

export function json(value: unknown, status = 200): HttpAnswer {
  return { status, type: "application/json", body: JSON.stringify(value) };
}

export function text(body: string, status: number): HttpAnswer {
  return { status, type: "text/plain", body };
}

/** A route's answer, given what its path holds in place of `:name`, decoded. */
type Route = (parts: readonly string[], request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>;

/** Finds the route for a request: keys are a method and a path with `:name` in place of what varies. */
export function router(routes: Readonly<Record<string, Route>>): Handler {
  const compiled = Object.entries(routes).map(([key, route]) => {
    const [method = "", path = ""] = key.split(" ");
    return { method, pattern: new RegExp(`^${path.replace(/:[a-z]+/g, "([^/]+)")}$`), route };
  });
  return (request) => {
    for (const { method, pattern, route } of compiled) {
      const match = method === request.method ? pattern.exec(request.path) : null;
      if (match === null) continue;
      const parts = match.slice(1).map(decode);
      return parts.includes(null) ? text("the path is not valid", 400) : route(parts as string[], request);
    }
    return null;
  };
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** A whole number from a query string within bounds, or the fallback where it is absent or is none. */
export function pageNumber(query: string, name: string, fallback: number, most: number): number {
  const given = new URLSearchParams(query).get(name);
  return given !== null && /^\d{1,9}$/.test(given) ? Math.min(Number(given), most) : fallback;
}

/** A body as JSON; undefined where it is none. */
export function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as unknown;
  } catch {
    return undefined;
  }
}
