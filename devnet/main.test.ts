import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { HttpStacksNode } from "../lib/runtime/stacks/http-stacks-node.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));
const readyLine = z.object({ bitcoin: z.url(), stacks: z.url() });
let folder: string;
let child: ChildProcessWithoutNullStreams | null = null;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "devnet-"));
});
afterEach(() => {
  child?.kill("SIGKILL");
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function launch(...args: string[]) {
  const all = ["--import", "tsx", main, "--data-dir", folder, "--block-seconds", "0", ...args];
  const started = spawn(process.execPath, all);
  child = started;
  const lines = createInterface({ input: started.stdout });
  const first = new Promise<string>((resolve) => lines.once("line", resolve));
  const exit = new Promise<number | null>((resolve) => started.once("exit", resolve));
  let said = "";
  started.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const extra: string[] = [];
  lines.on("line", (line) => extra.push(line));
  return { first, exit, said: () => said, lines: extra, stop: () => started.kill("SIGTERM") };
}

const post = async (url: string, body: unknown) =>
  (await (await fetch(url, { method: "POST", body: JSON.stringify(body) })).json()) as unknown;

async function reaches(node: HttpStacksNode, height: number): Promise<void> {
  await expect.poll(async () => (await node.info()).burnBlockHeight, { timeout: 30_000 }).toBe(height);
}

test("both chains start, move together, reorganise together, and are there again after a stop", async () => {
  const first = launch();
  const { bitcoin, stacks } = readyLine.parse(JSON.parse(await first.first));
  const node = new HttpStacksNode({ url: stacks, fetch, timeoutMs: 20_000 });
  const tip = async (url: string) => Number(await (await fetch(`${url}/blocks/tip/height`)).text());
  const start = await tip(bitcoin);
  await reaches(node, start);

  await post(`${bitcoin}/devnet/mine`, { blocks: 3 });
  await reaches(node, start + 3);
  await post(`${bitcoin}/devnet/reorg`, { depth: 2 });
  await reaches(node, start + 4);
  expect(await tip(bitcoin)).toBe(start + 4);
  const before = await node.info();

  first.stop();
  expect(await first.exit).toBe(0);
  expect(first.lines).toHaveLength(1);

  const second = launch();
  const again = readyLine.parse(JSON.parse(await second.first));
  const sameNode = new HttpStacksNode({ url: again.stacks, fetch, timeoutMs: 20_000 });
  expect(await sameNode.info()).toEqual(before);
  second.stop();
  expect(await second.exit).toBe(0);

  const third = launch("--reset");
  const fresh = readyLine.parse(JSON.parse(await third.first));
  expect(await tip(fresh.bitcoin)).toBe(start);
  third.stop();
  expect(await third.exit).toBe(0);
});

test("an option that makes no sense ends it with a sentence and the usage", async () => {
  const wrong = launch("--port", "many");
  expect(await wrong.exit).toBe(1);
  expect(wrong.said()).toContain('--port is a whole number from 0 to 65535, not "many"');
  expect(wrong.said()).toContain("--reset");
});
