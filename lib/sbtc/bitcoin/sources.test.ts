import { describe, expect, test } from "vitest";
import { concatBytes } from "@noble/hashes/utils.js";
import { outpointKey } from "../bytes.ts";
import { Refusal, refuse } from "../refusal.ts";
import { lying, MemoryNode } from "../testing/memory-node.ts";
import { transactionWith } from "../testing/transactions.ts";
import { bareTaproot, freshTxid, soloGroup } from "../testing/wallets.ts";
import { compareSources } from "./compare.ts";
import type { BitcoinNode } from "./node.ts";
import { selfChecking } from "./self-checking.ts";

const peg = soloGroup(1).script;
const paid = transactionWith([{ amount: 5_000n, script: peg }], [{ txid: freshTxid() }]);
const other = transactionWith([{ amount: 1n, script: bareTaproot(3) }], [{ txid: freshTxid() }]);
const outpoint = { txid: paid.txid, vout: 0 };

function pair(): [MemoryNode, MemoryNode] {
  const nodes: [MemoryNode, MemoryNode] = [new MemoryNode("a.example"), new MemoryNode("b.example")];
  for (const node of nodes) {
    node.mine(paid);
    node.mine(other);
    node.mine();
  }
  return nodes;
}
const compared = (...nodes: BitcoinNode[]) => compareSources(nodes, { minSources: 2 });
const codeOf = async (promise: Promise<unknown>) =>
  promise.then(
    () => "nothing was refused",
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  );

describe("two sources that agree", () => {
  test("answer as one", async () => {
    const node = compared(...pair());
    expect(node.operator).toBe("a.example + b.example");
    expect((await node.tip()).height).toBe(3);
    expect(await node.outspend(outpoint)).toEqual({ spent: false });
    expect((await node.utxos(peg)).map(outpointKey)).toEqual([outpointKey(outpoint)]);
    expect((await node.transaction(paid.txid)).block?.height).toBe(1);
    expect((await node.merkleProof(paid.txid)).merkle.position).toBe(1);
    expect(await node.blockHash(2)).toBe(await pair()[0].blockHash(2));
    expect(await node.broadcast(other.raw)).toBe(other.txid);
  });
  test("two addresses of one operator are one source", () => {
    expect(() => compared(new MemoryNode("a.example"), new MemoryNode("a.example"))).toThrow(Refusal);
    expect(() => compared(new MemoryNode("a.example"))).toThrow(/2 Bitcoin sources/);
  });
  test("the lower of two fee rates is taken: one source alone cannot drive it up", async () => {
    const [a, b] = pair();
    const greedy = lying(b, {
      feeRates: () => Promise.resolve({ fast: 900_000n, normal: 900_000n, slow: 900_000n }),
    });
    expect((await compared(a, greedy).feeRates()).fast).toBe(3000n);
  });
});

