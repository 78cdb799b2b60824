import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outpointKey, parseBlockHash, toHex, type BlockHash } from "../bytes.ts";
import { codeOf, transactionWith } from "../testing/transactions.ts";
import { bareTaproot, freshTxid, soloGroup } from "../testing/wallets.ts";
import { PegLedger, undoDepth } from "./ledger.ts";
import type { BitcoinTx } from "./transaction.ts";

const peg = soloGroup(1).script;
const elsewhere = bareTaproot(9);
const hashOf = (n: number): BlockHash => parseBlockHash(n.toString(16).padStart(64, "0"));
const start = { height: 100, hash: hashOf(100) };
const blockAt = (height: number, salt = 0) => ({
  height,
  hash: hashOf(height + salt),
  previous: hashOf(height - 1),
});
const pays = (...amounts: bigint[]): BitcoinTx =>
  transactionWith(
    amounts.map((amount) => ({ amount, script: peg })),
    [{ txid: freshTxid() }],
  );
const spends = (tx: BitcoinTx, vout: number, change?: bigint): BitcoinTx =>
  transactionWith(
    [
      { amount: 1_000n, script: elsewhere },
      ...(change === undefined ? [] : [{ amount: change, script: peg }]),
    ],
    [{ txid: tx.txid, vout }],
  );

describe("the peg's own account", () => {
  test("coins come with a block and go with another", () => {
    const ledger = new PegLedger(start, [peg]);
    const deposit = pays(5_000n, 7_000n);
    ledger.connect(blockAt(101), [deposit]);
    expect(ledger.balance()).toBe(12_000n);
    const out = spends(deposit, 1, 6_000n);
    ledger.connect(blockAt(102), [out]);
    expect(ledger.balance()).toBe(11_000n);
    expect(ledger.balance(2)).toBe(5_000n);
    expect(ledger.spentBy({ txid: deposit.txid, vout: 1 })).toBe(out.txid);
    expect(ledger.coin({ txid: deposit.txid, vout: 1 })).toBeNull();
  });
  test("a coin made and spent in one block is never seen, and undoing does not invent it", () => {
    const ledger = new PegLedger(start, [peg]);
    const deposit = pays(5_000n);
    ledger.connect(blockAt(101), [deposit, spends(deposit, 0)]);
    expect(ledger.balance()).toBe(0n);
    ledger.disconnect(hashOf(101));
    expect(ledger.balance()).toBe(0n);
  });
  test("blocks must follow each other, and come out in reverse", () => {
    const ledger = new PegLedger(start, [peg]);
    expect(codeOf(() => ledger.connect(blockAt(102), []))).toBe("blockNotNext");
    expect(codeOf(() => ledger.connect({ ...blockAt(101), previous: hashOf(7) }, []))).toBe("blockNotNext");
    ledger.connect(blockAt(101), []);
    expect(codeOf(() => ledger.disconnect(hashOf(100)))).toBe("blockNotTip");
    ledger.disconnect(hashOf(101));
    expect(ledger.tip).toEqual(start);
  });
  test("a reorganisation deeper than it can undo is said, not guessed", () => {
    const ledger = new PegLedger(start, [peg]);
    for (let n = 1; n <= undoDepth + 5; n++) ledger.connect(blockAt(100 + n), []);
    for (let n = undoDepth + 5; n > 6; n--) ledger.disconnect(hashOf(100 + n));
    expect(codeOf(() => ledger.disconnect(hashOf(106)))).toBe("blockNotTip");
    expect(ledger.tip.height).toBe(106);
  });
  test("any blocks, undone, leave exactly what was there before", () =>
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(1000), { maxLength: 4 }), { minLength: 1, maxLength: 12 }),
        fc.nat(11),
        (plan, back) => {
          const ledger = new PegLedger(start, [peg]);
          const states = [look(ledger)];
          plan.forEach((block, i) => {
            const transactions = block.map((n) => {
              const coins = ledger.spendable();
              const coin = coins[n % (coins.length + 1)];
              return coin === undefined
                ? pays(BigInt(1_000 + n))
                : transactionWith([{ amount: 500n, script: peg }], [{ txid: coin.txid, vout: coin.vout }]);
            });
            ledger.connect(blockAt(101 + i), transactions);
            states.push(look(ledger));
          });
          for (let i = plan.length; i > Math.max(0, plan.length - back); i--) {
            ledger.disconnect(hashOf(100 + i));
            expect(look(ledger)).toEqual(states[i - 1]);
          }
        },
      ),
    ));
});

const look = (ledger: PegLedger) =>
  ledger
    .spendable()
    .map((coin) => `${outpointKey(coin)} ${coin.amount.toString()} ${coin.height ?? "-"}`)
    .sort();

describe("our own pending transactions", () => {
  const deposit = pays(9_000n);
  const withDeposit = () => {
    const ledger = new PegLedger(start, [peg]);
    ledger.connect(blockAt(101), [deposit]);
    return ledger;
  };
  test("their inputs are taken at once, their change counts with its depth", () => {
    const ledger = withDeposit();
    const first = spends(deposit, 0, 8_000n);
    const second = spends(first, 1, 7_000n);
    ledger.addPending(first);
    ledger.addPending(second);
    expect(
      ledger.spendable().map(({ amount, unconfirmedDepth, height }) => [amount, unconfirmedDepth, height]),
    ).toEqual([[7_000n, 2, null]]);
    expect(ledger.balance()).toBe(9_000n);
  });
  test("confirmation turns change into a coin like any other", () => {
    const ledger = withDeposit();
    const first = spends(deposit, 0, 8_000n);
    ledger.addPending(first);
    ledger.connect(blockAt(102), [first]);
    expect(ledger.spendable().map(({ unconfirmedDepth, height }) => [unconfirmedDepth, height])).toEqual([
      [0, 102],
    ]);
  });
  test("an earlier attempt and its descendants make room for the one that replaces it", () => {
    const ledger = withDeposit();
    const first = spends(deposit, 0, 8_000n);
    ledger.addPending(first);
    ledger.addPending(spends(first, 1, 7_000n));
    ledger.addPending(spends(deposit, 0, 7_900n));
    expect(ledger.spendable().map(({ amount }) => amount)).toEqual([7_900n]);
  });
  test("a conflicting spend in a block ends a pending one", () => {
    const ledger = withDeposit();
    ledger.addPending(spends(deposit, 0, 8_000n));
    ledger.connect(blockAt(102), [spends(deposit, 0)]);
    expect(ledger.spendable()).toEqual([]);
  });
  test("survive a restart with everything else", () => {
    const ledger = withDeposit();
    ledger.addPending(spends(deposit, 0, 8_000n));
    const again = PegLedger.restore(ledger.snapshot());
    expect(look(again)).toEqual(look(ledger));
    again.disconnect(hashOf(101));
    expect(again.tip).toEqual(start);
  });
  test("the next wallet's coins count once it is watched", () => {
    const next = soloGroup(2).script;
    const ledger = withDeposit();
    ledger.watch(next);
    ledger.connect(blockAt(102), [
      transactionWith([{ amount: 4_000n, script: next }], [{ txid: deposit.txid, vout: 0 }]),
    ]);
    expect(ledger.spendable().map(({ script }) => toHex(script))).toEqual([toHex(next)]);
  });
});
