import { expect } from "playwright/test";
import { RelayProcess } from "../test/relay-process.ts";
import { test as fixtures } from "./fixtures.ts";

/** A site with a devnet whose blocks come on demand alone. */
export class PegSite {
  readonly relay = new RelayProcess({
    HOARFROST_NETWORK: "devnet",
    HOARFROST_DEVNET_BLOCK_SECONDS: "0",
  });
  #stacksFollows = true;

  get url(): string {
    return this.relay.url;
  }

  async post(path: string, body: object): Promise<void> {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${this.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  }

  async #get(path: string): Promise<unknown> {
    const answer = await fetch(`${this.url}${path}`);
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
  }

  /** Mines, and waits until Stacks has seen it. */
  async mine(blocks: number): Promise<void> {
    await this.post("/api/bitcoin/devnet/mine", { blocks });
    await this.#followed();
  }

  /** Another branch wins: the last `depth` blocks go, with the transactions in them, and one block more comes. */
  async reorg(depth: number): Promise<void> {
    await this.post("/api/bitcoin/devnet/reorg", { depth, drop: true });
    await this.#followed();
  }

  /** Holds the Stacks chain where it is, as a node that lags; or lets it follow Bitcoin again. */
  async followStacks(following: boolean): Promise<void> {
    this.#stacksFollows = following;
    await this.post("/api/stacks/devnet/follow", { following });
    await this.#followed();
  }

  async #followed(): Promise<void> {
    if (!this.#stacksFollows) return;
    const height = await this.#get("/api/bitcoin/blocks/tip/height");
    await expect
      .poll(
        async () =>
          ((await this.#get("/api/stacks/v2/info")) as { burn_block_height: number }).burn_block_height,
        { intervals: [50] },
      )
      .toBeGreaterThanOrEqual(height as number);
  }

  /** Waits until a transaction was broadcast. */
  async sent(): Promise<void> {
    await expect
      .poll(async () => ((await this.#get("/api/bitcoin/devnet/status")) as { waiting: number }).waiting, {
        timeout: 60_000,
        intervals: [250],
      })
      .toBeGreaterThan(0);
  }

  /** Satoshi that confirmed outputs to an address hold. */
  async received(address: string): Promise<number> {
    const coins = (await this.#get(`/api/bitcoin/address/${address}/utxo`)) as {
      value: number;
      status: { confirmed: boolean };
    }[];
    return coins.reduce((sum, { value, status }) => (status.confirmed ? sum + value : sum), 0);
  }
}

/** Tests of the whole peg: a devnet of their own each. */
export const test = fixtures.extend<{ site: PegSite }>({
  // Playwright reads the names of the fixtures a fixture needs from this pattern; this one needs none.
  site: async ({}, provide) => {
    const site = new PegSite();
    await site.relay.start();
    await provide(site);
    await site.relay.dispose();
  },
});

export { expect };
