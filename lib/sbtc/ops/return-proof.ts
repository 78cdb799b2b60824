import { outpointKey, type Outpoint } from "../bytes.ts";
import type { BitcoinNetwork } from "../network.ts";
import { refuse } from "../refusal.ts";
import { addressOf } from "../bitcoin/script.ts";
import { parseTransaction } from "../bitcoin/transaction.ts";
import { verifyBip322 } from "./bip322.ts";

/**
 * The sentence a depositor signs to say where a rejected peg-in goes back to. It names the one deposit and the one address,
 * so that it serves nothing else.
 * @throws Refusal `outputNotStandard` where the script has no address
 */
export function returnMessage(deposit: Outpoint, returnScript: Uint8Array, network: BitcoinNetwork): string {
  const address =
    addressOf(returnScript, network) ?? refuse("outputNotStandard", "the return script has no address");
  return `Return my peg-in ${outpointKey(deposit)} on ${network.name} to ${address}`;
}

/** What a depositor hands in to get a rejected peg-in back. */
export interface ReturnProof {
  readonly deposit: Outpoint;
  readonly returnScript: Uint8Array;
  /** BIP 322 signature by the script that input 0 of the deposit's transaction spent, base64. */
  readonly signature: string;
}

/**
 * Checks that the depositor, who is whoever could spend input 0 of the deposit's transaction, names the return script.
 * The ids make both transactions prove themselves: no node is trusted for them.
 * @param depositTx raw transaction that made the deposit
 * @param fundingTx raw transaction whose output its input 0 spends
 * @throws Refusal
 */
export function verifyReturnProof(
  proof: ReturnProof,
  depositTx: Uint8Array,
  fundingTx: Uint8Array,
  network: BitcoinNetwork,
): void {
  const deposit = parseTransaction(depositTx);
  if (deposit.txid !== proof.deposit.txid) refuse("inputUnexpected", "this is not the deposit's transaction");
  if (deposit.outputs[proof.deposit.vout] === undefined)
    refuse("outputMissing", "the deposit does not exist");
  const spent = deposit.inputs[0] ?? refuse("transactionMalformed", "a transaction without inputs");
  const funding = parseTransaction(fundingTx);
  if (funding.txid !== spent.txid) refuse("inputUnexpected", "this is not what the deposit's input 0 spends");
  const source =
    funding.outputs[spent.vout] ?? refuse("outputMissing", "the output that input 0 spends does not exist");
  verifyBip322(returnMessage(proof.deposit, proof.returnScript, network), source.script, proof.signature);
}
