/**
 * Every Bitcoin JSON-RPC method that a tab may call through the relay: what the adapter needs, and nothing that spends,
 * mines, or tells about the node's own wallet or peers.
 */
export const bitcoinRpcMethods = [
  "estimatefee",
  "estimatesmartfee",
  "getbestblockhash",
  "getblock",
  "getblockcount",
  "getblockhash",
  "getblockheader",
  "getrawtransaction",
  "gettxout",
  "gettxspendingprevout",
  "help",
  "scantxoutset",
  "sendrawtransaction",
] as const;

/** One of {@link bitcoinRpcMethods}. */
export type BitcoinRpcMethod = (typeof bitcoinRpcMethods)[number];

/** The site's own paths for the chains; what answers there depends on the network. */
export const chainPaths = { bitcoin: "/api/bitcoin", stacks: "/api/stacks" } as const;

/** Where the chains of a site are read, as `/api/config` says it under `chains`. */
export interface SiteChains {
  readonly bitcoin: readonly BitcoinSource[];
  readonly stacks: readonly StacksSource[];
}

export interface BitcoinSource {
  /** Esplora's REST paths, or Bitcoin's JSON-RPC behind the relay's allow-list. */
  readonly interface: "esplora" | "jsonrpc";
  /** Base address without a slash at the end; a path of this site where it starts with one. */
  readonly url: string;
}

export interface StacksSource {
  /** Base address of a node or API without a slash at the end; a path of this site where it starts with one. */
  readonly url: string;
}
