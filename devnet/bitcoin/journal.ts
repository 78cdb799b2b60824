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
import { hexToBytes } from "@noble/hashes/utils.js";
import { z } from "zod";
import { toHex } from "../../lib/sbtc/bytes.ts";
import { parseTransaction } from "../../lib/sbtc/bitcoin/transaction.ts";
import { blockFrom } from "./block.ts";
import type { Chain, ChainEvent } from "./chain.ts";

const line = z.discriminatedUnion("tag", [
  z.object({ tag: z.literal("block"), height: z.number(), header: z.string(), txs: z.array(z.string()) }),
  z.object({ tag: z.literal("rewound"), height: z.number(), dropped: z.boolean() }),
  z.object({ tag: z.literal("transaction"), tx: z.string() }),
]);

function encode(event: ChainEvent): string {
  switch (event.tag) {
    case "block": {
      const { height, header, txs } = event.block;
      return JSON.stringify({
        tag: "block",
        height,
        header: toHex(header),
        txs: txs.map((tx) => toHex(tx.raw)),
      });
    }
    case "rewound":
      return JSON.stringify(event);
    case "transaction":
      return JSON.stringify({ tag: "transaction", tx: toHex(event.tx.raw) });
  }
}

/** A file of everything that happened to a chain, one JSON line each, on disk before the caller goes on. */
export class Journal {
  readonly #path: string;
  #file: number;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, "a");
  }

  append(event: ChainEvent): void {
    writeSync(this.#file, `${encode(event)}\n`);
    fsyncSync(this.#file);
  }

  /**
   * Rebuilds a fresh chain. A last line that a crash cut short is dropped from the file; any other damage ends the start with a sentence.
   */
  replay(chain: Chain): void {
    if (!existsSync(this.#path)) return;
    const text = readFileSync(this.#path, "utf8");
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole.length < text.length) truncateSync(this.#path, Buffer.byteLength(whole));
    for (const [i, json] of whole.split("\n").slice(0, -1).entries()) {
      try {
        apply(chain, line.parse(JSON.parse(json)));
      } catch (cause) {
        const detail = `line ${i + 1} of ${this.#path} does not continue the chain: delete the folder to start a new devnet`;
        throw new Error(detail, { cause });
      }
    }
  }

  /** Forgets everything, for a chain that starts again. */
  reset(): void {
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
    this.#file = openSync(this.#path, "a");
  }

  close(): void {
    closeSync(this.#file);
  }
}

function apply(chain: Chain, entry: z.infer<typeof line>): void {
  switch (entry.tag) {
    case "block": {
      const txs = entry.txs.map((raw) => parseTransaction(hexToBytes(raw)));
      chain.restore(blockFrom(hexToBytes(entry.header), entry.height, txs));
      return;
    }
    case "rewound":
      chain.rewind(chain.tip.height - entry.height, entry.dropped);
      return;
    case "transaction":
      // It was accepted before; where the clock has moved since, being refused now is an answer too.
      chain.submit(hexToBytes(entry.tx));
  }
}
