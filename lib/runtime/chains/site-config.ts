import { z } from "./zod.ts";
import type { BitcoinSource, SiteChains, StacksSource } from "../../wire/chains.ts";
import { quote } from "../../sbtc/bytes.ts";
import { networks, type BitcoinNetwork, type BitcoinNetworkName } from "../../sbtc/network.ts";
import { refuse } from "../../sbtc/refusal.ts";

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

/** What a site says of its chains, with every address whole. */
export interface SiteConfig {
  readonly network: SiteNetwork;
  readonly bitcoinNetwork: BitcoinNetwork;
  readonly bitcoin: readonly BitcoinSource[];
  readonly stacks: readonly StacksSource[];
}

/**
 * Reads the answer of `/api/config`.
 * @param origin of the site, for the addresses that start with a slash
 * @throws Refusal `nodeAnswerMalformed` where it is not a site's configuration
 */
export function readSiteChains(answer: unknown, origin: string): SiteConfig {
  const parsed = config.safeParse(answer);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join(".") ?? "";
    return refuse("nodeAnswerMalformed", `the site's configuration: ${where}: ${issue?.message ?? ""}`);
  }
  const { network, chains } = parsed.data;
  const absolute = (address: string): string => {
    try {
      return new URL(address, origin).href.replace(/\/$/, "");
    } catch {
      return refuse("nodeAnswerMalformed", `a source is no address: ${quote(address)}`);
    }
  };
  return {
    network,
    bitcoinNetwork: networks[bitcoinOf[network]],
    bitcoin: chains.bitcoin.map((source) => ({ ...source, url: absolute(source.url) })),
    stacks: chains.stacks.map((source) => ({ url: absolute(source.url) })),
  };
}
