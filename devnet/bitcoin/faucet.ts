import { secp256k1 } from "@noble/curves/secp256k1.js";
import { p2wpkh, Transaction } from "@scure/btc-signer";
import type { Txid } from "../../lib/sbtc/bytes.ts";
import { networks } from "../../lib/sbtc/network.ts";
import { sameBytes } from "../../lib/sbtc/bytes.ts";
import type { Chain } from "./chain.ts";
import { coinbaseMaturity, type Rejection } from "./rules.ts";
import type { Coin } from "./utxo.ts";

/** Most that one call hands out, in satoshi: 10 BTC, of money that is worth nothing. */
export const faucetLimit = 1_000_000_000n;

/** Blocks that may be taken back without a payment being lost with a reward that is too young again. */
const reorgMargin = 10;

/** The devnet's miner: block rewards go to its key, and it gives them away. The key is public; the coins are play money. */
export class Faucet {
  readonly #chain: Chain;
  readonly #key = new Uint8Array(32).fill(7);
  readonly #payment = p2wpkh(secp256k1.getPublicKey(this.#key, true), networks.regtest.address);

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  /** Where rewards go. */
  get script(): Uint8Array {
    return this.#payment.script;
  }

  /** Mines until there is a spendable reward, so that the first visitor need not wait. */
  prepare(): void {
    const missing = coinbaseMaturity + 1 + reorgMargin - this.#chain.tip.height;
    if (missing > 0) this.#chain.mine(missing, this.script);
  }

  /** Pays `amount` satoshi to a script; the payment waits in the mempool like any other. */
  pay(script: Uint8Array, amount: bigint): { readonly txid: Txid } | Rejection {
    if (amount <= 0n || amount > faucetLimit)
      return { code: "faucet-limit", detail: `the faucet pays 1 to ${faucetLimit} sat` };
    const fee = 1_000n;
    const tx = new Transaction();
    let paid = 0n;
    for (const coin of this.#coins()) {
      if (paid >= amount + fee) break;
      const witnessUtxo = { script: coin.script, amount: coin.amount };
      tx.addInput({ txid: coin.txid, index: coin.vout, witnessUtxo });
      paid += coin.amount;
    }
    if (paid < amount + fee)
      return { code: "faucet-empty", detail: "the faucet has no mature reward: mine some blocks" };
    tx.addOutput({ script, amount });
    const change = paid - amount - fee;
    if (change >= 294n) tx.addOutput({ script: this.script, amount: change });
    tx.sign(this.#key);
    tx.finalize();
    return this.#chain.submit(tx.extract());
  }

  /**
   * Own coins that can be spent now, without those a waiting transaction spends: largest first, but rewards that a
   * reorganisation could make too young again last, since nodes then forget what spends them.
   */
  #coins(): Coin[] {
    const { tip, coins, mempool } = this.#chain;
    const mine = [...coins.values()].filter(
      (coin) =>
        sameBytes(coin.script, this.script) &&
        mempool.spenderOf(coin) === undefined &&
        (!coin.coinbase || tip.height + 1 - coin.height >= coinbaseMaturity),
    );
    const isYoung = (coin: Coin): boolean =>
      coin.coinbase && tip.height + 1 - coin.height < coinbaseMaturity + reorgMargin;
    return mine.sort((a, b) => Number(isYoung(a)) - Number(isYoung(b)) || Number(b.amount - a.amount));
  }
}
