import { bytesToHex } from "@noble/hashes/utils.js";
import { serializeCV } from "@stacks/transactions";
import type { BurnBlock, BurnListener } from "../burn.ts";
import { admit } from "./admission.ts";
import type { Entry } from "./journal.ts";
import type { Ledger } from "./ledger.ts";
import type { Mempool } from "./mempool.ts";
import { build, enter, replay, truncate, type Built, type ChainStep, type History } from "./replay.ts";
import { Shadow } from "./shadow.ts";
import { verifyTransaction, type VerifiedTransaction } from "./transaction.ts";
import type { Vm } from "./vm.ts";

/** How a chain mines and remembers. */
export interface ChainOptions {
  /** Whether transactions are mined as they come, once there is a Bitcoin block; otherwise with each Bitcoin block. */
  readonly instant: boolean;
  /** Told of everything that happens, before it is answered. */
  readonly onEntry: (entry: Entry) => void;
}

/**
 * The Stacks chain: a mempool, and a machine that runs what is mined. Contract calls and deployments run in a shadow
 * machine first; only what keeps its post-conditions runs in the true one, the rest pays its fee there and no more.
 */
export class StacksChain implements BurnListener {
  readonly #options: ChainOptions;
  #history: History;
  readonly #shadow = new Shadow();
  #built: Built;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(options: ChainOptions, history: History, built: Built) {
    this.#options = options;
    this.#history = history;
    this.#built = built;
  }

  /** A chain as its entries left it. */
  static async start(options: ChainOptions, past: readonly Entry[]): Promise<StacksChain> {
    const history = replay(past);
    return new StacksChain(options, history, await build(history.steps));
  }

  get ledger(): Ledger {
    return this.#built.ledger;
  }

  get mempool(): Mempool {
    return this.#history.mempool;
  }

  get vm(): Vm {
    return this.#built.machine.vm;
  }

  /** Why a transaction left the mempool without being mined; undefined where it did not. */
  droppedBecause(txid: string): string | undefined {
    return this.#history.dropped.get(txid);
  }

  get burnHeight(): number {
    return this.ledger.burns.at(-1)?.height ?? -1;
  }

  burnBlock(height: number): BurnBlock | undefined {
    const first = this.ledger.burns[0]?.height ?? 0;
    return this.ledger.burns[height - first];
  }

  /** Refuses with a RangeError where the block does not follow the last one. */
  onBitcoinBlock(block: BurnBlock): Promise<void> {
    return this.#enqueue(async () => {
      if (this.burnHeight >= 0 && block.height !== this.burnHeight + 1)
        throw new RangeError(`Bitcoin block ${block.height} does not follow ${this.burnHeight}`);
      this.#options.onEntry({ tag: "burn", ...block });
      this.#take({ tag: "burn", block });
      this.#history.awaitingBurn = false;
      await this.#mine();
    });
  }

  onReorg(forkHeight: number): Promise<void> {
    return this.#enqueue(async () => {
      if (forkHeight >= this.burnHeight) return;
      this.#options.onEntry({ tag: "reorg", forkHeight });
      truncate(this.#history, forkHeight);
      await this.#rebuild();
    });
  }

  /**
   * Takes a signed transaction into the mempool and answers its id; one that waits already is taken again without
   * effect. Refuses with Rejected, for the reason a node would give.
   */
  async submit(bytes: Uint8Array): Promise<string> {
    const transaction = verifyTransaction(bytes);
    return this.#enqueue(async () => {
      const { txid, sender } = transaction;
      if (this.mempool.get(txid) !== undefined) return txid;
      admit(transaction, this.vm, this.ledger);
      const replaced = this.mempool.add(transaction, this.ledger.nonce(sender));
      this.#options.onEntry({ tag: "submitted", bytes: bytesToHex(bytes) });
      if (replaced !== null) this.#drop(replaced, "dropped_replace_by_fee");
      if (this.#options.instant) await this.#mine();
      return txid;
    });
  }

  /** Back to genesis, with an empty mempool. `forget` is called in between, with nothing else under way. */
  reset(forget: () => void): Promise<void> {
    return this.#enqueue(async () => {
      forget();
      this.#history = replay([]);
      await this.#rebuild();
    });
  }

  /** Builds the machine again, after a request broke it: the simulator does not survive its own panics. */
  repair(): Promise<void> {
    return this.#enqueue(() => this.#rebuild());
  }

  /** Waits until everything asked for so far is done, then gives the machines' memory back. */
  async stop(): Promise<void> {
    await this.#queue;
    this.#shadow.drop();
    this.vm.stop();
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #mine(): Promise<void> {
    if (this.#history.awaitingBurn) return;
    for (let next = this.#runnable(); next !== undefined; next = this.#runnable()) {
      this.mempool.remove(next.txid);
      if (this.vm.stxBalance(next.sender) < next.fee) this.#drop(next, "dropped_problematic");
      else await this.#mineOne(next);
    }
  }

  #runnable(): VerifiedTransaction | undefined {
    return this.mempool.list().find(({ sender, nonce }) => nonce === this.ledger.nonce(sender));
  }

  async #mineOne(transaction: VerifiedTransaction): Promise<void> {
    const { txid } = transaction;
    const verdict = await this.#shadow.judge(transaction, this.#history.steps);
    if (verdict.held) {
      this.#options.onEntry({ tag: "mined", txid, held: true, result: "", why: "" });
      this.#take({ tag: "run", transaction });
      return;
    }
    const { result, why } = verdict;
    this.#options.onEntry({ tag: "mined", txid, held: false, result: serializeCV(result), why });
    this.#take({ tag: "payOnly", transaction, result, why });
  }

  async #rebuild(): Promise<void> {
    this.#shadow.drop();
    const { machine } = this.#built;
    this.#built = await build(this.#history.steps);
    machine.vm.stop();
  }

  #drop({ txid }: VerifiedTransaction, why: string): void {
    this.mempool.remove(txid);
    this.#history.dropped.set(txid, why);
    this.#options.onEntry({ tag: "dropped", txid, why });
  }

  /** The true machine takes a step, and it is remembered. */
  #take(step: ChainStep): void {
    const { machine, ledger } = this.#built;
    enter(ledger, step, machine.apply(step), machine.vm.blockHeight);
    this.#history.steps.push(step);
  }
}
