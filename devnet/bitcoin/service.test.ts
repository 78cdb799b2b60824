import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ChainEvent } from "./chain.ts";
import { BitcoinChainService } from "./service.ts";

const address = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
let dataDir: string;
let open: BitcoinChainService[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "devnet-"));
});
afterEach(() => {
  for (const service of open) service.stop();
  open = [];
  rmSync(dataDir, { recursive: true });
});

function start(onEvent?: (event: ChainEvent) => void): BitcoinChainService {
  const service = new BitcoinChainService({
    dataDir,
    blockSeconds: 0,
    now: () => 1_800_000_000,
    ...(onEvent ? { onEvent } : {}),
  });
  open.push(service);
  return service;
}
const post = (service: BitcoinChainService, path: string, body: unknown) =>
  service.handle("POST", path, new TextEncoder().encode(JSON.stringify(body)));

test("a restarted devnet has the same chain, coins and waiting transactions", () => {
  const first = start();
  expect(post(first, "/devnet/faucet", { address, amount: 5_000_000 })?.status).toBe(200);
  post(first, "/devnet/mine", { blocks: 2 });
  post(first, "/devnet/reorg", { depth: 1 });
  post(first, "/devnet/faucet", { address, amount: "7000" });
  const events: string[] = [];
  const second = start((event) => events.push(event.tag));
  expect(second.chain.tip.hash).toBe(first.chain.tip.hash);
  expect([...second.chain.mempool.entries()].map(({ tx }) => tx.txid)).toEqual(
    [...first.chain.mempool.entries()].map(({ tx }) => tx.txid),
  );
  expect([...second.chain.coins.values()].length).toBe([...first.chain.coins.values()].length);
  expect(events.filter((tag) => tag === "rewound")).toHaveLength(1);
});

test("a line that a crash cut short is dropped; other damage stops the start with a sentence", () => {
  const tip = start().chain.tip.hash;
  const file = join(dataDir, "bitcoin.jsonl");
  appendFileSync(file, '{"tag":"block","hei');
  expect(start().chain.tip.hash).toBe(tip);
  const lines = readFileSync(file, "utf8").split("\n");
  writeFileSync(file, lines.filter((_, i) => i !== 3).join("\n"));
  expect(() => start()).toThrow("delete the folder");
});

test("commands with wrong fields are refused with a sentence", () => {
  const service = start();
  const bodies: [string, unknown][] = [
    ["/devnet/mine", { blocks: 0 }],
    ["/devnet/mine", { blocks: "1" }],
    ["/devnet/mine", []],
    ["/devnet/timer", { seconds: -1 }],
    ["/devnet/reorg", { depth: 100_000 }],
    ["/devnet/reorg", { depth: 1, drop: 1 }],
    ["/devnet/faucet", { address: "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", amount: 1000 }],
    ["/devnet/faucet", { address, amount: -1 }],
    ["/devnet/faucet", { address, amount: "1000000000000" }],
  ];
  const tip = service.chain.tip.hash;
  for (const [path, body] of bodies)
    expect(post(service, path, body)?.status, JSON.stringify(body)).toBe(400);
  expect(service.handle("POST", "/devnet/mine", new Uint8Array([0xff]))?.status).toBe(400);
  expect(service.handle("GET", "/devnet/mine", new Uint8Array(0))?.status).toBe(405);
  expect(post(service, "/devnet/nothing", {})).toBeNull();
  expect(service.chain.tip.hash).toBe(tip);
});

test("blocks come by the timer while somebody looks or something waits, and not on a chain left alone", () => {
  vi.useFakeTimers();
  try {
    const service = new BitcoinChainService({ dataDir, blockSeconds: 10 });
    open.push(service);
    const status = () => {
      const answer = service.handle("GET", "/devnet/status", new Uint8Array());
      return JSON.parse(String(answer?.body)) as { height: number; nextBlockIn: number | null };
    };
    const { height } = status();
    vi.advanceTimersByTime(25_000);
    expect(status()).toMatchObject({ height: height + 2, nextBlockIn: 5, blockSeconds: 10, waiting: 0 });
    vi.advanceTimersByTime(3_600_000);
    const grown = service.chain.tip.height - height;
    expect(grown).toBeLessThan(40);
    expect(status().nextBlockIn).not.toBeNull();
    vi.advanceTimersByTime(10_000);
    expect(service.chain.tip.height - height).toBe(grown + 1);

    vi.advanceTimersByTime(3_600_000);
    expect(service.faucet.pay(service.faucet.script, 5_000n)).toHaveProperty("txid");
    vi.advanceTimersByTime(10_000);
    expect(service.chain.mempool.size).toBe(0);

    post(service, "/devnet/timer", { seconds: 0 });
    expect(status()).toMatchObject({ nextBlockIn: null, blockSeconds: 0 });
    const still = service.chain.tip.height;
    vi.advanceTimersByTime(60_000);
    expect(service.chain.tip.height).toBe(still);
  } finally {
    vi.useRealTimers();
  }
});

test("a reorganisation by command gives the other branch one block more", () => {
  const service = start();
  const before = service.chain.tip;
  post(service, "/devnet/reorg", { depth: 7 });
  expect(service.chain.tip.height).toBe(before.height + 1);
  expect(service.chain.block(before.hash)).toBeUndefined();
});
