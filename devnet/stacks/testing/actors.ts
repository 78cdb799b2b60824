import { numberToBytesBE } from "@noble/curves/utils.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { ClarityVersion, type ClarityValue, type PostCondition } from "@stacks/transactions";
import {
  accountAddress,
  signCall,
  signDeploy,
  signTransfer,
  type SignedTransaction,
} from "../../../lib/sbtc/stacks/transaction.ts";
import type { BurnBlock } from "../../burn.ts";
import { faucetKey } from "../accounts.ts";
import { StacksChain } from "../chain.ts";
import type { Entry } from "../journal.ts";

/** A Bitcoin block whose hash follows from its height and the branch it is on. */
export function burn(height: number, branch = 0): BurnBlock {
  const hash = bytesToHex(numberToBytesBE(BigInt(height * 1000 + branch + 1), 32));
  return { height, hash, time: 1_700_000_000 + height * 600 };
}

/** An account that signs transactions for tests, with a fee and nonce unless told otherwise. */
export class Actor {
  readonly key: Uint8Array;
  readonly address: string;
  nonce = 0n;
  fee = 5_000n;

  constructor(key: Uint8Array | number) {
    this.key = typeof key === "number" ? numberToBytesBE(BigInt(key), 32) : key;
    this.address = accountAddress(this.key, "testnet");
  }

  terms() {
    return { network: "testnet", nonce: this.nonce++, fee: this.fee } as const;
  }

  transfer(recipient: string, amount: bigint): Promise<SignedTransaction> {
    return signTransfer({ recipient, amount }, this.terms(), this.key);
  }

  deploy(name: string, source: string, clarityVersion = ClarityVersion.Clarity3): Promise<SignedTransaction> {
    return signDeploy({ name, source, clarityVersion }, this.terms(), this.key);
  }

  call(
    contract: string,
    functionName: string,
    functionArgs: readonly ClarityValue[] = [],
    postConditions: readonly PostCondition[] = [],
  ): Promise<SignedTransaction> {
    return signCall({ contract, functionName, functionArgs, postConditions }, this.terms(), this.key);
  }
}

export const faucet = (): Actor => new Actor(faucetKey);

/** A chain with its journal in memory. */
export async function startChain(
  options: { instant?: boolean; past?: readonly Entry[] } = {},
): Promise<{ chain: StacksChain; entries: Entry[] }> {
  const entries: Entry[] = [...(options.past ?? [])];
  const { instant = true } = options;
  const onEntry = (entry: Entry) => void entries.push(entry);
  return { chain: await StacksChain.start({ instant, onEntry }, options.past ?? []), entries };
}
