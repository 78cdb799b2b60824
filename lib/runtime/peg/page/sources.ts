import { compareSources } from "../../../sbtc/bitcoin/compare.ts";
import { openSiteChains } from "../../chains/site-chains.ts";
import type { PegSources } from "../form/facts.ts";
import { stopWith } from "../form/problems.ts";

const timeoutMs = 20_000;

/** What the site says of itself, as this page needs it. */
export interface Site {
  readonly sources: PegSources;
  /** Hash of the running build; null where the site is not built. */
  readonly build: string | null;
}

/**
 * Asks the site for its network and opens the chains it names. Two or more Bitcoin sources are compared.
 * @throws PegProblemError `node-down`, `sources-missing`; Refusal where the answer is no configuration
 */
export async function openSite(fetch: typeof globalThis.fetch, origin: string): Promise<Site> {
  let answer: unknown;
  try {
    const response = await fetch("/api/config", { signal: AbortSignal.timeout(timeoutMs) });
    answer = await response.json();
  } catch {
    return stopWith("node-down", { detail: "this site\u2019s own server" });
  }
  const {
    network: site,
    bitcoinNetwork: network,
    ...chains
  } = openSiteChains(answer, {
    fetch,
    origin,
    timeoutMs,
  });
  const [first] = chains.bitcoin;
  const [stacks] = chains.stacks;
  if (first === undefined || stacks === undefined) return stopWith("sources-missing");
  const bitcoin = chains.bitcoin.length > 1 ? compareSources(chains.bitcoin, { minSources: 2 }) : first;
  return { sources: { site, network, bitcoin, stacks }, build: buildOf(answer) };
}

function buildOf(answer: unknown): string | null {
  if (typeof answer !== "object" || answer === null || !("build" in answer)) return null;
  const { build } = answer;
  return typeof build === "object" && build !== null && "source" in build && typeof build.source === "string"
    ? build.source
    : null;
}
