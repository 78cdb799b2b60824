import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { p2tr, Transaction } from "@scure/btc-signer";
import { schnorr } from "@noble/curves/secp256k1.js";
import { BitcoinChainService } from "../../devnet/bitcoin/service.ts";

/** Payments made, checked and mined in one run. */
const payments = 200;
const perBlock = 100;
const key = new Uint8Array(32).fill(0x42);
const own = p2tr(schnorr.getPublicKey(key));

const encode = (hex: string): Uint8Array => new TextEncoder().encode(hex);

/** One signed payment by key path. */
function payment(txid: string, index: number, amount: bigint): Uint8Array {
  const tx = new Transaction();
  tx.addInput({ ...own, txid, index, witnessUtxo: { script: own.script, amount } });
  tx.addOutput({ script: own.script, amount: amount - 300n });
  tx.sign(key);
  tx.finalize();
  return tx.extract();
}

/** Funds as many coins as there are payments, so that none waits for another. */
function fund(service: BitcoinChainService): Uint8Array[] {
  const { chain, faucet } = service;
  const ready: Uint8Array[] = [];
  for (let i = 0; i < payments; i += 1) {
    const paid = faucet.pay(own.script, 100_000n);
    if (!("txid" in paid)) throw new Error(paid.detail);
    const index = chain.mempool.get(paid.txid)?.tx.outputs.findIndex(({ amount }) => amount === 100_000n);
    ready.push(payment(paid.txid, index ?? 0, 100_000n));
    chain.mine(1, faucet.script);
  }
  return ready;
}

/**
 * Transactions per second that the devnet takes by its HTTP handler, checks in full, writes to disk and mines, a block for
 * every hundred. Signing is not counted.
 */
export function devnetRate(): number {
  const dataDir = mkdtempSync(join(tmpdir(), "hoarfrost-bench-"));
  const service = new BitcoinChainService({ dataDir, blockSeconds: 0 });
  try {
    const bodies = fund(service).map((tx) => encode(Buffer.from(tx).toString("hex")));
    const begin = performance.now();
    bodies.forEach((body, i) => {
      const answer = service.handle("POST", "/tx", body);
      if (answer?.status !== 200) throw new Error(`refused: ${String(answer?.body)}`);
      if ((i + 1) % perBlock === 0) service.chain.mine(1, service.faucet.script);
    });
    const seconds = (performance.now() - begin) / 1000;
    if (service.chain.mempool.size > 0 || service.chain.tip.txs.length !== perBlock + 1)
      throw new Error("not every payment was mined");
    return payments / seconds;
  } finally {
    service.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
