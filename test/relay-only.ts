import { loadSettings } from "../relay/config/load.ts";
import { start } from "../relay/start.ts";
import { reportFailure } from "../relay/user-error.ts";

// The process that `npm start` runs, without a site: for tests and benchmarks that need only the relay.
try {
  const settings = loadSettings("/nonexistent/hoarfrost.toml", process.env);
  const running = await start({ settings, root: import.meta.dirname, build: null });
  console.log(`Hoarfrost runs. Open ${running.url}`);
  process.once("SIGTERM", () => {
    void running.stop().then(() => process.exit(0));
  });
} catch (error) {
  process.exitCode = reportFailure(error, console.error);
}
