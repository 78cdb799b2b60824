import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkDevnet } from "../../relay/chains/devnet.ts";
import { esploraNode } from "../../lib/runtime/bitcoin/esplora.ts";
import { HttpStacksNode } from "../../lib/runtime/stacks/http-stacks-node.ts";
import { networks } from "../../lib/sbtc/network.ts";
import { RelayProcess } from "../relay-process.ts";

let folder = "";
let relay: RelayProcess;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hoarfrost-devnet-"));
  relay = new RelayProcess(
    {
      HOARFROST_NETWORK: "devnet",
      HOARFROST_DATA_DIR: folder,
      HOARFROST_DEVNET_BLOCK_SECONDS: "0",
    },
    "test/relay-only.ts",
  );
});
afterEach(async () => {
  await relay.dispose();
  rmSync(folder, { recursive: true });
});

/** Process ids of the programs a process started. */
function childrenOf(pid: number | undefined): number[] {
  try {
    return execFileSync("pgrep", ["-P", String(pid)], { encoding: "utf8" })
      .split("\n")
      .filter((line) => line !== "")
      .map(Number);
  } catch {
    return [];
  }
}
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
const bitcoin = () =>
  esploraNode({
    operator: "devnet",
    url: `${relay.url}/api/bitcoin`,
    fetch,
    timeoutMs: 20_000,
    network: networks.regtest,
  });
const post = (path: string, body: unknown) =>
  fetch(relay.url + path, { method: "POST", body: JSON.stringify(body) });
/** A request that may fail while the devnet is away. */
const tipHeight = () =>
  bitcoin()
    .tip()
    .then(
      ({ height }) => height,
      () => null,
    );

describe("the devnet behind the relay's port", () => {
  test("the site says where its chains are, and both answer there", async () => {
    await relay.start();
    const config = (await (await fetch(`${relay.url}/api/config`)).json()) as { chains: unknown };
    expect(config.chains).toEqual({
      bitcoin: [{ interface: "esplora", url: "/api/bitcoin" }],
      stacks: [{ url: "/api/stacks" }],
    });
    const { height } = await bitcoin().tip();
    expect((await post("/api/bitcoin/devnet/mine", { blocks: 1 })).status).toBe(200);
    expect(await tipHeight()).toBe(height + 1);
    const stacks = new HttpStacksNode({ url: `${relay.url}/api/stacks`, fetch, timeoutMs: 20_000 });
    await expect.poll(async () => (await stacks.info()).burnBlockHeight).toBe(height + 1);
    const foreign = await fetch(`${relay.url}/api/bitcoin/blocks/tip/height`, {
      headers: { origin: "https://other.example" },
    });
    expect([foreign.status, foreign.headers.get("access-control-allow-origin")]).toEqual([403, null]);
    expect((await fetch(`${relay.url}/api/bitcoin/tx/zz`)).status).toBe(400);
    expect((await fetch(`${relay.url}/api/bitcoinx`)).status).toBe(404);
  });

  test("it ends with the relay, and its chains are there again after a restart", async () => {
    await relay.start();
    await post("/api/bitcoin/devnet/mine", { blocks: 3 });
    const height = await tipHeight();
    const [devnet = 0] = childrenOf(relay.pid);
    expect(lives(devnet)).toBe(true);
    expect(await relay.stop()).toBe(0);
    expect(lives(devnet)).toBe(false);

    await relay.start();
    expect(await tipHeight()).toBe(height);
    const [second = 0] = childrenOf(relay.pid);
    await relay.kill();
    await expect.poll(() => lives(second), { timeout: 20_000 }).toBe(false);
  });

  test("killed, it is started again by itself, with every block it had", async () => {
    await relay.start();
    await post("/api/bitcoin/devnet/mine", { blocks: 2 });
    const height = await tipHeight();
    process.kill(childrenOf(relay.pid)[0] ?? 0, "SIGKILL");
    await expect.poll(tipHeight, { timeout: 30_000 }).toBe(height);
    expect(relay.output).toContain("is started again");
    expect(await relay.stop()).toBe(0);
  });

  test("one that cannot start ends the start with its own sentence", async () => {
    mkdirSync(join(folder, "devnet"));
    writeFileSync(join(folder, "devnet", "bitcoin.jsonl"), "{}\n");
    await expect(relay.start()).rejects.toThrow(
      /hoarfrost: network = "devnet" cannot start: line 1 of .*bitcoin\.jsonl does not continue the chain: delete the folder/,
    );
  });

  test("without the development dependencies it is refused in one sentence, before anything is built", () => {
    const absent = Object.assign(
      () => {
        throw new Error("Cannot find module");
      },
      { paths: () => null },
    );
    expect(() => checkDevnet("devnet", absent)).toThrow(
      /^network = "devnet" needs the development dependencies: .*HOARFROST_NETWORK\)$/,
    );
    expect(() => checkDevnet("signet", absent)).not.toThrow();
    expect(() => checkDevnet("devnet")).not.toThrow();
  });
});
