import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

const hex = z.string().regex(/^(?:[0-9a-f]{2})*$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const entry = z.discriminatedUnion("tag", [
  z.object({ tag: z.literal("burn"), height: z.int().nonnegative(), hash, time: z.int().nonnegative() }),
  z.object({ tag: z.literal("reorg"), forkHeight: z.int() }),
  z.object({ tag: z.literal("submitted"), bytes: hex }),
  /** `held` says whether the post-conditions held; where not, `result` is what the execution would have answered. */
  z.object({ tag: z.literal("mined"), txid: hash, held: z.boolean(), result: hex, why: z.string() }),
  z.object({ tag: z.literal("dropped"), txid: hash, why: z.string() }),
]);

/** Something that happened to the chain, enough to rebuild it. */
export type Entry = z.infer<typeof entry>;

/** A file of entries, one JSON line each, on disk before the caller goes on. */
export class Journal {
  readonly #path: string;
  #file: number;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, "a");
  }

  append(happened: Entry): void {
    writeSync(this.#file, `${JSON.stringify(happened)}\n`);
    fsyncSync(this.#file);
  }

  /**
   * What happened so far. A last line that a crash cut short is taken off the file.
   * @throws Error with a sentence where any other line is damaged
   */
  read(): Entry[] {
    if (!existsSync(this.#path)) return [];
    const text = readFileSync(this.#path, "utf8");
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole.length < text.length) truncateSync(this.#path, Buffer.byteLength(whole));
    return whole
      .split("\n")
      .slice(0, -1)
      .map((line, at) => {
        try {
          return entry.parse(JSON.parse(line));
        } catch (cause) {
          const damage = `line ${at + 1} of ${this.#path} is damaged: delete the folder to start a new devnet`;
          throw new Error(damage, { cause });
        }
      });
  }

  /** Forgets everything. */
  reset(): void {
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
    this.#file = openSync(this.#path, "a");
  }

  close(): void {
    closeSync(this.#file);
  }
}
