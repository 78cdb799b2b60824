import type { Write } from "../../ports/store.ts";
import { scanBlock } from "../../../sbtc/bitcoin/block.ts";
import type { Txid } from "../../../sbtc/bytes.ts";
import { readBlockOps } from "../../../sbtc/bitcoin/block-ops.ts";
import { followBlocks, syncHeaders, type FollowStep } from "../../../sbtc/bitcoin/follow.ts";
import { PegLedger } from "../../../sbtc/bitcoin/ledger.ts";
import type { BitcoinNode, BlockRef } from "../../../sbtc/bitcoin/node.ts";
import { HeaderChain } from "../../../sbtc/bitcoin/spv/chain.ts";
import type { ChainParameters } from "../../../sbtc/bitcoin/spv/parameters.ts";
import type { PegTerms } from "../../../sbtc/peg/coordinator/facts.ts";
import { newRequests } from "../../../sbtc/peg/coordinator/intake.ts";
import { HeldHistory, type HeldPoint } from "../../../sbtc/peg/coordinator/held-history.ts";
import { PegChain } from "../../../sbtc/peg/coordinator/peg-chain.ts";
import type { PegRecord, RecordId } from "../../../sbtc/peg/queue/record.ts";
import { chainWrite, heldWrite, recordWrite } from "./storage.ts";

/** What following needs to write down as it goes. */
export interface FollowerOptions {
  readonly node: BitcoinNode;
  readonly terms: PegTerms;
  readonly parameters: ChainParameters;
  /** The last block before the peg's first coin. */
  readonly start: BlockRef;
  readonly commit: (writes: readonly Write[]) => Promise<void>;
}

/** Blocks after which what was read is stored, while catching up. */
const blocksPerCommit = 50;

/**
 * Follows Bitcoin by our own verification: headers with their work, whole blocks with their merkle roots. The cursor and
 * the requests of the blocks behind it are stored in one commit, so that no crash can lose or repeat one.
 */
export class Follower {
  readonly chain: PegChain;
  /** The wallet that is about to be in charge: what pays it already is taken in as well. */
  next: Uint8Array | null = null;
  /** What the peg's own script held, block by block. */
  readonly held: HeldHistory;
  readonly #headers: HeaderChain;
  readonly #options: FollowerOptions;

  constructor(options: FollowerOptions, past: PegChain | null, held: readonly HeldPoint[]) {
    this.#options = options;
    this.#headers = new HeaderChain(options.parameters);
    this.held = new HeldHistory(held);
    const { pegScript, earlier } = options.terms;
    this.chain = past ?? new PegChain(new PegLedger(options.start, [pegScript, ...earlier]));
    // What is on disk may be from before the group in charge was.
    this.chain.ledger.watch(pegScript);
  }

  /**
   * Follows to the source's tip. What was found is stored and handed over also where a source fails half-way.
   * @param known every request there is, kept up to date by `found`
   * @param now milliseconds since 1970
   * @param found takes requests that were not known, already stored
   * @throws Refusal where a source fails; StoreError, after which this follower is ahead of the disk and of no more use
   */
  async follow(
    known: () => ReadonlyMap<RecordId, PegRecord>,
    now: number,
    found: (records: readonly PegRecord[]) => void,
  ): Promise<void> {
    const { node, commit } = this.#options;
    await syncHeaders(this.#headers, node, Math.floor(now / 1000));
    let fresh = new Map<RecordId, PegRecord>();
    let steps = 0;
    const flush = async (): Promise<void> => {
      if (steps === 0) return;
      const records = [...fresh.values()];
      const { contract } = this.#options.terms;
      await commit([
        ...records.map((record) => recordWrite(contract, record)),
        chainWrite(contract, this.chain),
        heldWrite(contract, this.held.points),
      ]);
      found(records);
      fresh = new Map();
      steps = 0;
    };
    try {
      // Blocks that were orphaned while nobody looked are in no source's headers: our own list undoes them.
      for (let { tip } = this.chain; this.#isOrphan(tip); tip = this.chain.tip) {
        this.chain.disconnect(tip.hash);
        this.held.disconnect(tip.height);
        steps += 1;
      }
      if (this.#headers.height < this.chain.tip.height) return;
      for await (const step of followBlocks(this.#headers, node, this.chain.tip)) {
        await this.#apply(step, new Map([...known(), ...fresh]), now, (record) =>
          fresh.set(record.id, record),
        );
        steps += 1;
        if (steps >= blocksPerCommit) await flush();
      }
    } finally {
      await flush();
    }
  }

  /** When a block of the best chain was made by its header, milliseconds since 1970; null where there is none. */
  timeAt(height: number): number | null {
    const header = this.#headers.at(height);
    return header === null ? null : header.time * 1000;
  }

  #isOrphan({ height, hash }: BlockRef): boolean {
    if (height === this.#options.start.height) return false;
    const best = this.#headers.at(height);
    return best !== null && best.hash !== hash;
  }

  async #apply(
    step: FollowStep,
    known: ReadonlyMap<RecordId, PegRecord>,
    now: number,
    add: (record: PegRecord) => void,
  ): Promise<void> {
    const { node, terms } = this.#options;
    if (step.tag === "disconnect") {
      this.chain.disconnect(step.block.hash);
      this.held.disconnect(step.block.height);
      return;
    }
    const { network, dialect, pegScript, earlier } = terms;
    const fetchRaw = async (txid: Txid): Promise<Uint8Array> => (await node.transaction(txid)).raw;
    const ops = await readBlockOps(
      step.contents,
      step.block,
      { network, dialect, pegScript, expiredPegScripts: earlier },
      fetchRaw,
    );
    for (const record of newRequests(ops, known, terms, now, this.next)) {
      add(record);
      // Before the block goes in, so that the deposit in it counts.
      if (record.kind === "pegIn" && record.form.tag === "script")
        this.chain.ledger.watch(record.form.script);
    }
    const filter = { ...this.chain.ledger.filter(), network };
    const transactions = scanBlock(step.contents, filter).map(({ tx }) => tx);
    this.chain.connect(step.block, transactions);
    if (transactions.length === 0) return;
    const { height } = step.block;
    const at = step.contents.header.time * 1000;
    this.held.connect({ height, at, held: this.chain.ledger.heldBy(pegScript) });
  }
}
