import { expect, test } from "vitest";
import { chainCases, newWorld } from "../../lib/sbtc/testing/chain/suite.ts";
import { minerWallet, type ChainUnderTest } from "../../lib/sbtc/testing/chain/world.ts";
import { getOps } from "../../lib/sbtc/bitcoin/block-ops.ts";
import { burnOpsOf } from "../../lib/sbtc/bitcoin/burn-ops.ts";
import { addressOf } from "../../lib/sbtc/bitcoin/script.ts";
import { burnOps } from "../burn-ops.ts";
import { networks } from "../../lib/sbtc/network.ts";
import { esploraNode } from "../../lib/runtime/bitcoin/esplora.ts";
import { Chain } from "./chain.ts";
import { esplora } from "./esplora.ts";

// The suite that a full node runs in `npm run test:node`, on the devnet's chain, through the same adapter a tab uses.

/** `fetch` of an Esplora server in front of a chain. */
const fetchOf =
  (chain: Chain): typeof fetch =>
  (url, init) => {
    const { pathname } = new URL(url as string);
    const body = new TextEncoder().encode((init?.body as string | undefined) ?? "");
    const answer = esplora(chain, init?.method ?? "GET", pathname, body);
    if (answer === null) return Promise.resolve(new Response("no such path", { status: 404 }));
    return Promise.resolve(
      new Response(typeof answer.body === "string" ? answer.body : Uint8Array.from(answer.body), {
        status: answer.status,
        headers: { "content-type": answer.type },
      }),
    );
  };

const chain = new Chain({ now: () => Math.floor(Date.now() / 1000) });
const devnet: ChainUnderTest = {
  name: "devnet",
  node: esploraNode({
    operator: "devnet",
    network: networks.regtest,
    url: "http://devnet",
    fetch: fetchOf(chain),
    timeoutMs: 10_000,
  }),
  mine: (blocks) => {
    chain.mine(blocks, minerWallet.script);
    return Promise.resolve();
  },
  invalidate: (hash) => {
    const block = chain.block(hash);
    if (block !== undefined) chain.rewind(chain.tip.height - block.height + 1);
    return Promise.resolve();
  },
};
const world = newWorld(devnet);

// Cases build on each other, so the first failure is the one that tells.
for (const { name, run } of chainCases) test(name, () => run(world));

test("the removed burn_ops endpoint tells every operation that our own reading of the blocks finds", async () => {
  const answers = burnOps(chain, () => chain.tip.height);
  const peg = addressOf(world.group.script, networks.regtest);
  const hashAt = (height: number) => world.headers.at(height)?.hash ?? null;
  const source = { node: devnet.node, hashAt, context: world.context };
  const count = { peg_in: 0, peg_out_request: 0, peg_out_fulfill: 0 };
  for (let height = 1; height <= world.headers.height; height += 1) {
    const { ops } = await getOps(source, height);
    for (const op of ["peg_in", "peg_out_request", "peg_out_fulfill"] as const) {
      const path = `/v2/burn_ops/${height}/${op}`;
      const answer = await answers({ method: "GET", path, query: "", body: new Uint8Array() });
      const told = JSON.parse(answer?.body ?? "{}") as Record<string, { peg_wallet_address?: string }[]>;
      const ours = told[op]?.filter(({ peg_wallet_address: paid }) => paid === undefined || paid === peg);
      expect({ [op]: ours }).toEqual(burnOpsOf(ops, op, networks.regtest));
      count[op] += ours?.length ?? 0;
    }
  }
  expect(Object.values(count).every((found) => found > 2)).toBe(true);
});

test("the suite left a chain with blocks and nothing that waits forever", () => {
  expect(chain.tip.height).toBeGreaterThan(100);
  chain.mine(1, minerWallet.script);
  expect(chain.mempool.size).toBe(0);
});
