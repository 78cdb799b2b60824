import { toHex, type BlockHash } from "../../sbtc/bytes.ts";
import { parseBlock, scanBlock } from "../../sbtc/bitcoin/block.ts";
import { PegLedger } from "../../sbtc/bitcoin/ledger.ts";
import type { BitcoinNode, Utxo } from "../../sbtc/bitcoin/node.ts";

/** Finds the coins of a script by reading blocks, for nodes that cannot list them; goes on where it stopped. */
export class UtxoScan {
  readonly #node: Pick<BitcoinNode, "tip" | "blockHash" | "block">;
  readonly #from: number;
  readonly #ledgers = new Map<string, Promise<PegLedger>>();

  /** @param from height below which no coin is looked for */
  constructor(node: Pick<BitcoinNode, "tip" | "blockHash" | "block">, from: number) {
    this.#node = node;
    this.#from = from;
  }

  /** Confirmed unspent outputs of a script, up to the node's tip. Calls for one script wait for each other. */
  async utxos(script: Uint8Array): Promise<readonly Utxo[]> {
    const key = toHex(script);
    const before = this.#ledgers.get(key) ?? this.#begin(script);
    const now = before.then(
      (ledger) => this.#advance(ledger),
      // A failed scan starts again: half of one must not be taken for the whole.
      async () => this.#advance(await this.#begin(script)),
    );
    this.#ledgers.set(key, now);
    const ledger = await now;
    return ledger
      .spendable()
      .map(({ txid, vout, amount, script: own, height }) => ({ txid, vout, amount, script: own, height }));
  }

  async #begin(script: Uint8Array): Promise<PegLedger> {
    return new PegLedger({ height: this.#from, hash: await this.#node.blockHash(this.#from) }, [script]);
  }

  async #advance(ledger: PegLedger): Promise<PegLedger> {
    const { height: last } = await this.#node.tip();
    while (
      ledger.tip.height > this.#from &&
      !(await this.#isCurrent(ledger.tip.height, ledger.tip.hash, last))
    ) {
      ledger.disconnect(ledger.tip.hash);
    }
    while (ledger.tip.height < last) {
      const height = ledger.tip.height + 1;
      const hash = await this.#node.blockHash(height);
      const block = parseBlock(await this.#node.block(hash), hash);
      const found = scanBlock(block, ledger.filter()).map(({ tx }) => tx);
      ledger.connect({ height, hash, previous: block.header.previous }, found);
    }
    return ledger;
  }

  async #isCurrent(height: number, hash: BlockHash, last: number): Promise<boolean> {
    return height <= last && (await this.#node.blockHash(height)) === hash;
  }
}
