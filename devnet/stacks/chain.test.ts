import { Cl, Pc } from "@stacks/transactions";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SignedTransaction } from "../../lib/sbtc/stacks/transaction.ts";
import type { StacksChain } from "./chain.ts";
import type { Entry } from "./journal.ts";
import { Actor, burn, faucet, startChain } from "./testing/actors.ts";

let chain: StacksChain;
let running: StacksChain | null = null;
let entries: Entry[];
let bank: Actor;
let alice: Actor;
const bob = new Actor(12).address;
let people = 100;
const start = async (instant = true) => {
  await running?.stop();
  ({ chain, entries } = await startChain({ instant }));
  running = chain;
  bank = faucet();
  newAlice();
};
const newAlice = () => {
  people += 1;
  alice = new Actor(people);
};
const status = ({ txid }: SignedTransaction) => chain.ledger.get(txid)?.status;
const rejected = (reason: string, data?: unknown) =>
  expect.objectContaining(data === undefined ? { reason } : { reason, data }) as unknown;
async function fund(amount = 10_000_000n): Promise<void> {
  const tx = await bank.transfer(alice.address, amount);
  await chain.submit(tx.bytes);
  expect(status(tx)).toBe("success");
}

const purse = `
  (define-fungible-token coin)
  (define-non-fungible-token card uint)
  (define-data-var hits uint u0)
  (define-public (hit) (ok (var-set hits (+ u1 (var-get hits)))))
  (define-read-only (get-hits) (var-get hits))
  (define-public (take (amount uint)) (ft-mint? coin amount tx-sender))
  (define-public (give (amount uint) (to principal)) (begin (var-set hits u99) (ft-transfer? coin amount tx-sender to)))
  (define-public (spend (amount uint) (to principal)) (stx-transfer? amount tx-sender to))
  (define-public (burn (amount uint)) (ft-burn? coin amount tx-sender))
  (define-public (card-to (id uint) (to principal))
    (begin (try! (nft-mint? card id tx-sender)) (nft-transfer? card id tx-sender to)))
  (define-public (refuse) (begin (var-set hits u77) (err u5)))
  (define-public (break) (begin (var-set hits u78) (ok (unwrap-panic (if true none (some u1))))))`;

const startFunded = async () => {
  await start();
  await chain.onBitcoinBlock(burn(1));
};
afterAll(() => running?.stop());

