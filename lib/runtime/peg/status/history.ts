import { z } from "zod";
import { put, remove, type Store } from "../../ports/store.ts";
import type { PegDirection } from "../../views/index.ts";

/** A request made in this browser. Public data, except that it shows what this browser did. */
export interface OwnRequest {
  readonly direction: PegDirection;
  readonly contract: string;
  readonly txid: string;
  readonly sats: bigint;
  readonly to: string;
  readonly at: number;
  /** The signed transaction: it can be sent again where the network lost it. */
  readonly raw: string;
  /** As last seen. */
  readonly state: string;
  readonly final: boolean;
}

const stored = z.object({
  direction: z.enum(["in", "out"]),
  contract: z.string(),
  txid: z.string().regex(/^[0-9a-f]{64}$/),
  sats: z.string().regex(/^\d{1,16}$/),
  to: z.string(),
  at: z.number(),
  raw: z.string(),
  state: z.string(),
  final: z.boolean(),
});

const prefix = "request/";
const contractKey = "contract";
const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** A browser's own memory of its requests and of the peg it used last. */
export class PegHistory {
  readonly #store: Store;
  constructor(store: Store) {
    this.#store = store;
  }

  /** Newest first. An entry that cannot be read is left out, and left alone. */
  async list(): Promise<readonly OwnRequest[]> {
    const entries = await this.#store.list(prefix);
    return entries
      .flatMap(({ value }) => {
        const read = readJson(value);
        return read === null ? [] : [read];
      })
      .sort((a, b) => b.at - a.at);
  }

  async get(txid: string): Promise<OwnRequest | null> {
    const value = await this.#store.get(`${prefix}${txid}`);
    return value === null ? null : readJson(value);
  }

  /** Keeps a request; written before its transaction is sent, so that none is ever sent and forgotten. */
  async keep(request: OwnRequest): Promise<void> {
    const value = encode({ ...request, sats: request.sats.toString() });
    await this.#store.commit([put(`${prefix}${request.txid}`, value)]);
  }

  /** Forgets a request whose transaction the network certainly does not have. */
  async forget(txid: string): Promise<void> {
    await this.#store.commit([remove(`${prefix}${txid}`)]);
  }

  async contract(): Promise<string | null> {
    const value = await this.#store.get(contractKey);
    return value === null ? null : new TextDecoder().decode(value);
  }

  async setContract(contract: string): Promise<void> {
    await this.#store.commit([put(contractKey, new TextEncoder().encode(contract))]);
  }
}

function readJson(value: Uint8Array): OwnRequest | null {
  try {
    const parsed = stored.safeParse(JSON.parse(new TextDecoder().decode(value)));
    return parsed.success ? { ...parsed.data, sats: BigInt(parsed.data.sats) } : null;
  } catch {
    return null;
  }
}
