import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { BitcoinChainService } from "./bitcoin/service.ts";
import { burnOps } from "./burn-ops.ts";
import type { BurnChain } from "./burn.ts";
import { Following } from "./following.ts";
import { serve } from "./server.ts";
import { startStacksChain } from "./stacks/service.ts";

// The devnet's process: both chains behind one loopback port. The first and only line on stdout says where they are, as
// JSON; everything else goes to stderr. SIGTERM or SIGINT ends it with everything on disk.

const usage = `devnet: a Bitcoin and a Stacks chain to try everything on
  --data-dir <folder>       where both chains are kept (./data/devnet)
  --port <number>           loopback port (0: any free one)
  --block-seconds <number>  seconds between Bitcoin blocks, 0 to mine only on demand (12)
  --reset                   forget both chains first`;

interface Options {
  readonly dataDir: string;
  readonly port: number;
  readonly blockSeconds: number;
  readonly reset: boolean;
}

function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      "data-dir": { type: "string", default: "./data/devnet" },
      port: { type: "string", default: "0" },
      "block-seconds": { type: "string", default: "12" },
      reset: { type: "boolean", default: false },
    },
  });
  return {
    dataDir: values["data-dir"],
    port: wholeNumber("port", values.port, 65_535),
    blockSeconds: wholeNumber("block-seconds", values["block-seconds"], 86_400),
    reset: values.reset,
  };
}

function wholeNumber(name: string, text: string, most: number): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= most) return Number(text);
  throw new Error(`--${name} is a whole number from 0 to ${most}, not ${JSON.stringify(text)}\n\n${usage}`);
}

async function run(options: Options): Promise<void> {
  if (options.reset) rmSync(options.dataDir, { recursive: true, force: true });
  // first, so that a missing simulator is said before anything else happens
  const stacks = await startStacksChain({ dataDir: options.dataDir });
  let catchUp = () => {};
  const bitcoin = new BitcoinChainService({
    dataDir: options.dataDir,
    blockSeconds: options.blockSeconds,
    onEvent: ({ tag }) => {
      if (tag !== "transaction") catchUp();
    },
  });
  const view: BurnChain = {
    firstHeight: 1,
    get tipHeight() {
      return bitcoin.chain.tip.height;
    },
    blockAt(height) {
      const block = bitcoin.chain.blockAt(height);
      if (block === undefined) throw new RangeError(`there is no Bitcoin block ${height}`);
      return { height, hash: block.hash, time: block.time };
    },
  };
  const following = new Following(stacks.burn, view, (error) => {
    console.error("the Stacks chain cannot follow Bitcoin:", error);
    process.exit(1);
  });
  catchUp = () => following.catchUp();
  catchUp();
  await following.idle();

  const operations = burnOps(bitcoin.chain, () => stacks.burn.burnHeight);
  const lag = following.handler();
  const server = await serve(
    [
      { prefix: "/bitcoin", handle: ({ method, path, body }) => bitcoin.handle(method, path, body) },
      {
        prefix: "/stacks",
        handle: async (request) =>
          (await operations(request)) ?? (await lag(request)) ?? (await stacks.handle(request)),
      },
    ],
    options.port,
  );
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await server.close();
    bitcoin.stop();
    await following.idle();
    await stacks.stop();
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () => void stop().then(() => process.exit(0)));
  // Where another process started this one, it ends with it, also where that one was killed.
  process.once("disconnect", () => void stop().then(() => process.exit(0)));
  console.log(JSON.stringify({ bitcoin: `${server.url}/bitcoin`, stacks: `${server.url}/stacks` }));
}

try {
  await run(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
