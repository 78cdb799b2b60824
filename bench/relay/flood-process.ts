import { flood } from "./flood.ts";

// A flooding member in a process of its own: `flood-process.ts <url>`. It says `ready` when it is logged in, and what it did
// when it is told to stop.
const url = process.argv[2];
if (url === undefined) throw new Error("name the relay's URL");
const stop = await flood(url, () => console.log("ready"));
process.once("SIGTERM", () => {
  console.log(JSON.stringify(stop()));
  process.exit(0);
});
