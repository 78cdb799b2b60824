/** Lines of a run, in virtual time: who sent what to whom, who crashed, what was decided. */
export class Chart {
  readonly #lines: string[] = [];
  readonly #start: number;
  readonly #limit: number;

  constructor(start: number, limit = 20_000) {
    this.#start = start;
    this.#limit = limit;
  }

  add(now: number, who: string, what: string): void {
    if (this.#lines.length >= this.#limit) return;
    const seconds = ((now - this.#start) / 1000).toFixed(3).padStart(9);
    this.#lines.push(`${seconds}s  ${who.padEnd(12)} ${what}`);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }
}
