import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const root = join(import.meta.dirname, "..");

/** A relay in a process of its own, with its log in a folder that outlives a crash of it. */
export class RelayProcess {
  #child: ChildProcess | null = null;
  #output = "";
  #port = 0;
  readonly #folder = mkdtempSync(join(tmpdir(), "hoarfrost-relay-"));
  readonly #environment: Readonly<Record<string, string>>;

  readonly #program: string;

  /**
   * @param environment settings beside those chosen here, as `HOARFROST_…` variables
   * @param program what to run: the whole process, or `test/relay-only.ts` where no site is needed
   */
  constructor(environment: Readonly<Record<string, string>> = {}, program = "relay/main.ts") {
    this.#environment = environment;
    this.#program = program;
  }

  /** The origin to open. */
  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** What the process wrote so far. */
  get output(): string {
    return this.#output;
  }

  /**
   * Starts the process and waits until it says where it listens. The same port is taken again after a stop.
   * @param fileKib longest file the process may write, as a disk that fills up would have it
   * @param more settings for this start alone
   */
  async start(fileKib?: number, more: Readonly<Record<string, string>> = {}): Promise<void> {
    const environment = { ...process.env };
    for (const name of Object.keys(environment))
      if (name.startsWith("HOARFROST_")) Reflect.deleteProperty(environment, name);
    const limit = fileKib === undefined ? "" : `ulimit -f ${fileKib}; `;
    const child = spawn(
      "bash",
      [
        "-c",
        `${limit}exec "$0" "$@"`,
        process.execPath,
        "--import",
        pathToFileURL(join(root, "node_modules/tsx/dist/loader.mjs")).href,
        join(root, this.#program),
      ],
      {
        cwd: this.#folder,
        env: {
          ...environment,
          HOARFROST_NETWORK: "regtest",
          HOARFROST_LOG_LEVEL: "warn",
          HOARFROST_DATA_DIR: join(this.#folder, "data"),
          ...this.#environment,
          ...more,
          HOARFROST_PORT: String(this.#port),
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    this.#child = child;
    const before = this.#output.length;
    const port = await new Promise<number>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        this.#output += chunk.toString();
        const match = /Open http:\/\/localhost:(\d+)/.exec(this.#output.slice(before));
        if (match !== null) resolve(Number(match[1]));
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("error", reject);
      child.once("close", (code) =>
        reject(new Error(`the relay ended with ${String(code)}:\n${this.#output}`)),
      );
    });
    this.#port = port;
  }

  /** Halts the process for a while: connections stay, and what arrives waits. */
  async pause(milliseconds: number): Promise<void> {
    const child = this.#child;
    child?.kill("SIGSTOP");
    await setTimeout(milliseconds);
    child?.kill("SIGCONT");
  }

  /** Ends the process at once, as a power cut would, and waits until it is gone. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Asks the process to stop and returns its exit code. */
  async stop(): Promise<number | null> {
    return this.#end("SIGTERM");
  }

  /** Ends the process and removes its folder. */
  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    child.kill(signal);
    return ended;
  }
}
