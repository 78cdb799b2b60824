import { spawn } from "node:child_process";
import { join } from "node:path";

/** Folder of the repository. */
export const root = join(import.meta.dirname, "../..");

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

export interface CommandOptions {
  /** True to show the output while it comes; otherwise it is only collected. */
  readonly show?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a Node program of the repository (`node_modules/…` or a script of ours) and collects its output. */
export function runNode(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = () => child.kill("SIGTERM");
  process.once("exit", stop);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (options.show === true) process.stdout.write(text);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (options.show === true) process.stderr.write(text);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("exit", stop);
      if (signal !== null) output += `\nended by ${signal}\n`;
      resolve({ code: code ?? 1, output, seconds: (performance.now() - started) / 1000 });
    });
  });
}

/** Path of a tool's program among the installed packages. */
export function tool(path: string): string {
  return join(root, "node_modules", path);
}

/** Arguments that make Node run one of our TypeScript files. */
export function typescript(file: string): string[] {
  return ["--import", "tsx", join(root, file)];
}
