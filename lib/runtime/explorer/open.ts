import { readSiteChains } from "../chains/site-config.ts";
import { request, jsonOf } from "../chains/http.ts";
import { BitcoinPages } from "./bitcoin.ts";
import { JsonSource } from "./source.ts";
import { StacksPages } from "./stacks.ts";

/** What the explorer reads from. */
export interface OpenSources {
  /** As the site names it, e.g. `devnet`. */
  readonly network: string;
  /** Null where no source of the site has Esplora's paths. */
  readonly bitcoin: BitcoinPages | null;
  readonly stacks: StacksPages | null;
}

const timeoutMs = 15_000;

/** Takes the first source of each chain that the site names. */
export async function openSources(ports: {
  readonly origin: string;
  readonly fetch: typeof fetch;
}): Promise<OpenSources> {
  const { origin, fetch } = ports;
  const site = { url: origin, fetch, timeoutMs };
  const { network, bitcoinNetwork, bitcoin, stacks } = readSiteChains(
    jsonOf(await request(site, "/api/config")),
    origin,
  );
  const open = (url: string) => new JsonSource({ url, fetch, timeoutMs });
  const esplora = bitcoin.find((source) => source.interface === "esplora");
  return {
    network,
    bitcoin: esplora === undefined ? null : new BitcoinPages(open(esplora.url), bitcoinNetwork),
    stacks: stacks[0] === undefined ? null : new StacksPages(open(stacks[0].url)),
  };
}
