import { z } from "zod";
import { compareSources } from "../../../sbtc/bitcoin/compare.ts";
import type { BitcoinNode } from "../../../sbtc/bitcoin/node.ts";
import { networks, type BitcoinNetwork } from "../../../sbtc/network.ts";
import type { SiteChains } from "../../../wire/chains.ts";
import { esploraNode } from "../../bitcoin/esplora.ts";
import { jsonRpcNode } from "../../bitcoin/jsonRpc.ts";
import { HttpStacksNode } from "../../stacks/http-stacks-node.ts";
import type { Network } from "../../views/index.ts";
import type { PegSources } from "../form/facts.ts";
import { stopWith } from "../form/problems.ts";

/** What the site says of itself. */
export interface SiteConfig {
  readonly network: Network;
  readonly build: string | null;
  readonly chains: SiteChains;
}

const config = z.object({
  network: z.enum(["devnet", "regtest", "signet", "testnet", "mainnet"]),
  build: z.object({ source: z.string() }).nullish().catch(null),
  chains: z
    .object({
      bitcoin: z.array(z.object({ interface: z.enum(["esplora", "jsonrpc"]), url: z.string() })),
      stacks: z.array(z.object({ url: z.string() })),
    })
    .catch({ bitcoin: [], stacks: [] }),
});

const networkOf: Readonly<Record<Network, BitcoinNetwork>> = {
  devnet: networks.regtest,
  regtest: networks.regtest,
  signet: networks.signet,
  testnet: networks.testnet4,
  mainnet: networks.mainnet,
};

const timeoutMs = 20_000;

/** Asks the site for its network and its chains. @throws PegProblemError `node-down`, `sources-missing` */
export async function readSite(fetch: typeof globalThis.fetch): Promise<SiteConfig> {
  let answer: unknown;
  try {
    const response = await fetch("/api/config", { signal: AbortSignal.timeout(timeoutMs) });
    answer = await response.json();
  } catch {
    return stopWith("node-down", { detail: "this site’s own server" });
  }
  const parsed = config.safeParse(answer);
  if (!parsed.success) return stopWith("sources-missing");
  const { network, chains, build } = parsed.data;
  if (chains.bitcoin.length === 0 || chains.stacks.length === 0) return stopWith("sources-missing");
  return { network, chains, build: build?.source ?? null };
}

/** The sources a site names. Where there are two or more for Bitcoin, their answers are compared. */
export function sourcesOf({ network: site, chains }: SiteConfig, fetch: typeof globalThis.fetch): PegSources {
  const network = networkOf[site];
  const nodes = chains.bitcoin.map((source): BitcoinNode => {
    const operator = source.url.startsWith("/") ? "this site" : new URL(source.url).host;
    const endpoint = { url: source.url, fetch, timeoutMs, operator };
    return source.interface === "esplora" ? esploraNode({ ...endpoint, network }) : jsonRpcNode(endpoint);
  });
  const [first] = nodes;
  const [stacks] = chains.stacks;
  if (first === undefined || stacks === undefined) return stopWith("sources-missing");
  const bitcoin = nodes.length > 1 ? compareSources(nodes, { minSources: 2 }) : first;
  return { site, network, bitcoin, stacks: new HttpStacksNode({ url: stacks.url, fetch, timeoutMs }) };
}
