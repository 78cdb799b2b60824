import type { IncomingMessage } from "node:http";
import type { Handler } from "../http.ts";
import { plain } from "../site/serve.ts";

/**
 * Lets only this site's own pages, and programs that are no browser, reach a handler: browsers name the page that asks
 * in `Origin`, and another site has no business with the chains behind this one.
 */
export function sameOriginOnly(origins: () => readonly string[], handler: Handler): Handler {
  return (request, response) => {
    if (!isOwn(request, origins())) {
      plain(response, 403, "Only pages of this site may ask for this.");
      return;
    }
    return handler(request, response);
  };
}

function isOwn({ headers }: IncomingMessage, origins: readonly string[]): boolean {
  if (headers.origin !== undefined) return origins.includes(headers.origin);
  const site = headers["sec-fetch-site"];
  return site === undefined || site === "same-origin" || site === "none";
}
