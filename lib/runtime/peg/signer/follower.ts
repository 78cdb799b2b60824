import type { Txid } from "../../../sbtc/bytes.ts";
import { scanBlock } from "../../../sbtc/bitcoin/block.ts";
import { compareSources } from "../../../sbtc/bitcoin/compare.ts";
import { followBlocks, syncHeaders } from "../../../sbtc/bitcoin/follow.ts";
import { PegLedger } from "../../../sbtc/bitcoin/ledger.ts";
import type { BitcoinNode, BlockRef } from "../../../sbtc/bitcoin/node.ts";
import { HeaderChain } from "../../../sbtc/bitcoin/spv/chain.ts";
import type { ChainParameters } from "../../../sbtc/bitcoin/spv/parameters.ts";
import { readOperation } from "../../../sbtc/ops/operation.ts";
import type { OpContext } from "../../../sbtc/ops/peg-in.ts";

/** A payment seen in a block: its request, and what left the peg. */
export interface SeenPayment {
  readonly request: Txid;
  readonly amount: bigint;
  readonly height: number;
}

/**
 * A signer's own reading of Bitcoin: headers with their work, whole blocks with their merkle roots, and from them its own
 * account of the peg's coins and payments. No source is believed; each only saves work for the others.
 */
export class SignerFollower {
  readonly chain: HeaderChain;
  readonly ledger: PegLedger;
  /** All sources as one. */
  readonly node: BitcoinNode;
  readonly #nodes: readonly BitcoinNode[];
  readonly #context: OpContext;
  #payments: readonly SeenPayment[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    nodes: readonly BitcoinNode[],
    minSources: number,
    parameters: ChainParameters,
    start: BlockRef,
    context: OpContext,
  ) {
    this.#nodes = nodes;
    this.node = compareSources(nodes, { minSources });
    this.chain = new HeaderChain(parameters);
    this.ledger = new PegLedger(start, [context.pegScript, ...(context.expiredPegScripts ?? [])]);
    this.#context = context;
  }

  get payments(): readonly SeenPayment[] {
    return this.#payments;
  }

  /**
   * Catches up with every source's tip. One at a time: calls wait for each other.
   * @param now milliseconds since 1970
   * @throws Refusal where too few sources answer, or what they say does not hold
   */
  follow(now: number): Promise<void> {
    const next = this.#turn.then(
      () => this.#follow(now),
      () => this.#follow(now),
    );
    this.#turn = next;
    return next;
  }

  async #follow(now: number): Promise<void> {
    await this.node.tip();
    for (const node of this.#nodes) await syncHeaders(this.chain, node, Math.floor(now / 1000));
    for await (const step of followBlocks(this.chain, this.node, this.ledger.tip)) {
      if (step.tag === "disconnect") {
        this.ledger.disconnect(step.block.hash);
        this.#payments = this.#payments.filter(({ height }) => height < step.block.height);
        continue;
      }
      const filter = { ...this.ledger.filter(), network: this.#context.network };
      const found = scanBlock(step.contents, filter).map(({ tx }) => tx);
      const payments = found.flatMap((tx): SeenPayment[] => {
        const reading = readOperation(tx, this.#context);
        if (reading.tag !== "op" || reading.op.kind !== "fulfilment") return [];
        const { request, amount } = reading.op;
        // Anyone can write the words of a payment; only one that spends the peg's own coin is one. Its request may be in this block too.
        const isOurs = this.ledger.coin(request) !== null || found.some(({ txid }) => txid === request.txid);
        return isOurs ? [{ request: request.txid, amount, height: step.block.height }] : [];
      });
      this.ledger.connect(step.block, found);
      this.#payments = [...this.#payments, ...payments];
    }
  }
}
