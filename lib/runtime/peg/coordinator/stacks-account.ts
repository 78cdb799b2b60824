import type { CallTerms, Submission } from "../../../sbtc/peg/fee-wallet/fee-wallet.ts";
import { contractClarityVersion } from "../../../sbtc/contract/deployment.ts";
import {
  accountAddress,
  signCall,
  signDeploy,
  type SignedTransaction,
  type StacksNetworkName,
} from "../../../sbtc/stacks/transaction.ts";

/** The account that pays for contract calls: its address, and a signature for a call. */
export interface StacksAccountPort {
  readonly address: string;
  readonly sign: (submission: Submission, terms: CallTerms) => Promise<SignedTransaction>;
}

/** An account by its key. @param key 32 bytes; it stays in this object */
export function stacksAccount(key: Uint8Array, network: StacksNetworkName): StacksAccountPort {
  return {
    address: accountAddress(key, network),
    sign: (submission, terms) => {
      const all = { network, ...terms };
      return submission.tag === "call"
        ? signCall(submission.call, all, key)
        : signDeploy({ ...submission.contract, clarityVersion: contractClarityVersion }, all, key);
    },
  };
}
