import { Cl } from "@stacks/transactions";
import { expect, test } from "vitest";
import type { BroadcastOutcome } from "../../stacks/broadcast.ts";
import type { TransactionState } from "../../stacks/node.ts";
import { FeeWallet, type SentCall, type Submission } from "./fee-wallet.ts";

const call: Submission = {
  tag: "call",
  call: { contract: "ST000000000000000000002AMW42H.sbtc", functionName: "mint!", functionArgs: [] } as never,
};

/** An account on a chain that mines what has the next nonce. */
class Account {
  nonce = 0n;
  readonly waiting = new Map<string, bigint>();
  readonly #made = new Map<string, { readonly txid: string; readonly nonce: bigint }>();
  /** True where the process dies between disk and network. */
  dies = false;
  readonly disk = new Map<string, SentCall>();
  /** Calls whose block is gone. */
  readonly orphaned = new Set<string>();

  open(): FeeWallet {
    return new FeeWallet(
      {
        address: "ST000000000000000000002AMW42H",
        node: {
          nextNonce: () => {
            let next = this.nonce;
            while ([...this.waiting.values()].includes(next)) next += 1n;
            return Promise.resolve(next);
          },
          estimateFee: () => Promise.resolve({ low: 1n, middle: 1n, high: 1n, source: "estimate" }),
          broadcast: (bytes) => this.#take(bytes),
          transaction: (txid) => Promise.resolve(this.#stateOf(txid)),
        },
        sign: (_, { nonce, fee }) => {
          const txid = `${nonce}/${fee}`;
          this.#made.set(txid, { txid, nonce });
          return Promise.resolve({ txid, bytes: new TextEncoder().encode(txid) });
        },
        save: (sent) => {
          this.disk.set(sent.key, sent);
          return Promise.resolve();
        },
      },
      [...this.disk.values()],
    );
  }

  #stateOf(txid: string): TransactionState {
    if (this.waiting.has(txid)) return { tag: "pending" };
    return this.orphaned.has(txid)
      ? { tag: "success", ...{ blockHeight: 1, burnBlockHeight: 1, canonical: false }, result: Cl.bool(true) }
      : { tag: "unknown" };
  }

  /** A reorganisation takes everything back to the first nonce, and no node keeps what was mined. */
  reorganise(): void {
    for (const txid of this.waiting.keys()) this.orphaned.add(txid);
    this.waiting.clear();
    this.nonce = 0n;
  }

  #take(bytes: Uint8Array): Promise<BroadcastOutcome> {
    if (this.dies) return Promise.reject(new Error("the process died"));
    const made = this.#made.get(new TextDecoder().decode(bytes))!;
    this.waiting.set(made.txid, made.nonce);
    while ([...this.waiting.values()].includes(this.nonce)) this.nonce += 1n;
    return Promise.resolve({ tag: "accepted", txid: made.txid });
  }
}

test("a call that was stored, never sent and is wanted no more does not hold up those after it", async () => {
  const account = new Account();
  account.dies = true;
  await expect(account.open().send("given up", call, 1)).rejects.toThrow("died");
  expect(account.disk.get("given up")?.nonce).toBe(0n);

  account.dies = false;
  const next = account.open();
  expect(await next.send("wanted", call, 2)).toMatchObject({ tag: "waiting" });
  expect(account.disk.get("wanted")?.nonce).toBe(1n);
  // Both were mined: the gap in front of the call that is wanted was closed.
  expect(account.nonce).toBe(2n);
});

test("calls that a reorganisation took back are sent again, and the next one does not wait behind them for ever", async () => {
  const account = new Account();
  const wallet = account.open();
  for (const key of ["first", "second"])
    expect(await wallet.send(key, call, 1)).toMatchObject({ tag: "waiting" });
  expect(account.nonce).toBe(2n);
  account.reorganise();
  expect(await wallet.send("third", call, 2)).toMatchObject({ tag: "waiting" });
  expect(account.disk.get("third")?.nonce).toBe(2n);
  expect(account.nonce).toBe(3n);
  // The same after a restart in between.
  account.reorganise();
  await account.open().send("fourth", call, 3);
  expect(account.nonce).toBe(4n);
});
