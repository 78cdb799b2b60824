import { signTransfer } from "../../lib/sbtc/stacks/transaction.ts";
import { faucetAddress, faucetKey } from "./accounts.ts";
import type { StacksChain } from "./chain.ts";

/** What the faucet gives where nobody says how much: 500 STX. */
export const usualGift = 500_000_000n;
const fee = 1_000n;

/** Sends micro-STX from the devnet's own account, as a transaction like any other. */
export async function give(chain: StacksChain, recipient: string, amount: bigint): Promise<string> {
  const mined = chain.ledger.nonce(faucetAddress);
  const nonce = mined + BigInt(chain.mempool.of(faucetAddress).length);
  const { bytes } = await signTransfer({ recipient, amount }, { network: "testnet", nonce, fee }, faucetKey);
  return chain.submit(bytes);
}
