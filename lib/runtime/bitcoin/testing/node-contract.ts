import { describe, expect, test } from "vitest";
import { outpointKey, parseBlockHash, parseTxid, toHex } from "../../../sbtc/bytes.ts";
import { Refusal } from "../../../sbtc/refusal.ts";
import { parseBlock } from "../../../sbtc/bitcoin/block.ts";
import { syncHeaders } from "../../../sbtc/bitcoin/follow.ts";
import type { BitcoinNode } from "../../../sbtc/bitcoin/node.ts";
import { selfChecking } from "../../../sbtc/bitcoin/self-checking.ts";
import { HeaderChain } from "../../../sbtc/bitcoin/spv/chain.ts";
import { verifyInclusion } from "../../../sbtc/bitcoin/spv/inclusion.ts";
import { chainParameters } from "../../../sbtc/bitcoin/spv/parameters.ts";
import { MemoryNode } from "../../../sbtc/testing/memory-node.ts";
import { transactionWith } from "../../../sbtc/testing/transactions.ts";
import { bareTaproot, freshTxid, soloGroup } from "../../../sbtc/testing/wallets.ts";

export const codeOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "nothing was refused",
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  );

/** What every adapter behind the {@link BitcoinNode} port must do. */
export function bitcoinNodeContract(name: string, adapt: (chain: MemoryNode) => BitcoinNode): void {
  const script = soloGroup(1).script;
  const paid = transactionWith(
    [
      { amount: 5_000n, script },
      { amount: 7_000n, script },
    ],
    [{ txid: freshTxid() }],
  );
  const spent = transactionWith([{ amount: 900n, script: bareTaproot(3) }], [{ txid: paid.txid, vout: 1 }]);
  const pending = transactionWith([{ amount: 800n, script: bareTaproot(4) }], [{ txid: freshTxid() }]);
  const chain = new MemoryNode();
  for (let i = 0; i < 30; i++) chain.mine(...(i === 4 ? [paid] : i === 9 ? [spent] : []));
  const node = selfChecking(adapt(chain));

  describe(name, () => {
    test("tells the tip and blocks by height", async () => {
      expect(await node.tip()).toEqual(await chain.tip());
      expect(await node.blockHash(5)).toBe(await chain.blockHash(5));
      expect(await codeOf(node.blockHash(99))).toBe("nodeNotFound");
    });
    test("gives headers in order, up to what was asked or fewer", async () => {
      const raw = await node.headers(3, 12);
      expect(raw.length % 80).toBe(0);
      expect(raw.length).toBeLessThanOrEqual(12 * 80);
      expect(toHex(raw)).toBe(toHex((await chain.headers(3, 12)).subarray(0, raw.length)));
      expect(await codeOf(node.headers(31, 1))).toBe("nodeNotFound");
    });
    test("carries a header chain to its tip", async () => {
      const headers = new HeaderChain(chainParameters.regtest);
      await syncHeaders(headers, node, 2_000_000_000);
      expect(headers.height).toBe(30);
    });
    test("gives whole blocks", async () => {
      const hash = await chain.blockHash(5);
      expect(parseBlock(await node.block(hash), hash).hashes).toHaveLength(2);
      expect(await codeOf(node.block(parseBlockHash("ab".repeat(32))))).toBe("nodeNotFound");
    });
    test("gives transactions and where they are", async () => {
      const known = await node.transaction(paid.txid);
      expect([toHex(known.raw), known.block?.height]).toEqual([toHex(paid.raw), 5]);
      expect(await codeOf(node.transaction(parseTxid("ab".repeat(32))))).toBe("nodeNotFound");
    });
    test("gives proofs that our own verification accepts, the coinbase's with them", async () => {
      const headers = new HeaderChain(chainParameters.regtest);
      await syncHeaders(headers, node, 2_000_000_000);
      const proof = await node.merkleProof(paid.txid);
      expect(proof.coinbase).toBeDefined();
      expect(verifyInclusion(paid.raw, proof, headers, 6).height).toBe(5);
    });
    test("says what is spent", async () => {
      expect(await node.outspend({ txid: paid.txid, vout: 0 })).toEqual({ spent: false });
      expect((await node.outspend({ txid: paid.txid, vout: 1 })).spent).toBe(true);
    });
    test("lists the coins of a script, to the satoshi", async () => {
      const coins = await node.utxos(script);
      expect(coins.map((coin) => [outpointKey(coin), coin.amount, coin.height])).toEqual([
        [`${paid.txid}:0`, 5_000n, 5],
      ]);
      expect(toHex(coins[0]!.script)).toBe(toHex(script));
      expect(await node.utxos(bareTaproot(77))).toEqual([]);
    });
    test("tells fee rates that are never below the relay minimum", async () => {
      const { fast, normal, slow } = await node.feeRates();
      expect([fast >= normal, normal >= slow, slow >= 1000n]).toEqual([true, true, true]);
    });
    test("broadcasts, and then knows the transaction as unconfirmed", async () => {
      expect(await node.broadcast(pending.raw)).toBe(pending.txid);
      expect((await node.transaction(pending.txid)).block).toBeNull();
      expect(await codeOf(node.merkleProof(pending.txid))).toBe("nodeNotFound");
    });
    test("follows its chain into a reorganisation", async () => {
      await node.utxos(script);
      chain.rewind(27);
      const again = transactionWith([{ amount: 4_444n, script }], [{ txid: freshTxid() }]);
      for (let i = 0; i < 29; i++) chain.mine(...(i === 3 ? [again] : []));
      expect((await node.utxos(script)).map(({ amount }) => amount)).toEqual([4_444n]);
    });
  });
}
