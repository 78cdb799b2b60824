import { describe, expect, test } from "vitest";
import { concatBytes } from "@noble/hashes/utils.js";
import { outpointKey, sameBytes } from "../bytes.ts";
import { networks } from "../network.ts";
import { Refusal } from "../refusal.ts";
import { encodeReveal, commitOutput } from "../ops/commit-reveal.ts";
import { encodeFulfilment } from "../ops/fulfilment.ts";
import { encodePegIn } from "../ops/peg-in.ts";
import { encodePegOutRequest } from "../ops/peg-out-request.ts";
import { parseBlockHash } from "../bytes.ts";
import { schnorr } from "@noble/curves/secp256k1.js";
import { lying, MemoryNode } from "../testing/memory-node.ts";
import { transactionWith } from "../testing/transactions.ts";
import { bareTaproot, freshTxid, recipientAccount, requestFor, soloGroup } from "../testing/wallets.ts";
import { checkWitnessCommitment, parseBlock, scanBlock } from "./block.ts";
import { getOps, getPegInOps, getPegOutRequestOps } from "./block-ops.ts";
import { burnOpsOf } from "./burn-ops.ts";
import { followBlocks, syncHeaders } from "./follow.ts";
import { PegLedger } from "./ledger.ts";
import { HeaderChain } from "./spv/chain.ts";
import { chainParameters } from "./spv/parameters.ts";
import { addressOf } from "./script.ts";
import type { BitcoinTx } from "./transaction.ts";

const network = networks.regtest;
const group = soloGroup(1);
const now = 2_000_000_000;
const context = { network, dialect: "D2", pegScript: group.script } as const;
const pegIn = (amount: bigint): BitcoinTx =>
  transactionWith(
    [
      encodePegIn({ recipient: recipientAccount, memo: new Uint8Array() }, network, "D2"),
      { amount, script: group.script },
    ],
    [{ txid: freshTxid() }],
  );
const newChain = () => new HeaderChain(chainParameters.regtest);
const codeOf = async (promise: Promise<unknown>) =>
  promise.then(
    () => "nothing was refused",
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  );

/** What a coordinator does: headers, then blocks, then its ledger. */
async function catchUp(chain: HeaderChain, node: MemoryNode, ledger: PegLedger): Promise<void> {
  await syncHeaders(chain, node, now);
  for await (const step of followBlocks(chain, node, ledger.tip)) {
    if (step.tag === "disconnect") ledger.disconnect(step.block.hash);
    else
      ledger.connect(
        step.block,
        scanBlock(step.contents, ledger.filter()).map(({ tx }) => tx),
      );
  }
}

