/** What a connection's bytes come from: a websocket. While it is paused its sender's bytes stay with the sender. */
export interface Source {
  pause(): void;
  resume(): void;
}

/**
 * Most events of one connection that are being answered while more is read from it: more than one who waits for answers ever
 * has, so that one who does not is seen, refused and soon cut off.
 */
const MAX_EVENTS = 8;
/** Most bytes of them. */
const MAX_BYTES = 2_097_152;

/**
 * Reads from one connection no faster than the relay answers it. What comes
 * faster stays with its sender and costs the relay nothing: it is not even received.
 */
export class Intake {
  readonly #source: Source;
  #events = 0;
  #bytes = 0;
  #paused = false;
  #shut = false;
  #hold: NodeJS.Timeout | null = null;

  constructor(source: Source) {
    this.#source = source;
  }

  /** An event of so many bytes came in. @returns to be called once it is answered */
  take(bytes: number): () => void {
    this.#events++;
    this.#bytes += bytes;
    this.#update();
    return () => {
      this.#events--;
      this.#bytes -= bytes;
      this.#update();
    };
  }

  /** Reads nothing for so many milliseconds. */
  hold(ms: number): void {
    if (this.#hold !== null || this.#shut) return;
    this.#hold = setTimeout(() => {
      this.#hold = null;
      this.#update();
    }, ms);
    this.#update();
  }

  /** Reads nothing ever again. */
  shut(): void {
    this.#shut = true;
    if (this.#hold !== null) clearTimeout(this.#hold);
    this.#hold = null;
    this.#update();
  }

  #update(): void {
    const pause = this.#shut || this.#hold !== null || this.#events >= MAX_EVENTS || this.#bytes >= MAX_BYTES;
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#source.pause();
    else this.#source.resume();
  }
}
