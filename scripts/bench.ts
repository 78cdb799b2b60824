import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, runNode, typescript } from "./run/command.ts";

// `npm run bench`: every bench:<area> whose file is there, one after the other.
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
for (const [name, command] of Object.entries(scripts)) {
  const file = /^tsx (bench\/\S+\.ts)$/.exec(command)?.[1];
  if (!name.startsWith("bench:") || file === undefined || !existsSync(join(root, file))) continue;
  console.log(`\n== ${name}`);
  const ended = await runNode([...typescript(file), ...process.argv.slice(2)], { show: true });
  if (ended.code !== 0) process.exitCode = 1;
}
