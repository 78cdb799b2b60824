import { z } from "zod";
import type { SiteChains } from "../../wire/chains.ts";
import type { BitcoinNode } from "../../sbtc/bitcoin/node.ts";
import { networks, type BitcoinNetwork, type BitcoinNetworkName } from "../../sbtc/network.ts";
import { quote } from "../../sbtc/bytes.ts";
import { refuse } from "../../sbtc/refusal.ts";
import type { StacksNode } from "../../sbtc/stacks/node.ts";
import { esploraNode } from "../bitcoin/esplora.ts";
import { jsonRpcNode } from "../bitcoin/jsonRpc.ts";
import { HttpStacksNode } from "../stacks/http-stacks-node.ts";

/** The networks a site can be for, and the Bitcoin chain each stands on. */
const bitcoinOf = {
  devnet: "regtest",
  regtest: "regtest",
  signet: "signet",
  testnet: "testnet4",
  mainnet: "mainnet",
} as const satisfies Record<string, BitcoinNetworkName>;

/** A network as `hoarfrost.toml` names it. */
export type SiteNetwork = keyof typeof bitcoinOf;

const url = z.string().max(2000);
const config = z.object({
  network: z.enum(Object.keys(bitcoinOf) as [SiteNetwork, ...SiteNetwork[]]),
  chains: z.object({
    bitcoin: z.array(z.object({ interface: z.enum(["esplora", "jsonrpc"]), url })).max(20),
    stacks: z.array(z.object({ url })).max(20),
  }) satisfies z.ZodType<SiteChains>,
});

/** The chains of a site as a tab reads them: sources in the order the site names them, its own first. */
export interface OpenedChains {
  readonly network: SiteNetwork;
  readonly bitcoinNetwork: BitcoinNetwork;
  readonly bitcoin: readonly BitcoinNode[];
  readonly stacks: readonly StacksNode[];
}

/** What opening takes. */
export interface SiteChainsOptions {
  /** Origin of the site, for the paths that start with a slash. */
  readonly origin: string;
  readonly fetch: typeof fetch;
  /** Milliseconds until an answer counts as missing. */
  readonly timeoutMs: number;
}

/** Who operates a source: its host. Two sources of one host are one operator. */
const operatorOf = (address: string): string => new URL(address).host;

/**
 * Makes adapters for the chains that `/api/config` names.
 * @param answer its JSON
 * @throws Refusal `nodeAnswerMalformed` where it is not a site's configuration
 */
export function openSiteChains(answer: unknown, options: SiteChainsOptions): OpenedChains {
  const parsed = config.safeParse(answer);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join(".") ?? "";
    return refuse("nodeAnswerMalformed", `the site's configuration: ${where}: ${issue?.message ?? ""}`);
  }
  const { network, chains } = parsed.data;
  const { fetch, timeoutMs, origin } = options;
  const bitcoinNetwork = networks[bitcoinOf[network]];
  const absolute = (address: string): string => {
    try {
      return new URL(address, origin).href.replace(/\/$/, "");
    } catch {
      return refuse("nodeAnswerMalformed", `a source is no address: ${quote(address)}`);
    }
  };
  return {
    network,
    bitcoinNetwork,
    bitcoin: chains.bitcoin.map((source) => {
      const address = absolute(source.url);
      const endpoint = { operator: operatorOf(address), url: address, fetch, timeoutMs };
      return source.interface === "esplora"
        ? esploraNode({ ...endpoint, network: bitcoinNetwork })
        : jsonRpcNode(endpoint);
    }),
    stacks: chains.stacks.map(
      (source) => new HttpStacksNode({ url: absolute(source.url), fetch, timeoutMs }),
    ),
  };
}
