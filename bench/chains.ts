/**
 * `npm run bench:chains`: how fast full blocks are scanned, in how much memory, and how many transactions per second the
 * devnet takes. `--json` prints one JSON object last: `blocks_per_s`, `scan_rss_mb`, `devnet_tx_per_s`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { RawTx } from "@scure/btc-signer";
import { sha256 } from "@noble/hashes/sha2.js";
import { parseBlock } from "../lib/sbtc/bitcoin/block.ts";
import { devnetRate } from "./chains/devnet.ts";
import { fullBlock, transactionsPerBlock } from "./chains/blocks.ts";
import { scanWhole } from "./chains/scan.ts";

const here = dirname(fileURLToPath(import.meta.url));
const rounds = 9;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

function seconds(work: () => void): number {
  const begin = performance.now();
  work();
  return (performance.now() - begin) / 1000;
}

/** The same block by the libraries alone: each transaction parsed by btc-signer and hashed by noble. */
function byLibraries(raw: Uint8Array): void {
  for (const { bytes, start, end } of parseBlock(raw).spans) {
    const tx = RawTx.decode(bytes.subarray(start, end));
    sha256(sha256(RawTx.encode({ ...tx, segwitFlag: false, witnesses: [] })));
  }
}

function memoryWhileScanning(blocks: readonly Uint8Array[]): number {
  const folder = mkdtempSync(join(tmpdir(), "hoarfrost-bench-"));
  try {
    blocks.forEach((raw, i) => writeFileSync(join(folder, `${i}.blk`), raw));
    const program = join(here, "chains", "scan-memory.ts");
    const { stdout, status } = spawnSync(process.execPath, ["--import", "tsx", program, folder, "10"], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error("the memory run failed");
    return Number(stdout.trim());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}, ${new Date().toISOString()}`,
);
const blocks = Array.from({ length: 4 }, (_, i) => fullBlock(`bench ${i}`));
const size = blocks.reduce((sum, { length }) => sum + length, 0) / blocks.length;
for (const raw of blocks)
  if (scanWhole(raw) !== transactionsPerBlock / 200) throw new Error("the scan missed operations");

const ours: number[] = [];
const theirs: number[] = [];
for (let round = 0; round < rounds; round++) {
  ours.push(seconds(() => blocks.forEach(scanWhole)) / blocks.length);
  const [first] = blocks;
  if (first !== undefined && round < 3) theirs.push(seconds(() => byLibraries(first)));
}
const perBlock = median(ours);
const memory = memoryWhileScanning(blocks);
console.log(`full blocks of ${transactionsPerBlock} transactions, ${Math.round(size / 1000)} kB each`);
console.log(
  `scan            ${(1 / perBlock).toFixed(1)} blocks/s (${(perBlock * 1000).toFixed(1)} ms; fastest ${(Math.min(...ours) * 1000).toFixed(1)} ms)`,
);
console.log(
  `by libraries    ${(1 / median(theirs)).toFixed(1)} blocks/s; ratio ${(median(theirs) / perBlock).toFixed(1)}`,
);
console.log(`memory          ${memory} MB resident at most`);
const rates = Array.from({ length: 3 }, devnetRate);
console.log(`devnet          ${median(rates).toFixed(0)} transactions/s checked, on disk and mined`);

if (process.argv.includes("--json")) {
  const blocksPerSecond = Number((1 / perBlock).toFixed(2));
  const devnet = Number(median(rates).toFixed(0));
  console.log(
    JSON.stringify({ blocks_per_s: blocksPerSecond, scan_rss_mb: memory, devnet_tx_per_s: devnet }),
  );
}
