import { ensureSite } from "../relay/site/build.ts";
import { reportFailure } from "../relay/user-error.ts";
import { root, runNode, tool } from "./run/command.ts";

// `npm run e2e [-- playwright arguments]`: builds the site where it is stale, then runs the browser tests against it.
try {
  await ensureSite(root, console.log);
  const ended = await runNode([tool("playwright/cli.js"), "test", ...process.argv.slice(2)], { show: true });
  process.exitCode = ended.code;
} catch (error) {
  process.exitCode = reportFailure(error, console.error);
}
