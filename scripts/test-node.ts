/**
 * Runs the shared chain suite against btcd, a full Bitcoin node with its own rules and its own code.
 *
 *   npm run test:node               skips, and says so, where there is no Go to build btcd with
 *   npm run test:node -- --require  fails there instead (the default where CI is set)
 *
 * The node is built once into node_modules/.cache, listens on 127.0.0.1 alone, and is thrown away afterwards.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { networks } from "../lib/sbtc/network.ts";
import { addressOf } from "../lib/sbtc/bitcoin/script.ts";
import { runChainSuite } from "../lib/sbtc/testing/chain/suite.ts";
import { minerWallet, type ChainUnderTest } from "../lib/sbtc/testing/chain/world.ts";
import { jsonRpcNode } from "../lib/runtime/bitcoin/json-rpc.ts";

const version = "v0.26.0";
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const required = process.argv.includes("--require") || process.env["CI"] !== undefined;

/** Path of the btcd program, built if need be; null with a reason where it cannot be. */
function btcdProgram(): { readonly path: string } | { readonly missing: string } {
  const folder = join(root, "node_modules", ".cache", `btcd-${version}`);
  const path = join(folder, process.platform === "win32" ? "btcd.exe" : "btcd");
  if (existsSync(path)) return { path };
  if (spawnSync("go", ["version"]).status !== 0)
    return { missing: "go is not installed (1.25 or later builds btcd)" };
  mkdirSync(folder, { recursive: true });
  console.log(`building btcd ${version}, once ...`);
  const built = spawnSync("go", ["install", `github.com/btcsuite/btcd@${version}`], {
    env: { ...process.env, GOBIN: folder },
    encoding: "utf8",
  });
  return built.status === 0
    ? { path }
    : { missing: `btcd could not be built: ${built.stderr.trim().split("\n").at(-1) ?? ""}` };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

const answerShape = z.object({ result: z.unknown(), error: z.object({ message: z.string() }).nullable() });

interface RunningNode {
  readonly chain: ChainUnderTest;
  readonly stop: () => Promise<void>;
}

async function startBtcd(program: string): Promise<RunningNode> {
  const folder = await mkdtemp(join(tmpdir(), "hoarfrost-btcd-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const authorization = `Basic ${Buffer.from("suite:suite").toString("base64")}`;
  const miner = addressOf(minerWallet.script, networks.regtest) ?? "";
  const child = spawn(
    program,
    [
      ...[
        "--regtest",
        "--rejectnonstd",
        "--notls",
        "--txindex",
        "--nolisten",
        "--nodnsseed",
        "--debuglevel=warn",
      ],
      ...[
        `--datadir=${join(folder, "data")}`,
        `--logdir=${join(folder, "logs")}`,
        `--configfile=${join(folder, "none.conf")}`,
      ],
      ...[`--rpclisten=127.0.0.1:${port}`, "--rpcuser=suite", "--rpcpass=suite", `--miningaddr=${miner}`],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const log: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => log.push(chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => log.push(chunk.toString()));

  const call = async (method: string, ...params: unknown[]): Promise<unknown> => {
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "1.0", id: 1, method, params }),
    });
    const { result, error } = answerShape.parse(await response.json());
    if (error !== null) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(child, () => call("getblockcount"));
  } catch (error) {
    await stop();
    throw new Error(`btcd did not start:\n${log.join("")}`, { cause: error });
  }
  const chain: ChainUnderTest = {
    name: `btcd ${version}`,
    node: jsonRpcNode({ operator: "btcd", url, fetch, timeoutMs: 30_000, authorization }),
    mine: async (blocks) => {
      await call("generate", blocks);
    },
    invalidate: async (hash) => {
      await call("invalidateblock", hash);
    },
  };
  return { chain, stop };
}

async function untilReady(child: ChildProcess, probe: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
    try {
      await probe();
      return;
    } catch (error) {
      if (attempt === 150) throw error;
      await sleep(200);
    }
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await ended;
  clearTimeout(killer);
}

const program = btcdProgram();
if ("missing" in program) {
  console.log(`${required ? "FAILED" : "skipped"}: ${program.missing}`);
  process.exit(required ? 1 : 0);
}
const running = await startBtcd(program.path);
process.once("SIGINT", () => void running.stop().then(() => process.exit(130)));
let passed = false;
try {
  passed = await runChainSuite(running.chain, ({ name, error, milliseconds }) => {
    console.log(`${error === null ? "ok  " : "FAIL"} ${name} (${Math.round(milliseconds)} ms)`);
    if (error !== null) console.error(error);
  });
} finally {
  await running.stop();
}
console.log(passed ? `${running.chain.name} agrees` : `${running.chain.name} does not agree`);
process.exit(passed ? 0 : 1);
