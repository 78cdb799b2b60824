import { join } from "node:path";
import { chainPaths, type SiteChains } from "../../lib/wire/chains.ts";
import type { Settings } from "../config/keys.ts";
import type { Handler } from "../http.ts";
import { bitcoinRpc } from "./bitcoin-rpc.ts";
import { Devnet } from "./devnet.ts";
import { sameOriginOnly } from "./same-origin.ts";

/** What this process does for the chains of its network. */
export interface Chains {
  /** What `/api/config` tells the pages. */
  readonly site: SiteChains;
  /** Handlers by first segments of the path. */
  readonly prefixes: ReadonlyMap<string, Handler>;
  stop(): Promise<void>;
}

export interface ChainsOptions {
  readonly settings: Settings;
  /** Origins of this site's own pages. */
  readonly origins: () => readonly string[];
  readonly say: (line: string) => void;
}

/** Origins of the sources that pages ask themselves, for the Content-Security-Policy. */
export function sourceOrigins(settings: Settings): readonly string[] {
  return [...settings["bitcoin.sources"], ...settings["stacks.sources"]].map((url) => new URL(url).origin);
}

/**
 * Opens the chains of the network: on the devnet its own process; elsewhere the sources that were named, and the
 * Bitcoin node behind its allow-list where there is one.
 * @throws UserError where the devnet does not start
 */
export async function openChains({ settings, origins, say }: ChainsOptions): Promise<Chains> {
  const own = (prefix: string, handler: Handler): [string, Handler] => [
    prefix,
    sameOriginOnly(origins, handler),
  ];
  if (settings.network === "devnet") {
    const devnet = await Devnet.start({
      dataDir: join(settings.data_dir, "devnet"),
      blockSeconds: settings["devnet.block_seconds"],
      say,
    });
    return {
      site: {
        bitcoin: [{ interface: "esplora", url: chainPaths.bitcoin }],
        stacks: [{ url: chainPaths.stacks }],
      },
      prefixes: new Map([
        own(chainPaths.bitcoin, devnet.handler("bitcoin", chainPaths.bitcoin)),
        own(chainPaths.stacks, devnet.handler("stacks", chainPaths.stacks)),
      ]),
      stop: () => devnet.stop(),
    };
  }
  const url = settings["bitcoin.rpc_url"];
  const node = { url, user: settings["bitcoin.rpc_user"], password: settings["bitcoin.rpc_password"] };
  const sources = settings["bitcoin.sources"].map(
    (source) => ({ interface: "esplora", url: source }) as const,
  );
  return {
    site: {
      bitcoin: url === "" ? sources : [{ interface: "jsonrpc", url: chainPaths.bitcoin }, ...sources],
      stacks: settings["stacks.sources"].map((source) => ({ url: source })),
    },
    prefixes: new Map(url === "" ? [] : [own(chainPaths.bitcoin, bitcoinRpc(node))]),
    stop: () => Promise.resolve(),
  };
}
