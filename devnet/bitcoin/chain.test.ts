import { hex } from "@scure/base";
import { sha256 } from "@noble/hashes/sha2.js";
import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import { p2tr, p2wpkh, Script, Transaction } from "@scure/btc-signer";
import { describe, expect, test } from "vitest";
import { parseTransaction, serializeTransaction } from "../../lib/sbtc/bitcoin/transaction.ts";
import { scriptOfAddress } from "../../lib/sbtc/bitcoin/script.ts";
import type { Txid } from "../../lib/sbtc/bytes.ts";
import { networks } from "../../lib/sbtc/network.ts";
import { Chain, type ChainEvent } from "./chain.ts";
import { esplora } from "./esplora.ts";
import { Faucet } from "./faucet.ts";

const regtest = networks.regtest.address;
const key = new Uint8Array(32).fill(3);
const xonly = schnorr.getPublicKey(key);
const wallet = p2wpkh(secp256k1.getPublicKey(key, true), regtest);
const keyPath = p2tr(xonly, undefined, regtest);
const csvLeaf = Script.encode([5, "CHECKSEQUENCEVERIFY", "DROP", xonly, "CHECKSIG"]);
// An internal key nobody knows, so that only the leaf can spend.
const nums = hexToBytes("50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0");
const scriptPath = p2tr(nums, { script: csvLeaf }, regtest, true);

interface Payment {
  readonly script: Uint8Array;
}

function started(): { chain: Chain; faucet: Faucet; events: ChainEvent[] } {
  const events: ChainEvent[] = [];
  let now = 1_800_000_000;
  const chain = new Chain({ now: () => (now += 600), onEvent: (event) => events.push(event) });
  const faucet = new Faucet(chain);
  faucet.prepare();
  return { chain, faucet, events };
}

function paid(value: { txid: Txid } | { code: string; detail: string }): Txid {
  if ("code" in value) throw new Error(`${value.code}: ${value.detail}`);
  return value.txid;
}
const code = (value: object): string => ("code" in value ? String(value.code) : "accepted");

/** A spend of one output of 1 BTC to the wallet, with `fee` satoshi. */
function spend(txid: Txid, payment: Payment, options: { sequence?: number; fee?: bigint } = {}): Transaction {
  const tx = new Transaction({ allowUnknownInputs: true, disableScriptCheck: true });
  const { script, ...rest } = payment as Payment & Record<string, unknown>;
  tx.addInput({
    txid,
    index: 0,
    sequence: options.sequence ?? 0xfffffffd,
    witnessUtxo: { script, amount: 100_000_000n },
    ...("tapInternalKey" in rest ? { tapInternalKey: rest.tapInternalKey as Uint8Array } : {}),
    ...("tapLeafScript" in rest ? { tapLeafScript: rest.tapLeafScript as never } : {}),
  });
  tx.addOutput({ script: wallet.script, amount: 100_000_000n - (options.fee ?? 1000n) });
  return tx;
}
function signed(tx: Transaction): Uint8Array {
  tx.sign(key, undefined, new Uint8Array(32));
  tx.finalize();
  return tx.extract();
}

describe("what a spend must show", () => {
  test.each([
    ["P2WPKH", wallet],
    ["P2TR key path", keyPath],
  ] as const)("a %s spend is accepted once, and refused with a flipped signature", (_, payment) => {
    const { chain, faucet } = started();
    const txid = paid(faucet.pay(payment.script, 100_000_000n));
    const good = signed(spend(txid, payment));
    const bad = Uint8Array.from(good);
    const at = good.length - (payment === wallet ? 50 : 20);
    bad[at] = (bad[at] ?? 0) ^ 1;
    expect(code(chain.submit(bad))).toBe("mandatory-script-verify-flag-failed");
    expect(code(chain.submit(good))).toBe("accepted");
    chain.mine(1, faucet.script);
    expect(code(chain.submit(good))).toBe("txn-already-known");
  });

  test("a tapscript leaf with a relative lock opens five blocks later, not before, and not without the sequence", () => {
    const { chain, faucet } = started();
    const txid = paid(faucet.pay(scriptPath.script, 100_000_000n));
    chain.mine(1, faucet.script);
    const early = signed(spend(txid, scriptPath, { sequence: 5 }));
    expect(code(chain.submit(early))).toBe("non-BIP68-final");
    const unlocked = signed(spend(txid, scriptPath, { sequence: 0xfffffffd }));
    expect(code(chain.submit(unlocked))).toBe("mandatory-script-verify-flag-failed");
    chain.mine(4, faucet.script);
    expect(code(chain.submit(early))).toBe("accepted");
  });

  test("a leaf that is not committed in the output is refused", () => {
    const { chain, faucet } = started();
    const txid = paid(faucet.pay(scriptPath.script, 100_000_000n));
    const other = p2tr(nums, { script: Script.encode([xonly, "CHECKSIG"]) }, regtest, true);
    const tx = spend(txid, { ...other, script: scriptPath.script });
    expect(chain.submit(signed(tx))).toMatchObject({
      detail: expect.stringContaining("does not commit to this leaf") as string,
    });
  });

  test("the key of another wallet spends nothing", () => {
    const { chain, faucet } = started();
    const txid = paid(faucet.pay(wallet.script, 100_000_000n));
    const tx = spend(txid, wallet);
    tx.sign(key);
    tx.finalize();
    const parsed = parseTransaction(tx.extract());
    const stranger = secp256k1.getPublicKey(new Uint8Array(32).fill(9), true);
    const inputs = parsed.inputs.map((input) => ({ ...input, witness: [input.witness[0]!, stranger] }));
    expect(chain.submit(serializeTransaction({ ...parsed, inputs }))).toMatchObject({
      detail: expect.stringContaining("not the key that was hashed") as string,
    });
  });
});

