import { join } from "node:path";
import { ensureSite } from "../relay/site/build.ts";
import { reportFailure } from "../relay/user-error.ts";

// `npm run build`: the exported site in `out`, made again only where its sources changed.
try {
  const record = await ensureSite(join(import.meta.dirname, ".."), console.log);
  console.log(`out/ holds site ${record.site.slice(0, 16)} of sources ${record.source.slice(0, 16)}`);
} catch (error) {
  process.exitCode = reportFailure(error, console.error);
}
