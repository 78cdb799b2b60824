import type { PegRecord, RecordId } from "../../../../../sbtc/peg/queue/record.ts";
import type { Tally } from "./tally.ts";

interface Mark {
  readonly length: number;
  readonly at: number | undefined;
}

/** Watches the queue from outside: which ways requests went, which of them a restart lay on, and what held them up. */
export class Sightings {
  readonly #happened: Tally;
  readonly #seen = new Map<RecordId, number>();
  readonly #marks = new Map<RecordId, Mark>();
  readonly #holds = new Set<string>();

  constructor(happened: Tally) {
    this.#happened = happened;
  }

  /** A new process has read these from its disk. */
  opened(records: readonly PegRecord[]): void {
    this.#marks.clear();
    for (const { id, history } of records) {
      this.#marks.set(id, { length: history.length, at: history.at(-1)?.at });
      this.#seen.set(id, history.length);
    }
  }

  looked(records: readonly PegRecord[]): void {
    for (const { id, kind, history, hold } of records) {
      const from = this.#seen.get(id) ?? 1;
      for (let i = from; i < history.length; i++)
        this.#happened.add(`${kind} ${history[i - 1]?.tag} > ${history[i]?.tag}`);
      this.#seen.set(id, history.length);
      const mark = this.#marks.get(id);
      if (mark !== undefined && history.length > mark.length) {
        this.#marks.delete(id);
        const [before, after] = [history[mark.length - 1], history[mark.length]];
        if (before?.at === mark.at) this.#happened.add(`closed in ${kind} ${before?.tag} > ${after?.tag}`);
      }
      if (hold === null || this.#holds.has(`${id} ${hold.code}`)) continue;
      this.#holds.add(`${id} ${hold.code}`);
      this.#happened.add(`held for ${hold.code}`);
    }
  }
}
