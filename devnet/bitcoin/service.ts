import { join } from "node:path";
import { z } from "zod";
import { scriptOfAddress } from "../../lib/sbtc/bitcoin/script.ts";
import { networks } from "../../lib/sbtc/network.ts";
import { Refusal } from "../../lib/sbtc/refusal.ts";
import { Chain, type ChainEvent } from "./chain.ts";
import { type Answer, json, text } from "./answer.ts";
import { esplora } from "./esplora.ts";
import { Faucet, faucetLimit } from "./faucet.ts";
import { Journal } from "./journal.ts";
import { BlockTimer } from "./timer.ts";

/** How a Bitcoin devnet is started. */
export interface BitcoinChainOptions {
  /** Folder of its journal; made where missing. */
  readonly dataDir: string;
  /** Seconds between blocks; 0 mines only on demand. */
  readonly blockSeconds: number;
  /** Told of each event after it is on disk; also of the past, in order, while a stored chain is rebuilt. */
  readonly onEvent?: (event: ChainEvent) => void;
  /** Seconds since 1970; the clock where not given. */
  readonly now?: () => number;
}

const mineBody = z.strictObject({
  blocks: z.int().min(1).max(500),
  minFeeRate: z.number().min(0).optional(),
});
const reorgBody = z.strictObject({
  depth: z.int().min(1).max(100),
  blocks: z.int().min(1).max(101).optional(),
  drop: z.boolean().optional(),
});
const faucetBody = z.strictObject({
  address: z.string().max(100),
  amount: z.union([z.int(), z.string().regex(/^\d{1,16}$/)]),
});

const timerBody = z.strictObject({ seconds: z.int().min(0).max(86_400) });

/**
 * A running Bitcoin devnet: answers Esplora's paths, and `/devnet/status` and the commands `/devnet/mine`, `reorg`,
 * `faucet` and `timer`. Sockets are the caller's.
 */
export class BitcoinChainService {
  readonly chain: Chain;
  readonly faucet: Faucet;
  readonly #journal: Journal;
  readonly #timer: BlockTimer;

  constructor(options: BitcoinChainOptions) {
    this.#journal = new Journal(join(options.dataDir, "bitcoin.jsonl"));
    const now = options.now ?? (() => Math.floor(Date.now() / 1000));
    let replaying = true;
    this.chain = new Chain({
      now,
      onEvent: (event) => {
        if (!replaying) this.#journal.append(event);
        options.onEvent?.(event);
      },
    });
    this.#journal.replay(this.chain);
    replaying = false;
    this.faucet = new Faucet(this.chain);
    this.faucet.prepare();
    this.#timer = new BlockTimer(options.blockSeconds, {
      now,
      mine: () => void this.chain.mine(1, this.faucet.script),
      isWaiting: () => this.chain.mempool.size > 0,
    });
  }

  /** Answers one request, or null where the path is not ours. Never throws for what a client sends. */
  handle(method: string, path: string, body: Uint8Array): Answer | null {
    this.#timer.asked();
    if (path === "/devnet/status" && method === "GET") return json(this.#status());
    if (!path.startsWith("/devnet/")) return esplora(this.chain, method, path, body);
    if (method !== "POST") return text("commands are sent with POST", 405);
    try {
      return this.#command(path.slice("/devnet/".length), parseJson(body));
    } catch (error) {
      if (error instanceof z.ZodError) return text(z.prettifyError(error), 400);
      if (error instanceof Refusal || error instanceof RangeError) return text(error.message, 400);
      throw error;
    }
  }

  /** Stops the timer and closes the journal. */
  stop(): void {
    this.#timer.stop();
    this.#journal.close();
  }

  #status(): object {
    const { chain } = this;
    const { seconds, nextIn } = this.#timer;
    return {
      height: chain.tip.height,
      waiting: chain.mempool.size,
      blockSeconds: seconds,
      nextBlockIn: nextIn,
      faucetLimit: Number(faucetLimit),
    };
  }

  #command(name: string, body: unknown): Answer | null {
    switch (name) {
      case "mine": {
        const { blocks, minFeeRate } = mineBody.parse(body);
        return json(this.chain.mine(blocks, this.faucet.script, minFeeRate).map((block) => block.hash));
      }
      case "reorg": {
        const { depth, drop, blocks } = reorgBody.parse(body);
        this.chain.rewind(depth, drop);
        return json(this.chain.mine(blocks ?? depth + 1, this.faucet.script).map((block) => block.hash));
      }
      case "faucet": {
        const { address, amount } = faucetBody.parse(body);
        const result = this.faucet.pay(scriptOfAddress(address, networks.regtest), BigInt(amount));
        return "txid" in result ? json(result) : text(`${result.code}: ${result.detail}`, 400);
      }
      case "timer": {
        this.#timer.set(timerBody.parse(body).seconds);
        return json(this.#status());
      }
      default:
        return null;
    }
  }
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new RangeError("the body is not JSON");
  }
}