describe("a transaction is taken only if it is in order", () => {
  beforeAll(startFunded);
  beforeEach(async () => {
    newAlice();
    await fund();
  });

  test("one changed byte anywhere is refused", async () => {
    const { bytes } = await alice.transfer(bob, 5n);
    for (let at = 0; at < bytes.length; at += 3) {
      const bent = Uint8Array.from(bytes);
      bent[at]! ^= 1;
      await expect(chain.submit(bent)).rejects.toMatchObject({ name: "Rejected" });
    }
    await expect(chain.submit(Uint8Array.from([...bytes, 0]))).rejects.toEqual(
      rejected("Deserialization", expect.anything()),
    );
    await expect(chain.submit(new Uint8Array(0))).rejects.toMatchObject({ reason: "Deserialization" });
    await chain.submit(bytes);
  });

  test("nonces are used in order: the past is refused, the near future waits, the far future is refused", async () => {
    alice.nonce = 0n;
    const first = await alice.transfer(bob, 1n);
    const second = await alice.transfer(bob, 2n);
    await chain.submit(second.bytes);
    expect(status(second)).toBeUndefined();
    await chain.submit(first.bytes);
    expect([status(first), status(second)]).toEqual(["success", "success"]);
    alice.nonce = 1n;
    const again = await alice.transfer(bob, 9n);
    await expect(chain.submit(again.bytes)).rejects.toEqual(
      rejected("BadNonce", { expected: 2, actual: 1, principal: alice.address, is_origin: true }),
    );
    await expect(chain.submit(first.bytes)).rejects.toMatchObject({ reason: "BadNonce" });
    alice.nonce = 27n;
    const far = await alice.transfer(bob, 9n);
    await expect(chain.submit(far.bytes)).rejects.toMatchObject({ reason: "TooMuchChaining" });
  });

  test("a waiting transaction is replaced by one that pays more, and by no other", async () => {
    alice.nonce = 1n;
    const first = await alice.transfer(bob, 1n);
    await chain.submit(first.bytes);
    alice.nonce = 1n;
    const same = await alice.transfer(bob, 2n);
    await expect(chain.submit(same.bytes)).rejects.toMatchObject({ reason: "ConflictingNonceInMempool" });
    [alice.nonce, alice.fee] = [1n, 6_000n];
    const better = await alice.transfer(bob, 2n);
    await chain.submit(better.bytes);
    expect(chain.droppedBecause(first.txid)).toBe("dropped_replace_by_fee");
    expect(chain.mempool.list().map(({ txid }) => txid)).toEqual([better.txid]);
  });

  test("fees below a node's least are refused", async () => {
    alice.fee = 179n;
    const cheap = await alice.transfer(bob, 1n);
    const data = { expected: Math.max(180, cheap.bytes.length), actual: 179 };
    await expect(chain.submit(cheap.bytes)).rejects.toEqual(rejected("FeeTooLow", data));
  });

  test("who cannot pay is refused", async () => {
    const poor = new Actor(13);
    const tx = await poor.transfer(bob, 1n);
    await expect(chain.submit(tx.bytes)).rejects.toEqual(
      rejected("NotEnoughFunds", {
        expected: `0x${(5001).toString(16).padStart(32, "0")}`,
        actual: `0x${"0".repeat(32)}`,
      }),
    );
  });

  test("transfers to oneself and of nothing are refused", async () => {
    const self = await alice.transfer(alice.address, 1n);
    alice.nonce = 0n;
    const nothing = await alice.transfer(bob, 0n);
    await expect(chain.submit(self.bytes)).rejects.toMatchObject({
      reason: "TransferRecipientCannotEqualSender",
    });
    await expect(chain.submit(nothing.bytes)).rejects.toMatchObject({
      reason: "TransferAmountMustBePositive",
    });
  });

  test("calls to contracts, functions and with arguments that are not there are refused", async () => {
    await chain.submit((await alice.deploy("purse", purse)).bytes);
    const contract = `${alice.address}.purse`;
    const refuse = async (tx: Promise<SignedTransaction>, reason: string) => {
      await expect(chain.submit((await tx).bytes)).rejects.toMatchObject({ reason });
      alice.nonce = 1n;
    };
    await refuse(alice.call(`${alice.address}.nothing`, "take", [Cl.uint(1)]), "NoSuchContract");
    await refuse(alice.call(contract, "steal"), "NoSuchPublicFunction");
    await refuse(alice.call(contract, "get-hits"), "NoSuchPublicFunction");
    await refuse(alice.call(contract, "take"), "BadFunctionArgument");
    await refuse(alice.call(contract, "take", [Cl.int(1)]), "BadFunctionArgument");
    await refuse(alice.deploy("purse", purse), "ContractAlreadyExists");
  });
});

describe("what is mined", () => {
  beforeEach(() => start());

  test("nothing before there is a Bitcoin block", async () => {
    const tx = await bank.transfer(bob, 5n);
    await chain.submit(tx.bytes);
    expect(status(tx)).toBeUndefined();
    await chain.onBitcoinBlock(burn(1));
    expect(status(tx)).toBe("success");
  });

  test("without instant mining, each Bitcoin block takes what waits", async () => {
    await start(false);
    await chain.onBitcoinBlock(burn(1));
    const tx = await bank.transfer(bob, 5n);
    await chain.submit(tx.bytes);
    expect([status(tx), chain.mempool.list().length]).toEqual([undefined, 1]);
    await chain.onBitcoinBlock(burn(2));
    expect(chain.ledger.get(tx.txid)?.burn.height).toBe(2);
    expect(chain.vm.stxBalance(bob)).toBe(5n);
  });

  test("the fee is paid whatever happens, and only the fee where it fails", async () => {
    await chain.onBitcoinBlock(burn(1));
    await fund(1_000_000n);
    await chain.submit((await alice.deploy("purse", purse)).bytes);
    const contract = `${alice.address}.purse`;
    const before = chain.vm.stxBalance(alice.address);
    const refused = await alice.call(contract, "refuse");
    const broken = await alice.call(contract, "break");
    const overspent = await alice.call(contract, "spend", [Cl.uint(10_000_000), Cl.principal(bob)]);
    for (const tx of [refused, broken, overspent]) {
      await chain.submit(tx.bytes);
      expect(status(tx)).toBe("abort_by_response");
    }
    expect(chain.vm.stxBalance(alice.address)).toBe(before - 15_000n);
    expect(chain.ledger.nonce(alice.address)).toBe(4n);
    expect(Cl.prettyPrint(chain.vm.dataVar(contract, "hits"))).toBe("u0");
    expect(Cl.prettyPrint(chain.ledger.get(refused.txid)!.result)).toBe("(err u5)");
    expect(chain.ledger.get(broken.txid)?.why).toContain("UnwrapFailure");
  });

  test("a contract that does not compile is mined, paid for, and not there", async () => {
    await chain.onBitcoinBlock(burn(1));
    await fund();
    const tx = await alice.deploy("bad", "(define-public (f) (ok unknown-name))");
    await chain.submit(tx.bytes);
    expect(status(tx)).toBe("abort_by_response");
    expect(chain.vm.source(`${alice.address}.bad`)).toBeUndefined();
    const retry = await alice.deploy("bad", "(define-public (f) (ok true))");
    await chain.submit(retry.bytes);
    expect(status(retry)).toBe("success");
  });
});