describe("following a chain", () => {
  const newLedger = () =>
    new PegLedger({ height: 0, hash: chainParameters.regtest.start.hash }, [group.script]);

  test("headers and blocks arrive in order, however few the source gives at a time", async () => {
    const node = new MemoryNode();
    for (let i = 0; i < 25; i++) node.mine(...(i % 5 === 0 ? [pegIn(1_000n)] : []));
    node.headersAtATime = 3;
    const [chain, ledger] = [newChain(), newLedger()];
    await catchUp(chain, node, ledger);
    expect([chain.height, ledger.tip.height, ledger.balance()]).toEqual([25, 25, 5_000n]);
  });

  test.each([1, 2, 5, 20])("a reorganisation of %d blocks takes back what they held", async (depth) => {
    const node = new MemoryNode();
    const [chain, ledger] = [newChain(), newLedger()];
    node.mine(pegIn(7_000n));
    const lost = pegIn(3_000n);
    node.mine();
    for (let i = 0; i < depth; i++) node.mine(...(i === 0 ? [lost] : []));
    await catchUp(chain, node, ledger);
    expect(ledger.balance()).toBe(10_000n);
    node.rewind(depth);
    for (let i = 0; i <= depth; i++) node.mine();
    await catchUp(chain, node, ledger);
    expect(ledger.balance()).toBe(7_000n);
    expect(ledger.coin({ txid: lost.txid, vout: 1 })).toBeNull();
    expect(ledger.tip).toEqual(await node.tip());
  });

  test("a shorter branch is not followed", async () => {
    const node = new MemoryNode();
    const [chain, ledger] = [newChain(), newLedger()];
    for (let i = 0; i < 6; i++) node.mine(pegIn(1_000n));
    await catchUp(chain, node, ledger);
    node.rewind(3);
    node.mine();
    await catchUp(chain, node, ledger);
    expect([chain.height, ledger.balance()]).toEqual([6, 6_000n]);
  });

  test("a cursor that is on no chain here is said", async () => {
    const node = new MemoryNode();
    node.mine();
    const chain = newChain();
    await syncHeaders(chain, node, now);
    const cursor = { height: 1, hash: parseBlockHash("77".repeat(32)) };
    expect(await codeOf(followBlocks(chain, node, cursor).next())).toBe("blockUnknown");
  });

  test("a source that leaves a transaction out of a block is found out", async () => {
    const node = new MemoryNode();
    node.mine(pegIn(1_000n), pegIn(2_000n));
    const chain = newChain();
    await syncHeaders(chain, node, now);
    const hiding = lying(node, {
      block: async (hash) => {
        const raw = await node.block(hash);
        const { spans } = parseBlock(raw);
        return concatBytes(
          raw.subarray(0, 80),
          Uint8Array.of(2),
          raw.subarray(spans[0]!.start, spans[1]!.end),
        );
      },
    });
    expect(
      await codeOf(
        followBlocks(chain, hiding, { height: 0, hash: chainParameters.regtest.start.hash }).next(),
      ),
    ).toBe("merkleRootMismatch");
  });
});