describe("a source that lies or is missing", () => {
  test("one that hides that a coin is spent", async () => {
    const [a, b] = pair();
    const liar = lying(b, { outspend: () => Promise.resolve({ spent: true, by: null }) });
    expect(await codeOf(compared(a, liar).outspend(outpoint))).toBe("sourcesDisagree");
  });
  test("one that hides a confirmed coin, or tells another amount", async () => {
    const [a, b] = pair();
    expect(await codeOf(compared(a, lying(b, { utxos: () => Promise.resolve([]) })).utxos(peg))).toBe(
      "sourcesDisagree",
    );
    const wrong = lying(b, {
      utxos: async (script) => (await b.utxos(script)).map((one) => ({ ...one, amount: one.amount + 1n })),
    });
    expect(await codeOf(compared(a, wrong).utxos(peg))).toBe("sourcesDisagree");
  });
  test("an unconfirmed coin that only one mempool knows is no disagreement", async () => {
    const [a, b] = pair();
    const early = lying(b, {
      utxos: async (script) => [
        ...(await b.utxos(script)),
        { txid: other.txid, vout: 9, amount: 1n, script, height: null },
      ],
    });
    expect(await compared(a, early).utxos(peg)).toHaveLength(2);
  });
  test("one on another branch", async () => {
    const [a, b] = pair();
    b.rewind(1);
    b.mine();
    expect(await codeOf(compared(a, b).blockHash(3))).toBe("sourcesDisagree");
  });
  test("one that stands still", async () => {
    const [a, b] = pair();
    for (let i = 0; i < 3; i++) a.mine();
    expect(await codeOf(compared(a, b).tip())).toBe("sourceStale");
    b.mine();
    expect((await compared(a, b).tip()).height).toBe(4);
  });
  test("one that does not answer is a refusal where unspentness is at stake, and no matter where proof decides", async () => {
    const [a, b] = pair();
    const down = () => Promise.reject(new Refusal("nodeUnreachable", "down"));
    const silent = lying(b, { outspend: down, utxos: down, tip: down, transaction: down });
    expect(await codeOf(compared(a, silent).outspend(outpoint))).toBe("sourceMissing");
    expect(await codeOf(compared(a, silent).utxos(peg))).toBe("sourceMissing");
    expect(await codeOf(compared(a, silent).tip())).toBe("sourceMissing");
    expect((await compared(silent, a).transaction(paid.txid)).block?.height).toBe(1);
  });
  test("a rejected broadcast says why, also when the other source was down", async () => {
    const [a, b] = pair();
    const rejects = lying(a, {
      broadcast: () => Promise.reject(new Refusal("nodeRejected", "bad signature")),
    });
    const down = lying(b, { broadcast: () => Promise.reject(new Refusal("nodeUnreachable", "down")) });
    expect(await codeOf(compared(down, rejects).broadcast(other.raw))).toBe("nodeRejected");
    expect(await compared(b, rejects).broadcast(other.raw)).toBe(other.txid);
  });
});

describe("answers that contradict their own hashes", () => {
  const checked = (lies: (node: MemoryNode) => Partial<BitcoinNode>) => {
    const [node] = pair();
    return selfChecking(lying(node, lies(node)));
  };
  test("another transaction than asked for", async () => {
    const node = checked((real) => ({ transaction: () => real.transaction(other.txid) }));
    expect(await codeOf(node.transaction(paid.txid))).toBe("nodeAnswerFalse");
  });
  test("another block, or a cut one", async () => {
    const node = checked((real) => ({ block: async () => real.block(await real.blockHash(1)) }));
    const [real] = pair();
    expect(await codeOf(node.block(await real.blockHash(2)))).toBe("nodeAnswerFalse");
    expect(
      await codeOf(
        checked(() => ({ block: () => Promise.resolve(new Uint8Array(10)) })).block(await real.blockHash(2)),
      ),
    ).toBe("nodeAnswerFalse");
  });
  test("headers that do not link, or are no headers", async () => {
    const shuffled = checked((real) => ({
      headers: async () => concatBytes(await real.headers(3, 1), await real.headers(1, 1)),
    }));
    expect(await codeOf(shuffled.headers(1, 2))).toBe("nodeAnswerFalse");
    expect(
      await codeOf(checked(() => ({ headers: () => Promise.resolve(new Uint8Array(81)) })).headers(1, 2)),
    ).toBe("nodeAnswerMalformed");
    expect(
      await codeOf(checked(() => ({ headers: () => Promise.resolve(new Uint8Array()) })).headers(1, 2)),
    ).toBe("nodeAnswerMalformed");
  });
  test("a proof of another transaction, or for another block", async () => {
    expect(
      await codeOf(
        checked((real) => ({ merkleProof: () => real.merkleProof(other.txid) })).merkleProof(paid.txid),
      ),
    ).toBe("nodeAnswerFalse");
    const shifted = checked((real) => ({
      merkleProof: async (txid) => ({
        ...(await real.merkleProof(txid)),
        merkle: { position: 0, siblings: [] },
      }),
    }));
    expect(await codeOf(shifted.merkleProof(paid.txid))).toBe("proofRootMismatch");
  });
  test("an id for a broadcast that is not the transaction's", async () => {
    expect(
      await codeOf(checked(() => ({ broadcast: () => Promise.resolve(other.txid) })).broadcast(paid.raw)),
    ).toBe("nodeAnswerFalse");
  });
  test("failures of our own are not mistaken for lies", async () => {
    expect(
      await codeOf(
        checked(() => ({ tip: () => Promise.resolve().then(() => refuse("nodeTimedOut", "slow")) })).tip(),
      ),
    ).toBe("nodeTimedOut");
  });
});
