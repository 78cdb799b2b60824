import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { RelayProcess } from "../relay-process.ts";

const root = join(import.meta.dirname, "../..");
let folder = "";
let taken: Server;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "hoarfrost-process-"));
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  taken.close();
  rmSync(folder, { recursive: true });
});

/** Runs what `npm start` runs, until it ends. */
function run(
  toml: string,
  environment: Record<string, string> = {},
): Promise<{ code: number | null; output: string }> {
  writeFileSync(join(folder, "hoarfrost.toml"), toml);
  const loader = pathToFileURL(join(root, "node_modules/tsx/dist/loader.mjs")).href;
  const child = spawn(process.execPath, ["--import", loader, join(root, "relay/main.ts")], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (text: Buffer) => (output += text.toString()));
  child.stderr.on("data", (text: Buffer) => (output += text.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, output: output.trim() })));
}

describe("a user's mistake ends the start with one sentence", () => {
  test("an unknown key", async () => {
    const { code, output } = await run("prot = 1");
    expect(code).toBe(1);
    expect(output).toMatch(/^hoarfrost: unknown key prot in .*: did you mean port\?$/);
  });

  test("a port in use", async () => {
    const { port } = taken.address() as AddressInfo;
    const { code, output } = await run("", { HOARFROST_PORT: String(port) });
    expect(code).toBe(1);
    expect(output).toBe(
      `hoarfrost: port = ${port} is in use: stop what uses it, or set another port (HOARFROST_PORT)`,
    );
  });

  test("an address that is not this machine's", async () => {
    const { code, output } = await run('host = "192.0.2.1"\nport = 0');
    expect(code).toBe(1);
    expect(output).toMatch(/^hoarfrost: host = "192\.0\.2\.1" is not an address of this machine/);
  });
});

describe("a running process", () => {
  const relays: RelayProcess[] = [];
  afterEach(async () => {
    for (const relay of relays.splice(0)) await relay.dispose();
  });
  const started = async (environment: Record<string, string> = {}) => {
    const relay = new RelayProcess(environment, "test/relay-only.ts");
    relays.push(relay);
    await relay.start();
    return relay;
  };

  test("answers health, readiness, metrics and its configuration, and stops cleanly when asked", async () => {
    const relay = await started();
    const text = async (path: string) => (await fetch(relay.url + path)).text();
    expect(await text("/healthz")).toBe("ok\n");
    expect(await text("/readyz")).toBe("ready\n");
    expect(await text("/metrics")).toContain("hoarfrost_sockets 0");
    expect(JSON.parse(await text("/api/config"))).toMatchObject({ network: "regtest", relays: [] });
    expect(await relay.stop()).toBe(0);
  });

  test("a folder that another process uses is one sentence, and free again once that one is killed", async () => {
    const shared = { HOARFROST_DATA_DIR: join(folder, "shared") };
    const first = await started(shared);
    await expect(started(shared)).rejects.toThrow(
      /hoarfrost: data_dir = ".*shared" is in use by another process: stop it, or set another data_dir/,
    );
    await first.kill();
    await started(shared);
  });

  test("a folder it may not use is one sentence", async () => {
    const file = join(folder, "a-file");
    writeFileSync(file, "");
    await expect(started({ HOARFROST_DATA_DIR: join(file, "data") })).rejects.toThrow(
      /hoarfrost: data_dir = ".*" cannot be used \(.*\): make it a folder this user may write to/,
    );
  });
});