describe("post-conditions", () => {
  let contract: string;
  beforeAll(startFunded);
  beforeEach(async () => {
    newAlice();
    await fund();
    await chain.submit((await alice.deploy("purse", purse)).bytes);
    contract = `${alice.address}.purse`;
    await chain.submit((await alice.call(contract, "take", [Cl.uint(100)])).bytes);
  });
  const asset = () => [contract as `${string}.${string}`, "coin"] as const;
  const give = (conditions: Parameters<Actor["call"]>[3]) =>
    alice.call(contract, "give", [Cl.uint(10), Cl.principal(bob)], conditions);
  const run = async (tx: Promise<SignedTransaction>) => {
    const signed = await tx;
    await chain.submit(signed.bytes);
    return status(signed);
  };

  test("tokens leave only where a condition names them, exactly as it says", async () => {
    const from = Pc.principal(alice.address);
    expect(await run(give([]))).toBe("abort_by_post_condition");
    expect(await run(give([from.willSendEq(11).ft(...asset())]))).toBe("abort_by_post_condition");
    expect(await run(give([from.willSendGt(10).ft(...asset())]))).toBe("abort_by_post_condition");
    expect(
      await run(
        give([
          Pc.principal(bob)
            .willSendLte(10)
            .ft(...asset()),
        ]),
      ),
    ).toBe("abort_by_post_condition");
    expect(Cl.prettyPrint(chain.vm.dataVar(contract, "hits"))).toBe("u0");
    expect(await run(give([from.willSendEq(10).ft(...asset())]))).toBe("success");
    expect(
      await run(
        give([
          Pc.origin()
            .willSendLte(10)
            .ft(...asset()),
        ]),
      ),
    ).toBe("success");
    expect(await run(give([from.willSendGte(10).ft(...asset())]))).toBe("success");
    expect(await run(give([from.willSendLt(11).ft(...asset())]))).toBe("success");
  });

  test("a violated one leaves nothing but the fee, and what follows runs on true state", async () => {
    const before = chain.vm.stxBalance(alice.address);
    expect(await run(give([]))).toBe("abort_by_post_condition");
    expect(chain.vm.stxBalance(alice.address)).toBe(before - alice.fee);
    expect(await run(alice.call(contract, "hit"))).toBe("success");
    expect(Cl.prettyPrint(chain.vm.dataVar(contract, "hits"))).toBe("u1");
  });

  test("minting needs none, burning and spending STX do", async () => {
    expect(await run(alice.call(contract, "take", [Cl.uint(5)]))).toBe("success");
    expect(await run(alice.call(contract, "burn", [Cl.uint(5)]))).toBe("abort_by_post_condition");
    const burning = [
      Pc.principal(alice.address)
        .willSendEq(5)
        .ft(...asset()),
    ];
    expect(await run(alice.call(contract, "burn", [Cl.uint(5)], burning))).toBe("success");
    const spend = (conditions: Parameters<Actor["call"]>[3]) =>
      alice.call(contract, "spend", [Cl.uint(7), Cl.principal(bob)], conditions);
    expect(await run(spend([]))).toBe("abort_by_post_condition");
    expect(await run(spend([Pc.principal(alice.address).willSendEq(7).ustx()]))).toBe("success");
  });

  test("single tokens are named one by one", async () => {
    const card = (id: number, conditions: Parameters<Actor["call"]>[3]) =>
      alice.call(contract, "card-to", [Cl.uint(id), Cl.principal(bob)], conditions);
    const from = Pc.principal(alice.address);
    const [id] = asset();
    expect(await run(card(1, []))).toBe("abort_by_post_condition");
    expect(await run(card(1, [from.willSendAsset().nft(id, "card", Cl.uint(2))]))).toBe(
      "abort_by_post_condition",
    );
    expect(await run(card(1, [from.willNotSendAsset().nft(id, "card", Cl.uint(1))]))).toBe(
      "abort_by_post_condition",
    );
    expect(await run(card(1, [from.willSendAsset().nft(id, "card", Cl.uint(1))]))).toBe("success");
  });
});