describe("the mempool", () => {
  test("refuses a double spend that pays no more, and lets one that pays more replace it", () => {
    const { chain, faucet } = started();
    const txid = paid(faucet.pay(wallet.script, 100_000_000n));
    const first = paid(chain.submit(signed(spend(txid, wallet))));
    expect(code(chain.submit(signed(spend(txid, wallet, { fee: 1001n }))))).toBe("insufficient fee");
    const second = paid(chain.submit(signed(spend(txid, wallet, { fee: 5000n }))));
    expect(chain.mempool.get(first)).toBeUndefined();
    chain.mine(1, faucet.script);
    expect(chain.history.transaction(second)?.block.height).toBe(chain.tip.height);
    expect(code(chain.submit(signed(spend(txid, wallet, { fee: 9000n }))))).toBe(
      "bad-txns-inputs-missingorspent",
    );
  });

  test("refuses what pays too little, makes money, is dust or is not a transaction", () => {
    const { chain, faucet } = started();
    const txid = paid(faucet.pay(wallet.script, 100_000_000n));
    expect(code(chain.submit(signed(spend(txid, wallet, { fee: 50n }))))).toBe("min relay fee not met");
    const greedy = new Transaction();
    greedy.addInput({ txid, index: 0, witnessUtxo: { script: wallet.script, amount: 300_000_000n } });
    greedy.addOutput({ script: wallet.script, amount: 200_000_000n });
    expect(code(chain.submit(signed(greedy)))).toBe("bad-txns-in-belowout");
    const dusty = spend(txid, wallet, { fee: 100_000n });
    dusty.addOutput({ script: wallet.script, amount: 293n });
    expect(code(chain.submit(signed(dusty)))).toBe("dust");
    expect(code(chain.submit(Uint8Array.of(1, 2, 3)))).toBe("TX decode failed");
  });

  test("refuses a block reward before a hundred blocks", () => {
    const { chain } = started();
    const reward = chain.mine(1, wallet.script)[0]!.txs[0]!;
    const tx = new Transaction();
    tx.addInput({
      txid: reward.txid,
      index: 0,
      witnessUtxo: { script: wallet.script, amount: reward.outputs[0]!.amount },
    });
    tx.addOutput({ script: wallet.script, amount: 1000n });
    expect(code(chain.submit(signed(tx)))).toBe("bad-txns-premature-spend-of-coinbase");
  });

  test("leaves a transaction waiting below the miner's fee rate", () => {
    const { chain, faucet } = started();
    const txid = paid(faucet.pay(wallet.script, 100_000_000n));
    chain.mine(1, faucet.script);
    const slow = paid(chain.submit(signed(spend(txid, wallet, { fee: 120n }))));
    chain.mine(1, faucet.script, 5);
    expect(chain.mempool.get(slow)).toBeDefined();
    chain.mine(1, faucet.script);
    expect(chain.history.transaction(slow)).toBeDefined();
  });
});

