import { parseTxid } from "../../../sbtc/bytes.ts";
import { dustLimit } from "../../../sbtc/bitcoin/script.ts";
import type { FeeRates } from "../../../sbtc/bitcoin/node.ts";
import { defaultMaxFee } from "../../../sbtc/ops/deposit-script.ts";
import { groupInput } from "../../../sbtc/transactions/plan.ts";
import { feeFor, signedVsize } from "../../../sbtc/transactions/size.ts";
import { maxFulfilmentFee } from "../../../sbtc/transactions/user.ts";

/** Rates can rise until the payout is signed; three times today's is room for that. */
const room = 3n;
/** One deposit's part of a sweep: an input by the deposit leaf and its part of the output, in virtual bytes. */
const sweepVbytes = 200;

/**
 * What a request offers for its payout: three times the present estimate for the payout's own size.
 * @returns satoshi, at least the dust limit of the peg's script, at most {@link maxFulfilmentFee}
 */
export function fulfilmentFee(rates: FeeRates, recipientScript: Uint8Array, pegScript: Uint8Array): bigint {
  const coin = (txid: string) =>
    groupInput({ txid: parseTxid(txid.repeat(64)), vout: 0, amount: 1n, script: pegScript });
  const data = new Uint8Array(37); // OP_RETURN, its push, magic, opcode and the chain tip
  const vsize = signedVsize(
    [coin("1"), coin("2")],
    [
      { amount: 0n, script: data },
      { amount: 1n, script: recipientScript },
      { amount: 1n, script: pegScript },
    ],
  );
  const fee = feeFor(vsize, rates.normal * room);
  const least = dustLimit(pegScript);
  return fee < least ? least : fee > maxFulfilmentFee ? maxFulfilmentFee : fee;
}

/** The most a depositor gives to the miner of the sweep, in satoshi: three times the present estimate, never above the usual cap. */
export function sweepFeeCap(rates: FeeRates): bigint {
  const fee = feeFor(sweepVbytes, rates.normal * room);
  return fee > defaultMaxFee ? defaultMaxFee : fee;
}
