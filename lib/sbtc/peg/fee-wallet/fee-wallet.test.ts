import { expect, test } from "vitest";
import type { BroadcastOutcome } from "../../stacks/broadcast.ts";
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
          transaction: (txid) =>
            Promise.resolve(this.waiting.has(txid) ? { tag: "pending" } : { tag: "unknown" }),
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
