import { bytesToHex } from "@noble/hashes/utils.js";
import {
  makeContractCall,
  makeContractDeploy,
  makeSTXTokenTransfer,
  PostConditionMode,
  privateKeyToAddress,
  type ClarityVersion,
  type StacksTransactionWire,
} from "@stacks/transactions";
import { quote } from "../bytes.ts";
import type { ContractCall } from "../contract/calls.ts";
import { refuse } from "../refusal.ts";

/** Networks by what their transactions look like; the devnet speaks as a testnet. */
export type StacksNetworkName = "mainnet" | "testnet";

/** What a transaction costs and where in its account's order it stands. */
export interface TransactionTerms {
  readonly network: StacksNetworkName;
  readonly nonce: bigint;
  /** Micro-STX. */
  readonly fee: bigint;
}

/** A transaction ready for a node. */
export interface SignedTransaction {
  readonly txid: string;
  readonly bytes: Uint8Array;
}

/**
 * Signs a contract call for one account. Post-conditions are always in deny mode: what is not named must not move.
 * @param privateKey 32 bytes; it stays in this call
 */
export async function signCall(
  call: ContractCall,
  terms: TransactionTerms,
  privateKey: Uint8Array,
): Promise<SignedTransaction> {
  const { address, name } = parseContractId(call.contract);
  return signed(
    await makeContractCall({
      ...terms,
      contractAddress: address,
      contractName: name,
      functionName: call.functionName,
      functionArgs: [...call.functionArgs],
      postConditions: [...call.postConditions],
      postConditionMode: PostConditionMode.Deny,
      senderKey: keyText(privateKey),
    }),
  );
}

/** Signs the deployment of a contract under the account's own address. */
export async function signDeploy(
  contract: { readonly name: string; readonly source: string; readonly clarityVersion: ClarityVersion },
  terms: TransactionTerms,
  privateKey: Uint8Array,
): Promise<SignedTransaction> {
  return signed(
    await makeContractDeploy({
      ...terms,
      contractName: contract.name,
      codeBody: contract.source,
      clarityVersion: contract.clarityVersion,
      postConditionMode: PostConditionMode.Deny,
      senderKey: keyText(privateKey),
    }),
  );
}

/** Signs a transfer of micro-STX. */
export async function signTransfer(
  transfer: { readonly recipient: string; readonly amount: bigint },
  terms: TransactionTerms,
  privateKey: Uint8Array,
): Promise<SignedTransaction> {
  return signed(await makeSTXTokenTransfer({ ...terms, ...transfer, senderKey: keyText(privateKey) }));
}

/** The account a private key (32 bytes) controls. */
export function accountAddress(privateKey: Uint8Array, network: StacksNetworkName): string {
  return privateKeyToAddress(keyText(privateKey), network);
}

/**
 * Takes `address.name` apart.
 * @throws Refusal `principalInvalid` where it is anything else
 */
export function parseContractId(contract: string): { readonly address: string; readonly name: string } {
  const [, address, name] =
    /^(S[0-9A-HJKMNP-TV-Z]{27,40})\.([a-zA-Z][a-zA-Z0-9_-]{0,127})$/.exec(contract) ?? [];
  return address === undefined || name === undefined
    ? refuse("principalInvalid", `${quote(contract)} is not a contract: expected address.name`)
    : { address, name };
}

// 01 at the end: the account is that of the compressed public key
function keyText(privateKey: Uint8Array): string {
  if (privateKey.length !== 32) throw new RangeError("a private key has 32 bytes");
  return `${bytesToHex(privateKey)}01`;
}

function signed(transaction: StacksTransactionWire): SignedTransaction {
  return { txid: transaction.txid(), bytes: transaction.serializeBytes() };
}
