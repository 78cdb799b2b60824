import type { BitcoinNode } from "../../sbtc/bitcoin/node.ts";
import type { BitcoinNetwork } from "../../sbtc/network.ts";
import type { StacksNode } from "../../sbtc/stacks/node.ts";
import { esploraNode } from "../bitcoin/esplora.ts";
import { jsonRpcNode } from "../bitcoin/json-rpc.ts";
import { HttpStacksNode } from "../stacks/http-stacks-node.ts";
import { readSiteChains, type SiteNetwork } from "./site-config.ts";

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
  const { fetch, timeoutMs, origin } = options;
  const { network, bitcoinNetwork, bitcoin, stacks } = readSiteChains(answer, origin);
  return {
    network,
    bitcoinNetwork,
    bitcoin: bitcoin.map(({ interface: kind, url }) => {
      const endpoint = { operator: operatorOf(url), url, fetch, timeoutMs };
      return kind === "esplora"
        ? esploraNode({ ...endpoint, network: bitcoinNetwork })
        : jsonRpcNode(endpoint);
    }),
    stacks: stacks.map(({ url }) => new HttpStacksNode({ url, fetch, timeoutMs })),
  };
}
