import { join, resolve } from "node:path";
import { checkDevnet } from "./chains/devnet.ts";
import { loadSettings } from "./config/load.ts";
import { ensureSite } from "./site/build.ts";
import { checkPort, start } from "./start.ts";
import { reportFailure } from "./user-error.ts";

/** `npm start`: builds the site where it is missing or stale, then serves it, the relay and the API on one port. */
async function main(): Promise<void> {
  const root = join(import.meta.dirname, "..");
  const named = process.env["HOARFROST_CONFIG"];
  const settings = loadSettings(resolve(named ?? "hoarfrost.toml"), process.env, named !== undefined);
  checkDevnet(settings.network);
  await checkPort(settings);
  const build = await ensureSite(root, console.log);
  const running = await start({ settings, root, build });
  console.log(`Hoarfrost runs. Open ${running.url}`);
  console.log(`  network ${settings.network} · relay log in ${settings.data_dir} · stop with Ctrl-C`);

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    console.log(`${signal}: stopping`);
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => process.exit(reportFailure(error, console.error)),
    );
  };
  process.on("SIGINT", () => stop("SIGINT"));
  process.on("SIGTERM", () => stop("SIGTERM"));
}

main().catch((error: unknown) => {
  process.exitCode = reportFailure(error, console.error);
});
