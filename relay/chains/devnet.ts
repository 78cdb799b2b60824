import { fork, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { Handler } from "../http.ts";
import { plain } from "../site/serve.ts";
import { UserError } from "../user-error.ts";
import { readBody, tooLong, Upstream } from "./upstream.ts";

/** How the two chains of the devnet are started. */
export interface DevnetOptions {
  /** Folder of the chains' journals. */
  readonly dataDir: string;
  /** Seconds between Bitcoin blocks; 0 mines only on demand. */
  readonly blockSeconds: number;
  /** Told of what the process writes and of its end, one line each. */
  readonly say: (line: string) => void;
}

/** Where the devnet listens, as its first line says. */
const readyLine = z.object({ bitcoin: z.url(), stacks: z.url() });
type Addresses = z.infer<typeof readyLine>;

const startMs = 180_000;
const stopMs = 10_000;
/** Ends in a row, each within {@link quickMs} of its start, after which the devnet stays down. */
const mostQuickEnds = 3;
const quickMs = 10_000;

/** Ends with one sentence where the devnet cannot run, before the site is built for nothing. */
export function checkDevnet(network: string, resolve = createRequire(import.meta.url).resolve): void {
  if (network !== "devnet") return;
  try {
    resolve("@stacks/clarinet-sdk-wasm");
  } catch {
    throw new UserError(
      'network = "devnet" needs the development dependencies: run `npm install` without --omit=dev, or choose another network (HOARFROST_NETWORK)',
    );
  }
}

/**
 * The devnet's process, kept running: where it ends on its own it is started again from its journals, unless it keeps
 * ending at once. It ends with this process, however that comes about.
 */
export class Devnet {
  readonly #options: DevnetOptions;
  #child: ChildProcess;
  #addresses: Addresses | null;
  #stopping = false;
  #quickEnds = 0;

  private constructor(options: DevnetOptions, { child, addresses }: Launched) {
    this.#options = options;
    this.#child = child;
    this.#addresses = addresses;
    this.#watch(performance.now());
  }

  /** @throws UserError with the devnet's own sentence where it does not start */
  static async start(options: DevnetOptions): Promise<Devnet> {
    return new Devnet(options, await launch(options));
  }

  /** Passes requests below a prefix to one of the chains, with method, path, query and body. */
  handler(chain: keyof Addresses, prefix: string): Handler {
    const upstream = new Upstream("the devnet");
    return async (request, response) => {
      const base = this.#addresses?.[chain];
      if (base === undefined) {
        plain(response, 503, "The devnet is not running; the log of the server says why.");
        return;
      }
      const method = request.method ?? "GET";
      if (method !== "GET" && method !== "POST") {
        response.setHeader("Allow", "GET, POST");
        plain(response, 405, "Only GET and POST are answered here.");
        return;
      }
      const body = method === "POST" ? await readBody(request) : null;
      if (method === "POST" && body === null) {
        tooLong(response);
        return;
      }
      const url = `${base}${(request.url ?? prefix).slice(prefix.length)}`;
      const type = request.headers["content-type"];
      const headers = type === undefined ? {} : { "content-type": type };
      await upstream.pass({ url, method, body, headers }, response);
    };
  }

  /** Ends the process with everything on disk. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await end(this.#child);
  }

  #watch(since: number): void {
    this.#child.once("close", (code, signal) => {
      if (this.#stopping) return;
      this.#addresses = null;
      this.#quickEnds = performance.now() - since < quickMs ? this.#quickEnds + 1 : 0;
      const how = `the devnet ended by itself (${signal ?? `code ${String(code)}`})`;
      if (this.#quickEnds >= mostQuickEnds) this.#options.say(`${how} and stays down: restart to try again`);
      else void this.#again(how);
    });
  }

  async #again(how: string): Promise<void> {
    this.#options.say(`${how} and is started again`);
    const since = performance.now();
    try {
      const { child, addresses } = await launch(this.#options);
      this.#child = child;
      if (this.#stopping) await end(child);
      else this.#addresses = addresses;
      this.#watch(since);
    } catch (error) {
      this.#options.say(`${error instanceof Error ? error.message : "the devnet"}: it stays down`);
    }
  }
}

interface Launched {
  readonly child: ChildProcess;
  readonly addresses: Addresses;
}

async function launch({ dataDir, blockSeconds, say }: DevnetOptions): Promise<Launched> {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const child = fork(
    join(import.meta.dirname, "../../devnet/main.ts"),
    ["--data-dir", dataDir, "--block-seconds", String(blockSeconds)],
    // In a group of its own: Ctrl-C reaches this process alone, which then stops the devnet in order.
    { execArgv: ["--import", loader], stdio: ["ignore", "pipe", "pipe", "ipc"], detached: true },
  );
  const lines: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => lines.push(...nonEmptyLines(chunk.toString())));
  try {
    const addresses = await firstLine(child, () => lines.at(-1) ?? null);
    child.stderr?.on("data", (chunk: Buffer) => nonEmptyLines(chunk.toString()).forEach(say));
    return { child, addresses };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

const nonEmptyLines = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");

function firstLine(child: ChildProcess, reason: () => string | null): Promise<Addresses> {
  return new Promise((resolve, reject) => {
    const failed = (why: string) => reject(new UserError(`network = "devnet" cannot start: ${why}`));
    const timer = setTimeout(() => failed(`it said nothing for ${startMs / 1000} seconds`), startMs);
    let said = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const newline = said.indexOf("\n");
      if (newline < 0) return;
      clearTimeout(timer);
      const parsed = readyLine.safeParse(parse(said.slice(0, newline)));
      if (parsed.success) resolve(parsed.data);
      else failed("it did not say where it listens");
    });
    child.once("error", ({ message }) => {
      clearTimeout(timer);
      failed(message);
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      failed(reason() ?? `it ended with code ${String(code)}`);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), stopMs);
  await closed;
  clearTimeout(killer);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