describe("a reorganisation", () => {
  test("returns transactions to the mempool and mines them again in the other branch", () => {
    const { chain, faucet, events } = started();
    const txid = paid(faucet.pay(wallet.script, 100_000_000n));
    chain.mine(1, faucet.script);
    const next = paid(chain.submit(signed(spend(txid, wallet))));
    chain.mine(1, faucet.script);
    const lost = chain.tip;
    chain.rewind(2);
    expect(events.at(-1)).toEqual({ tag: "rewound", height: lost.height - 2, dropped: false });
    expect([txid, next].map((id) => chain.mempool.get(id) !== undefined)).toEqual([true, true]);
    chain.mine(3, faucet.script);
    expect(chain.block(lost.hash)).toBeUndefined();
    expect(chain.history.transaction(next)?.block.hash).not.toBe(lost.hash);
  });

  test("can lose transactions for good, and their coins are spendable another way", () => {
    const { chain, faucet } = started();
    const txid = paid(faucet.pay(wallet.script, 100_000_000n));
    chain.mine(1, faucet.script);
    const first = paid(chain.submit(signed(spend(txid, wallet))));
    chain.mine(1, faucet.script);
    chain.rewind(1, true);
    chain.mine(2, faucet.script);
    expect(chain.history.transaction(first)).toBeUndefined();
    expect(code(chain.submit(signed(spend(txid, wallet, { fee: 2000n }))))).toBe("accepted");
  });
});

describe("the faucet", () => {
  test.each([1, 6])("loses no payment where the last %s blocks are taken back", (depth) => {
    const { chain, faucet } = started();
    const txids = [1, 2].map(() => paid(faucet.pay(wallet.script, 500_000n)));
    chain.rewind(depth);
    expect(txids.map((txid) => chain.mempool.get(txid) !== undefined)).toEqual([true, true]);
    chain.mine(depth + 1, faucet.script);
    expect(txids.map((txid) => chain.history.transaction(txid) !== undefined)).toEqual([true, true]);
  });
});

describe("Esplora's interface", () => {
  const get = (chain: Chain, path: string) => {
    const answer = esplora(chain, "GET", path, new Uint8Array(0));
    return {
      ...answer,
      value:
        answer?.type === "application/json" ? (JSON.parse(String(answer.body)) as unknown) : answer?.body,
    };
  };

  test("shows a payment from the mempool to its confirmation, and its merkle proof", () => {
    const { chain, faucet } = started();
    const txid = paid(faucet.pay(scriptOfAddress(wallet.address, networks.regtest), 100_000_000n));
    expect(get(chain, `/address/${wallet.address}/utxo`).value).toMatchObject([
      { txid, vout: 0, status: { confirmed: false }, value: 100_000_000 },
    ]);
    expect(get(chain, "/mempool").value).toMatchObject({ count: 1, total_fee: 1_000 });
    expect(get(chain, "/mempool/recent").value).toMatchObject([{ txid, fee: 1_000, value: 4_999_999_000 }]);
    const scripthash = hex.encode(sha256(scriptOfAddress(wallet.address, networks.regtest)));
    chain.mine(1, faucet.script);
    expect(get(chain, `/scripthash/${scripthash}/utxo`).value).toMatchObject([{ txid, value: 100_000_000 }]);
    expect(get(chain, `/scripthash/${"00".repeat(32)}/utxo`).value).toEqual([]);
    expect(get(chain, `/block/${chain.tip.hash}/txid/1`).value).toBe(txid);
    expect(get(chain, `/blocks/${chain.tip.height}`).value).toHaveLength(10);
    expect(get(chain, `/tx/${txid}/status`).value).toMatchObject({
      confirmed: true,
      block_height: chain.tip.height,
    });
    const proof = get(chain, `/tx/${txid}/merkle-proof`).value as { merkle: string[]; pos: number };
    expect([proof.pos, proof.merkle.length]).toEqual([1, 1]);
    expect(proof.merkle[0]).toBe(chain.tip.txs[0]!.txid);
    const raw = hexToBytes(String(get(chain, `/tx/${txid}/hex`).value));
    expect(parseTransaction(raw).txid).toBe(txid);
    expect(get(chain, `/tx/${txid}/outspend/0`).value).toEqual({ spent: false });
  });

  test("answers nonsense with 400 or 404, never with an exception", () => {
    const { chain } = started();
    const paths = [
      "/tx/zz",
      `/tx/${"0".repeat(64)}`,
      "/block/1",
      `/block/${"0".repeat(64)}`,
      "/block-height/999999",
      "/block-height/-1",
      "/address/x/utxo",
      "/scripthash/zz/utxo",
      `/blocks/${chain.tip.height + 1}`,
      `/block/${chain.tip.hash}/txid/7`,
      `/block/${chain.tip.hash}/txid/-1`,
    ];
    for (const path of paths) expect([400, 404]).toContain(get(chain, path).status);
    for (const body of ["", "zz", "00", "01".repeat(2000)]) {
      expect(esplora(chain, "POST", "/tx", new TextEncoder().encode(body))?.status).toBe(400);
    }
    expect(esplora(chain, "GET", "/nothing", new Uint8Array(0))).toBeNull();
  });
});
