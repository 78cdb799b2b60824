import type { ClarityValue } from "@stacks/transactions";
import { toHex } from "../../../sbtc/bytes.ts";
import { attempt, Refusal } from "../../../sbtc/refusal.ts";
import { readBuffer, readFields, readSmallUint, readText, readUint } from "../../../sbtc/stacks/clarity.ts";
import type { StacksNode } from "../../../sbtc/stacks/node.ts";

/** What the contract says it did, as far as numbers are made of it. */
export interface Deed {
  readonly topic: "mint" | "lock" | "settle" | "refund";
  /** The Bitcoin transaction it is about: a deposit, or a request. */
  readonly txid: string;
  /** Satoshi. */
  readonly amount: bigint;
  /** Bitcoin height of the block the call names: the deposit's or the request's, the payout's, the cancel's. */
  readonly namedHeight: number;
  /** Bitcoin height at which the call ran. */
  readonly height: number;
}

interface Entry {
  readonly key: string;
  /** null for something printed that numbers have no use for. */
  readonly deed: Deed | null;
}

const perPage = 50;

/**
 * What a contract did, newest first, kept up to date page by page: an answer that meets what is known already ends the
 * asking, and what a reorganisation took back is no longer there in front of it.
 */
export class ContractDeeds {
  readonly #stacks: StacksNode;
  readonly #contract: string;
  readonly #most: number;
  #entries: readonly Entry[] = [];
  #whole = false;

  /** @param most events looked at in all: what is older stays out */
  constructor(stacks: StacksNode, contract: string, most: number) {
    this.#stacks = stacks;
    this.#contract = contract;
    this.#most = most;
  }

  /** Newest first. */
  get all(): readonly Deed[] {
    return this.#entries.flatMap(({ deed }) => (deed === null ? [] : [deed]));
  }

  /** True where nothing older was left out. */
  get isWhole(): boolean {
    return this.#whole;
  }

  /** @throws Refusal of the source; what was known before stays */
  async refresh(): Promise<void> {
    const known = new Map(this.#entries.map((entry, i) => [entry.key, i]));
    const fresh: Entry[] = [];
    for (let offset = 0; offset < this.#most; offset += perPage) {
      const events = await this.#stacks.events(this.#contract, { limit: perPage, offset });
      for (const { txid, index, value } of events) {
        const key = `${txid}/${index}`;
        const at = known.get(key);
        if (at !== undefined) {
          this.#entries = [...fresh, ...this.#entries.slice(at)].slice(0, this.#most);
          return;
        }
        fresh.push({ key, deed: await this.#read(txid, value) });
      }
      if (events.length < perPage) {
        this.#entries = fresh;
        this.#whole = true;
        return;
      }
    }
    this.#entries = fresh;
    this.#whole = false;
  }

  async #read(txid: string, value: ClarityValue): Promise<Deed | null> {
    const read = attempt(() => deedOf(value));
    if (!read.ok || read.value === null) return null;
    const state = await this.#stacks.transaction(txid);
    return "burnBlockHeight" in state ? { ...read.value, height: state.burnBlockHeight } : null;
  }
}

const topics = ["mint", "lock", "settle", "refund"] as const;

/** @throws Refusal for what is printed in another form */
function deedOf(value: ClarityValue): Omit<Deed, "height"> | null {
  const field = readFields(value);
  const said = readText(field("topic"));
  const topic = topics.find((one) => one === said);
  return topic === undefined
    ? null
    : {
        topic,
        txid: toHex(readBuffer(field("txid"), 32)),
        amount: readUint(field("amount")),
        namedHeight: readSmallUint(field("burn-height")),
      };
}

/** Times of Bitcoin blocks, each asked for once. */
export class BlockTimes {
  readonly #ask: (height: number) => Promise<number | null>;
  readonly #known = new Map<number, number>();

  /** @param ask milliseconds since 1970, null where the block is not there */
  constructor(ask: (height: number) => Promise<number | null>) {
    this.#ask = ask;
  }

  get known(): ReadonlyMap<number, number> {
    return this.#known;
  }

  async learn(heights: Iterable<number>): Promise<void> {
    for (const height of new Set(heights)) {
      if (this.#known.has(height)) continue;
      const at = await this.#ask(height).catch((error: unknown) => {
        if (error instanceof Refusal) return null;
        throw error;
      });
      if (at !== null) this.#known.set(height, at);
    }
  }
}
