import { describe, expect, test } from "vitest";
import { Refusal } from "../../sbtc/refusal.ts";
import { openSiteChains } from "./site-chains.ts";

const asked: string[] = [];
const options = {
  origin: "https://site.example",
  timeoutMs: 1_000,
  fetch: ((address: string) => {
    asked.push(address);
    return Promise.resolve(new Response("", { status: 404 }));
  }) as typeof fetch,
};
const devnet = {
  network: "devnet",
  relays: [],
  chains: { bitcoin: [{ interface: "esplora", url: "/api/bitcoin" }], stacks: [{ url: "/api/stacks" }] },
};

describe("the chains of a site", () => {
  test("paths of the site are asked at its own origin, and count as one operator", async () => {
    const { bitcoin, stacks, bitcoinNetwork } = openSiteChains(devnet, options);
    expect(bitcoinNetwork.name).toBe("regtest");
    expect(bitcoin.map(({ operator }) => operator)).toEqual(["site.example"]);
    await bitcoin[0]?.tip().catch(() => null);
    await stacks[0]?.info().catch(() => null);
    expect(asked).toEqual([
      "https://site.example/api/bitcoin/blocks/tip/hash",
      "https://site.example/api/stacks/v2/info",
    ]);
  });

  test("other sources keep the order they were named in", () => {
    const { bitcoin, stacks, network } = openSiteChains(
      {
        network: "signet",
        chains: {
          bitcoin: [
            { interface: "jsonrpc", url: "/api/bitcoin" },
            { interface: "esplora", url: "https://mempool.space/signet/api" },
          ],
          stacks: [{ url: "https://a.example/" }, { url: "https://b.example" }],
        },
      },
      options,
    );
    expect([network, bitcoin.map(({ operator }) => operator), stacks.map(({ name }) => name)]).toEqual([
      "signet",
      ["site.example", "mempool.space"],
      ["https://a.example", "https://b.example"],
    ]);
  });

  test.each([
    ["nothing", null],
    ["a page of something else", { network: "devnet" }],
    ["a network that does not exist", { ...devnet, network: "prodnet" }],
    [
      "another interface",
      { ...devnet, chains: { ...devnet.chains, bitcoin: [{ interface: "x", url: "/" }] } },
    ],
    ["no address", { ...devnet, chains: { bitcoin: [], stacks: [{ url: "https://" }] } }],
  ])("%s is refused by name", (_, answer) => {
    expect(() => openSiteChains(answer, options)).toThrow(Refusal);
    try {
      openSiteChains(answer, options);
    } catch (error) {
      expect(error).toMatchObject({ code: "nodeAnswerMalformed" });
    }
  });
});
