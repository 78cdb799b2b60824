import { flood } from "./flood.ts";

// A flooding member in a process of its own: `flood-process.ts <url>`.
const url = process.argv[2];
if (url === undefined) throw new Error("name the relay's URL");
const stop = await flood(url);
process.once("SIGTERM", () => void stop().then(() => process.exit(0)));
