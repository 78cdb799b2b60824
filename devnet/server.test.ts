import { afterEach, expect, test } from "vitest";
import { serve } from "./server.ts";

let stop: () => Promise<void> = () => Promise.resolve();
afterEach(() => stop());

async function started(handle: Parameters<typeof serve>[0][number]["handle"]): Promise<string> {
  const { url, close } = await serve([{ prefix: "/bitcoin", handle }], 0);
  stop = close;
  return url;
}

test("a request reaches the chain under its prefix, without it", async () => {
  const url = await started(({ method, path, query, body }) => ({
    status: 200,
    type: "text/plain",
    body: `${method} ${path} ${query} ${body.length}`,
  }));
  const response = await fetch(`${url}/bitcoin/tx?a=1`, { method: "POST", body: "hello" });
  expect(await response.text()).toBe("POST /tx a=1 5");
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect((await fetch(`${url}/bitcoinx`)).status).toBe(404);
});

test("an oversized body, a preflight and a handler that throws are answered, and the server lives", async () => {
  const url = await started(({ path }) => {
    if (path === "/throw") throw new Error("on purpose");
    return null;
  });
  expect((await fetch(`${url}/bitcoin/x`, { method: "POST", body: "x".repeat(1_000_001) })).status).toBe(413);
  expect((await fetch(`${url}/bitcoin/x`, { method: "OPTIONS" })).status).toBe(204);
  expect((await fetch(`${url}/bitcoin/throw`)).status).toBe(500);
  expect((await fetch(`${url}/bitcoin/x`)).status).toBe(404);
});
