const inspect = Symbol.for("nodejs.util.inspect.custom");

/** Secret bytes in a state: prints, logs and serialises as redacted. Facts take them out by `reveal`. */
export class Secret {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes.slice();
  }
  reveal(): Uint8Array {
    return this.#bytes.slice();
  }
  toJSON(): string {
    return "[Secret redacted]";
  }
  toString(): string {
    return this.toJSON();
  }
  [inspect](): string {
    return this.toJSON();
  }
}
