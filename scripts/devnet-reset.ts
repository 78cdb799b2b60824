import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadSettings } from "../relay/config/load.ts";
import { LibsqlLog } from "../relay/log/libsql.ts";
import { reportFailure, UserError } from "../relay/user-error.ts";

// `npm run devnet:reset`: forgets both chains of the devnet. The relay's log, groups and shares are left as they are.

/** Holds the folder's lock for a moment: nothing is deleted under a process that runs. */
async function checkUnused(dataDir: string): Promise<void> {
  try {
    const log = new LibsqlLog(dataDir, { now: Date.now, unreadBytesPerInbox: 0, onCommit: () => undefined });
    await log.close();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`data_dir = "${dataDir}" is in use or unreadable (${reason}): stop Hoarfrost first`);
  }
}

try {
  const named = process.env["HOARFROST_CONFIG"];
  const settings = loadSettings(resolve(named ?? "hoarfrost.toml"), process.env, named !== undefined);
  const folder = join(settings.data_dir, "devnet");
  if (existsSync(folder)) {
    await checkUnused(settings.data_dir);
    rmSync(folder, { recursive: true });
    console.log(`${folder} is deleted: the next start begins with new chains.`);
  } else console.log(`${folder} does not exist: there is nothing to reset.`);
} catch (error) {
  process.exitCode = reportFailure(error, console.error);
}