describe("operations of a block", () => {
  const request = requestFor(group, { amount: 9_000n, fee: 2_000n, recipientScript: bareTaproot(4) });
  const requestTx = transactionWith(
    [
      encodePegOutRequest(request, network),
      { amount: 330n, script: request.recipientScript },
      { amount: 2_000n, script: group.script },
    ],
    [{ txid: freshTxid() }],
  );
  const chainTip = parseBlockHash("0e".repeat(32));
  const fulfilTx = transactionWith(
    [
      encodeFulfilment({ chainTip, memo: new Uint8Array() }, network, "D2"),
      { amount: 9_000n, script: request.recipientScript },
    ],
    [{ txid: requestTx.txid, vout: 2 }],
  );
  const stray = transactionWith(
    [
      encodePegIn({ recipient: recipientAccount, memo: new Uint8Array() }, network, "D2"),
      { amount: 5n, script: bareTaproot(8) },
    ],
    [{ txid: freshTxid() }],
  );
  const deposit = pegIn(5_000n);
  const node = new MemoryNode();
  node.mine();
  const block = node.mine(deposit, requestTx, stray, fulfilTx);
  const source = { node, context, hashAt: (height: number) => (height === 2 ? block.hash : null) };

  test("each is found once, with its place; what only claims to be one is kept with its reason", async () => {
    const { ops, refused } = await getOps(source, 2);
    expect(ops.map(({ op, index }) => [op.kind, index])).toEqual([
      ["pegIn", 1],
      ["pegOutRequest", 2],
      ["fulfilment", 4],
    ]);
    expect(refused.map(({ reading, index }) => [reading.opcode, reading.refusal.code, index])).toEqual([
      ["pegIn", "notPegWallet", 3],
    ]);
    expect((await getPegInOps(source, 2)).map(({ tx }) => tx.txid)).toEqual([deposit.txid]);
    expect((await getPegOutRequestOps(source, 2)).map(({ tx }) => tx.txid)).toEqual([requestTx.txid]);
  });
  test("a height that is not there yet is an error, not an empty list", async () => {
    expect(await codeOf(getPegInOps(source, 3))).toBe("nodeNotFound");
  });

  test("the removed endpoint's shape", async () => {
    const { ops } = await getOps(source, 2);
    const place = { block_height: 2, burn_header_hash: block.hash };
    expect(burnOpsOf(ops, "peg_in", network)).toEqual({
      peg_in: [
        {
          ...place,
          txid: deposit.txid,
          vtxindex: 1,
          amount: 5_000,
          recipient: "ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6",
          peg_wallet_address: addressOf(group.script, network),
          memo: "",
        },
      ],
    });
    const requests = burnOpsOf(ops, "peg_out_request", network);
    expect(requests).toEqual({
      peg_out_request: [
        {
          ...place,
          txid: requestTx.txid,
          vtxindex: 2,
          amount: 9_000,
          recipient: expect.stringMatching(/^bcrt1p/) as string,
          peg_wallet_address: expect.stringMatching(/^bcrt1p/) as string,
          signature: expect.stringMatching(/^0[0-3][0-9a-f]{128}$/) as string,
          fulfillment_fee: 2_000,
          memo: "",
        },
      ],
    });
    expect(burnOpsOf(ops, "peg_out_fulfill", network)).toEqual({
      peg_out_fulfill: [
        {
          ...place,
          txid: fulfilTx.txid,
          vtxindex: 4,
          chain_tip: chainTip,
          amount: 9_000,
          recipient: expect.any(String) as string,
          request_ref: requestTx.txid,
          memo: "",
        },
      ],
    });
    expect(JSON.parse(JSON.stringify(requests))).toEqual(requests);
  });

  test("a reveal counts as what it reveals, but only in a block whose witnesses are proven", async () => {
    const key = schnorr.getPublicKey(new Uint8Array(32).fill(5));
    const commit = commitOutput({ tag: "pegIn", recipient: recipientAccount, feeSubsidy: 1n }, key, {
      key,
      blocks: 9,
    });
    const commitTx = transactionWith([{ amount: 9_000n, script: commit.script }], [{ txid: freshTxid() }]);
    const witness = [new Uint8Array(64), commit.tree.first.script, commit.tree.first.controlBlock];
    const reveal = transactionWith(
      [encodeReveal(network), { amount: 8_000n, script: group.script }],
      [{ txid: commitTx.txid, vout: 0, witness }],
    );
    const bare = new MemoryNode();
    bare.mine(commitTx);
    const { hash } = bare.mine(reveal);
    // This block's coinbase commits to no witnesses at all, so what they say is not believed.
    expect(await codeOf(getOps({ node: bare, context, hashAt: () => hash }, 2))).toBe("merkleRootMismatch");
  });
});

describe("scanning", () => {
  test("finds payments, spends and operations, and copies only those", () => {
    const [watched, other] = [bareTaproot(6), bareTaproot(7)];
    const pays = transactionWith([{ amount: 1_000n, script: watched }], [{ txid: freshTxid() }]);
    const spends = transactionWith([{ amount: 1_000n, script: other }], [{ txid: pays.txid, vout: 0 }]);
    const neither = transactionWith([{ amount: 1_000n, script: other }], [{ txid: pays.txid, vout: 1 }]);
    const node = new MemoryNode();
    node.mine(pays, spends, neither, pegIn(1_000n));
    return node.tip().then(async ({ hash }) => {
      const block = parseBlock(await node.block(hash), hash);
      const ledger = new PegLedger({ height: 0, hash: chainParameters.regtest.start.hash }, [watched]);
      ledger.connect({ height: 1, hash, previous: ledger.tip.hash }, [pays]);
      const found = scanBlock(block, { network, ...ledger.filter() });
      expect(found.map(({ index }) => index)).toEqual([1, 2, 4]);
      expect(found.every(({ tx }) => tx.raw.buffer.byteLength < 2_000)).toBe(true);
      expect(sameBytes(found[0]!.tx.raw, pays.raw)).toBe(true);
      expect(ledger.spendable().map(outpointKey)).toEqual([`${pays.txid}:0`]);
      checkWitnessCommitment(block);
    });
  });
});
