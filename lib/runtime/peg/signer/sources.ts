import { z } from "zod";
import type { Network } from "../../../rounds/core/roster.ts";
import type { BitcoinNode } from "../../../sbtc/bitcoin/node.ts";
import { chainParameters, type ChainParameters } from "../../../sbtc/bitcoin/spv/parameters.ts";
import type { ContractNetwork } from "../../../sbtc/contract/deployment.ts";
import { networks, type BitcoinNetwork } from "../../../sbtc/network.ts";
import type { PegSetting } from "../../../sbtc/peg/checks/evidence.ts";
import type { StacksNode } from "../../../sbtc/stacks/node.ts";
import type { SiteChains } from "../../../wire/chains.ts";
import { esploraNode } from "../../bitcoin/esplora.ts";
import { jsonRpcNode } from "../../bitcoin/json-rpc.ts";
import { HttpStacksNode } from "../../stacks/http-stacks-node.ts";

/** Everything about a network that a signer's checks depend on. */
export interface SignerNetwork {
  readonly bitcoin: BitcoinNetwork;
  readonly parameters: ChainParameters;
  readonly contracts: ContractNetwork;
  readonly terms: Pick<
    PegSetting,
    "chainId" | "confirmations" | "stacksConfirmations" | "expiryMargin" | "feeRates" | "dialect"
  >;
  /** Sources of different operators that must answer, per chain. */
  readonly minSources: number;
}

const feeRates = { least: 1_000n, most: 300_000n };
const real = { confirmations: 6, stacksConfirmations: 6, expiryMargin: 6, feeRates, dialect: "D2" } as const;
const local = { ...real, confirmations: 3, stacksConfirmations: 3, expiryMargin: 1 } as const;
const testnetChain = 0x80000000;

/** What a group's network, as its roster names it, means to its signers. */
export const signerNetworks: Readonly<Record<Network, SignerNetwork>> = {
  devnet: {
    bitcoin: networks.regtest,
    parameters: chainParameters.regtest,
    contracts: "devnet",
    terms: { ...local, chainId: testnetChain },
    minSources: 1,
  },
  regtest: {
    bitcoin: networks.regtest,
    parameters: chainParameters.regtest,
    contracts: "testnet",
    terms: { ...local, chainId: testnetChain },
    minSources: 2,
  },
  signet: {
    bitcoin: networks.signet,
    parameters: chainParameters.signet,
    contracts: "testnet",
    terms: { ...real, chainId: testnetChain },
    minSources: 2,
  },
  testnet: {
    bitcoin: networks.testnet4,
    parameters: chainParameters.testnet4,
    contracts: "testnet",
    terms: { ...real, chainId: testnetChain },
    minSources: 2,
  },
  mainnet: {
    bitcoin: networks.mainnet,
    parameters: chainParameters.mainnet,
    contracts: "mainnet",
    terms: { ...real, chainId: 1 },
    minSources: 2,
  },
};

const timeoutMs = 20_000;

const chainsShape = z.object({
  bitcoin: z.array(z.object({ interface: z.enum(["esplora", "jsonrpc"]), url: z.string() })),
  stacks: z.array(z.object({ url: z.string() })),
});

/** What the site's configuration says of its chains; null where it says nothing that can be read. */
export function readChains(value: unknown): SiteChains | null {
  const parsed = chainsShape.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** Who answers at an address: the site itself for its own paths. */
const operatorOf = (url: string): string => (url.startsWith("/") ? "this site" : new URL(url).host);

/** The sources a site names, each for itself: a signer compares them and believes none. */
export function signerSources(
  chains: SiteChains,
  { bitcoin: network }: SignerNetwork,
  fetch: typeof globalThis.fetch,
): { readonly bitcoin: readonly BitcoinNode[]; readonly stacks: readonly StacksNode[] } {
  return {
    bitcoin: chains.bitcoin.map((source) => {
      const endpoint = { url: source.url, fetch, timeoutMs, operator: operatorOf(source.url) };
      return source.interface === "esplora" ? esploraNode({ ...endpoint, network }) : jsonRpcNode(endpoint);
    }),
    stacks: chains.stacks.map(({ url }) => new HttpStacksNode({ url, fetch, timeoutMs })),
  };
}
