/** A transaction around many writes: `commit` makes them durable, `rollback` undoes them all. */
export interface Transactions {
  begin(): void;
  commit(): void;
  rollback(): void;
}

interface Write {
  readonly weight: number;
  readonly run: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions {
  /**
   * Weight after which no more writes of one lane go into a transaction, so that a busy lane cannot hold up the others.
   */
  readonly weightPerLane: number;
  /** Runs the transaction later in this turn of the event loop. */
  readonly schedule: (run: () => void) => void;
  /** Runs the transaction a little later, for writes that nobody waits for. */
  readonly scheduleLazily: (run: () => void) => void;
  readonly onCommit?: ((seconds: number, committed: boolean) => void) | undefined;
}

/**
 * Collects the writes of one turn of the event loop into one transaction: one flush to disk for all of them. A write's
 * promise settles only after that transaction was committed.
 */
export class GroupCommit {
  readonly #transactions: Transactions;
  readonly #options: GroupCommitOptions;
  readonly #lanes = new Map<string, Write[]>();
  #scheduled = false;
  #lazilyScheduled = false;

  constructor(transactions: Transactions, options: GroupCommitOptions) {
    this.#transactions = transactions;
    this.#options = options;
  }

  /**
   * @param lane writes of one lane keep their order
   * @param weight how much of the lane's share this write takes
   * @param lazy true for a write that may wait for another one to share its transaction with
   * @param run changes the store, inside the transaction; what it returns is what the promise resolves to
   */
  write<T>(lane: string, weight: number, run: () => T, lazy = false): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const queue = this.#lanes.get(lane);
      const write: Write = { weight, run, resolve, reject };
      if (queue === undefined) this.#lanes.set(lane, [write]);
      else queue.push(write);
      if (lazy) this.#armLazily();
      else this.#arm();
    });
  }

  /** Commits everything that waits, now. */
  flush(): void {
    while (this.#lanes.size > 0) this.#commitSome();
  }

  #armLazily(): void {
    if (this.#scheduled || this.#lazilyScheduled) return;
    this.#lazilyScheduled = true;
    this.#options.scheduleLazily(() => {
      this.#lazilyScheduled = false;
      if (this.#lanes.size > 0) this.#arm();
    });
  }

  #arm(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.schedule(() => {
      this.#scheduled = false;
      if (this.#lanes.size > 0) this.#commitSome();
      if (this.#lanes.size > 0) this.#arm();
    });
  }

  #take(): Write[] {
    const taken: Write[] = [];
    for (const [lane, queue] of this.#lanes) {
      let weight = 0;
      let count = 0;
      while (count < queue.length && weight < this.#options.weightPerLane)
        weight += queue[count++]?.weight ?? 0;
      taken.push(...queue.splice(0, count));
      if (queue.length === 0) this.#lanes.delete(lane);
    }
    return taken;
  }

  #commitSome(): void {
    const writes = this.#take();
    const started = performance.now();
    const values: unknown[] = [];
    try {
      this.#transactions.begin();
      for (const write of writes) values.push(write.run());
      this.#transactions.commit();
    } catch (error) {
      this.#transactions.rollback();
      this.#options.onCommit?.((performance.now() - started) / 1000, false);
      for (const write of writes) write.reject(error);
      return;
    }
    this.#options.onCommit?.((performance.now() - started) / 1000, true);
    for (const [index, write] of writes.entries()) write.resolve(values[index] as never);
  }
}