describe("reorganisations of Bitcoin", () => {
  beforeEach(() => start());

  test("state goes back to the fork, later transactions wait again, and run on the new branch", async () => {
    await chain.onBitcoinBlock(burn(1));
    await fund();
    await chain.onBitcoinBlock(burn(2));
    const kept = await alice.transfer(bob, 5n);
    await chain.submit(kept.bytes);
    await chain.onBitcoinBlock(burn(3));
    const undone = await alice.transfer(bob, 7n);
    await chain.submit(undone.bytes);
    expect(chain.vm.stxBalance(bob)).toBe(12n);

    await chain.onReorg(2);
    expect(chain.vm.stxBalance(bob)).toBe(5n);
    expect([status(kept), status(undone)]).toEqual(["success", undefined]);
    expect(chain.mempool.list().map(({ txid }) => txid)).toEqual([undone.txid]);
    expect(chain.burnHeight).toBe(2);

    const waiting = await alice.transfer(bob, 1n);
    await chain.submit(waiting.bytes);
    expect(status(waiting)).toBeUndefined();
    await chain.onBitcoinBlock(burn(3, 1));
    expect([status(undone), status(waiting)]).toEqual(["success", "success"]);
    expect(chain.burnBlock(3)).toEqual(burn(3, 1));
    expect(chain.vm.stxBalance(bob)).toBe(13n);
  });

  test("a block that does not follow is refused", async () => {
    await chain.onBitcoinBlock(burn(1));
    await expect(chain.onBitcoinBlock(burn(3))).rejects.toThrow("does not follow");
    await expect(chain.onBitcoinBlock(burn(1))).rejects.toThrow("does not follow");
  });

  test("a reorganisation to the tip or above changes nothing", async () => {
    await chain.onBitcoinBlock(burn(1));
    await chain.onReorg(1);
    await chain.onReorg(9);
    expect(entries.map(({ tag }) => tag)).toEqual(["burn"]);
  });
});

test("a chain started from another's journal is the same chain", async () => {
  await start();
  await chain.onBitcoinBlock(burn(1));
  await fund();
  await chain.submit((await alice.deploy("purse", purse)).bytes);
  const contract = `${alice.address}.purse`;
  await chain.submit((await alice.call(contract, "take", [Cl.uint(100)])).bytes);
  const violated = await alice.call(contract, "give", [Cl.uint(1), Cl.principal(bob)]);
  await chain.submit(violated.bytes);
  await chain.onBitcoinBlock(burn(2));
  const undone = await alice.call(contract, "hit");
  await chain.submit(undone.bytes);
  await chain.onReorg(1);
  await chain.onBitcoinBlock(burn(2, 1));
  alice.nonce += 1n;
  const waiting = await alice.call(contract, "hit");
  await chain.submit(waiting.bytes);

  const { chain: other } = await startChain({ past: JSON.parse(JSON.stringify(entries)) as Entry[] });
  const summary = (of: StacksChain) => ({
    tip: of.ledger.tip,
    burns: of.ledger.burns,
    mined: of.ledger.mined.map(({ transaction, status, result, why, events }) => [
      transaction.txid,
      status,
      Cl.prettyPrint(result),
      why,
      events.length,
    ]),
    waiting: of.mempool.list().map(({ txid }) => txid),
    hits: Cl.prettyPrint(of.vm.dataVar(contract, "hits")),
    stx: of.vm.stxBalance(alice.address),
  });
  expect(summary(other)).toEqual(summary(chain));
  expect(summary(other).waiting).toEqual([waiting.txid]);
  expect(other.ledger.get(violated.txid)?.status).toBe("abort_by_post_condition");
  await other.stop();
});
