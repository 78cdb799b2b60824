import type { Write } from "../../ports/store.ts";
import { scanBlock } from "../../../sbtc/bitcoin/block.ts";
import { readBlockOps } from "../../../sbtc/bitcoin/blockOps.ts";
import { followBlocks, syncHeaders } from "../../../sbtc/bitcoin/follow.ts";
import { PegLedger } from "../../../sbtc/bitcoin/ledger.ts";
import type { BitcoinNode, BlockRef } from "../../../sbtc/bitcoin/node.ts";
import { HeaderChain } from "../../../sbtc/bitcoin/spv/chain.ts";
import type { ChainParameters } from "../../../sbtc/bitcoin/spv/parameters.ts";
import type { PegTerms } from "../../../sbtc/peg/coordinator/facts.ts";
import { newRequests } from "../../../sbtc/peg/coordinator/intake.ts";
import { PegChain } from "../../../sbtc/peg/coordinator/peg-chain.ts";
import type { PegRecord, RecordId } from "../../../sbtc/peg/queue/record.ts";
import { chainWrite, recordWrite } from "./storage.ts";

/** What following needs to write down as it goes. */
export interface FollowerOptions {
  readonly node: BitcoinNode;
  readonly terms: PegTerms;
  readonly parameters: ChainParameters;
  /** The last block before the peg's first coin. */
  readonly start: BlockRef;
  readonly commit: (writes: readonly Write[]) => Promise<void>;
}

/**
 * Follows Bitcoin by our own verification: headers with their work, whole blocks with their merkle roots. The cursor and
 * the requests of the blocks behind it are stored in one commit, so that no crash can lose or repeat one.
 */
export class Follower {
  readonly chain: PegChain;
  readonly #headers: HeaderChain;
  readonly #options: FollowerOptions;

  constructor(options: FollowerOptions, past: PegChain | null) {
    this.#options = options;
    this.#headers = new HeaderChain(options.parameters);
    this.chain = past ?? new PegChain(new PegLedger(options.start, [options.terms.pegScript]));
  }

  /**
   * Follows to the source's tip.
   * @param now milliseconds since 1970
   * @returns requests that were not known, already stored
   */
  async follow(known: ReadonlyMap<RecordId, PegRecord>, now: number): Promise<readonly PegRecord[]> {
    const { node, terms } = this.#options;
    await syncHeaders(this.#headers, node, Math.floor(now / 1000));
    const context = { network: terms.network, dialect: terms.dialect, pegScript: terms.pegScript };
    const all = new Map<RecordId, PegRecord>();
    let moved = false;
    for await (const step of followBlocks(this.#headers, node, this.chain.tip)) {
      moved = true;
      if (step.tag === "disconnect") {
        this.chain.disconnect(step.block.hash);
        continue;
      }
      const ops = await readBlockOps(
        step.contents,
        step.block,
        context,
        async (txid) => (await node.transaction(txid)).raw,
      );
      const seen = new Map<RecordId, PegRecord>([...known, ...all]);
      for (const record of newRequests(ops, seen, terms, now)) {
        all.set(record.id, record);
        // Before the block goes in, so that the deposit in it counts.
        if (record.kind === "pegIn" && record.form.tag === "script")
          this.chain.ledger.watch(record.form.script);
      }
      const filter = { ...this.chain.ledger.filter(), network: terms.network };
      const transactions = scanBlock(step.contents, filter).map(({ tx }) => tx);
      this.chain.connect(step.block, transactions);
    }
    const found = [...all.values()];
    if (moved)
      await this.#options.commit([
        ...found.map((record) => recordWrite(terms.contract, record)),
        chainWrite(terms.contract, this.chain),
      ]);
    return found;
  }
}
