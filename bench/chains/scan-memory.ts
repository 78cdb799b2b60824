/** Scans the blocks of a folder over and over, one in memory at a time, and prints the largest resident set in MB. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { scanWhole } from "./scan.ts";

const [, , folder = "", rounds = "10"] = process.argv;
const names = readdirSync(folder);
let largest = 0;
for (let round = 0; round < Number(rounds); round++) {
  for (const name of names) {
    scanWhole(readFileSync(join(folder, name)));
    largest = Math.max(largest, process.memoryUsage.rss());
  }
}
console.log(Math.round(largest / 1e6));
