import { type Outpoint, outpointKey, toHex, type Txid } from "../../lib/sbtc/bytes.ts";
import type { BitcoinTx } from "../../lib/sbtc/bitcoin/transaction.ts";
import type { Chain } from "./chain.ts";
import { type Answer, json } from "./answer.ts";
import type { Spend } from "./utxo.ts";
import { statusView, txView } from "./views.ts";

const pageSize = 25;

/** Who spends an output, confirmed or waiting; undefined while it is unspent. */
export function spendOf(chain: Chain, outpoint: Outpoint): Spend | undefined {
  const confirmed = chain.history.spendOf(outpoint);
  if (confirmed !== undefined) return confirmed;
  const spender = chain.mempool.spenderOf(outpoint);
  const tx = spender === undefined ? undefined : chain.mempool.get(spender)?.tx;
  if (tx === undefined) return undefined;
  return { txid: tx.txid, vin: tx.inputs.findIndex((input) => outpointKey(input) === outpointKey(outpoint)) };
}

/**
 * `/address/:address/…` and `/scripthash/:hash/…`: what a script was paid, spent and still has.
 * @param rest path segments after the address
 */
export function scriptAnswer(
  chain: Chain,
  script: Uint8Array,
  [what, kind, last]: readonly string[],
): Answer | null {
  const key = toHex(script);
  const touches = (tx: BitcoinTx): boolean => {
    const view = txView(chain, tx) as {
      vin: { prevout: { scriptpubkey: string } | null }[];
      vout: { scriptpubkey: string }[];
    };
    return (
      view.vout.some((output) => output.scriptpubkey === key) ||
      view.vin.some((input) => input.prevout?.scriptpubkey === key)
    );
  };
  const confirmed = chain.history
    .ofScript(script)
    .reverse()
    .map((found) => found.tx);
  const waiting = (): BitcoinTx[] =>
    [...chain.mempool.entries()]
      .map((entry) => entry.tx)
      .filter(touches)
      .reverse();
  if (what === "utxo") {
    const outputs = [...waiting(), ...confirmed].flatMap((tx) =>
      tx.outputs.flatMap((output, vout) =>
        toHex(output.script) === key ? [{ tx, vout, value: Number(output.amount) }] : [],
      ),
    );
    const unspent = outputs.filter(({ tx, vout }) => spendOf(chain, { txid: tx.txid, vout }) === undefined);
    return json(
      unspent.map(({ tx, vout, value }) => ({ txid: tx.txid, vout, status: statusView(chain, tx), value })),
    );
  }
  if (what !== "txs") return null;
  switch (kind) {
    case undefined:
      return json(
        [...waiting().slice(0, 50), ...confirmed.slice(0, pageSize)].map((tx) => txView(chain, tx)),
      );
    case "mempool":
      return json(
        waiting()
          .slice(0, 50)
          .map((tx) => txView(chain, tx)),
      );
    case "chain": {
      const after = last === undefined ? -1 : confirmed.findIndex((tx) => tx.txid === (last as Txid));
      return json(confirmed.slice(after + 1, after + 1 + pageSize).map((tx) => txView(chain, tx)));
    }
    default:
      return null;
  }
}
