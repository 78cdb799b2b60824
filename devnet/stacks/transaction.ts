import { ChainId, TransactionVersion } from "@stacks/network";
import {
  AuthType,
  AddressVersion,
  addressFromVersionHash,
  addressToString,
  AddressHashMode,
  ClarityVersion,
  deserializeTransaction,
  PayloadType,
  PostConditionType,
  type ClarityValue,
  type PostConditionMode,
  type PostConditionWire,
  type StacksTransactionWire,
} from "@stacks/transactions";
import type { DocumentedReason } from "../../lib/sbtc/stacks/broadcast.ts";

/** Chain id of the devnet: that of every Stacks test network. */
export const devnetChainId = ChainId.Testnet;

/** What a transaction does. */
export type Payload =
  | { readonly tag: "transfer"; readonly recipient: string; readonly amount: bigint; readonly memo: string }
  | {
      readonly tag: "call";
      readonly contract: string;
      readonly functionName: string;
      readonly args: readonly ClarityValue[];
    }
  | {
      readonly tag: "deploy";
      readonly contract: string;
      readonly name: string;
      readonly source: string;
      readonly clarityVersion: ClarityVersion;
    };

/** A transaction whose bytes, network and signature are in order. */
export interface VerifiedTransaction {
  readonly txid: string;
  readonly bytes: Uint8Array;
  readonly sender: string;
  readonly nonce: bigint;
  /** Micro-STX. */
  readonly fee: bigint;
  readonly payload: Payload;
  readonly postConditionMode: PostConditionMode;
  readonly postConditions: readonly PostConditionWire[];
}

/** Why a node does not take a transaction, in the words of POST /v2/transactions. */
export class Rejected extends Error {
  readonly reason: DocumentedReason;
  readonly data: Readonly<Record<string, unknown>> | null;
  constructor(reason: DocumentedReason, data: Readonly<Record<string, unknown>> | null = null) {
    super(reason);
    this.name = "Rejected";
    this.reason = reason;
    this.data = data;
  }
}

/**
 * Reads and verifies a signed transaction.
 * @throws Rejected where the bytes, the network, the kind or the signature is not what the devnet takes
 */
export function verifyTransaction(bytes: Uint8Array): VerifiedTransaction {
  const wire = deserialize(bytes);
  if (wire.transactionVersion !== TransactionVersion.Testnet || wire.chainId !== ChainId.Testnet)
    throw new Rejected("BadTransactionVersion");
  if (wire.auth.authType !== AuthType.Standard) throw unsupported("sponsored transactions");
  const unknown = wire.postConditions.values.some(
    ({ conditionType }) =>
      conditionType !== PostConditionType.STX &&
      conditionType !== PostConditionType.Fungible &&
      conditionType !== PostConditionType.NonFungible,
  );
  if (unknown) throw unsupported("post-conditions on stacking");
  verifySignature(wire);
  const { hashMode, signer, nonce, fee } = wire.auth.spendingCondition;
  const version = singleSigModes.has(hashMode)
    ? AddressVersion.TestnetSingleSig
    : AddressVersion.TestnetMultiSig;
  const sender = addressToString(addressFromVersionHash(version, signer));
  return {
    txid: wire.txid(),
    bytes: Uint8Array.from(bytes),
    sender,
    nonce,
    fee,
    payload: readPayload(wire, sender),
    postConditionMode: wire.postConditionMode,
    postConditions: wire.postConditions.values,
  };
}

/** The newest language version of the epoch the simulator runs in. */
const newestClarity = ClarityVersion.Clarity5;

const singleSigModes: ReadonlySet<AddressHashMode> = new Set([AddressHashMode.P2PKH, AddressHashMode.P2WPKH]);

function deserialize(bytes: Uint8Array): StacksTransactionWire {
  let wire: StacksTransactionWire;
  try {
    wire = deserializeTransaction(bytes);
  } catch (error) {
    throw new Rejected("Deserialization", { message: words(error) });
  }
  const again = wire.serializeBytes();
  if (again.length !== bytes.length || again.some((byte, at) => byte !== bytes[at]))
    throw new Rejected("Deserialization", { message: "the bytes are not those of one whole transaction" });
  return wire;
}

function verifySignature(wire: StacksTransactionWire): void {
  try {
    wire.verifyOrigin();
  } catch (error) {
    throw new Rejected("SignatureValidation", { message: words(error) });
  }
}

function readPayload(wire: StacksTransactionWire, sender: string): Payload {
  const { payload } = wire;
  switch (payload.payloadType) {
    case PayloadType.TokenTransfer: {
      // nodes do not take them either: the payload says all that can move
      if (wire.postConditions.values.length > 0) throw unsupported("transfers with post-conditions");
      const recipient = payload.recipient.value;
      checkAddress(recipient);
      return { tag: "transfer", recipient, amount: payload.amount, memo: payload.memo.content };
    }
    case PayloadType.ContractCall: {
      const address = addressToString(payload.contractAddress);
      const contract = `${address}.${payload.contractName.content}`;
      return {
        tag: "call",
        contract,
        functionName: payload.functionName.content,
        args: payload.functionArgs,
      };
    }
    case PayloadType.SmartContract:
    case PayloadType.VersionedSmartContract: {
      const name = payload.contractName.content;
      const clarityVersion =
        payload.payloadType === PayloadType.VersionedSmartContract
          ? payload.clarityVersion
          : ClarityVersion.Clarity3;
      if (clarityVersion > newestClarity) throw unsupported(`contracts newer than Clarity ${newestClarity}`);
      return {
        tag: "deploy",
        contract: `${sender}.${name}`,
        name,
        source: payload.codeBody.content,
        clarityVersion,
      };
    }
    case PayloadType.PoisonMicroblock:
      throw new Rejected("PoisonMicroblockIsInvalid");
    case PayloadType.TenureChange:
      throw new Rejected("NoTenureChangeViaMempool");
    default:
      throw new Rejected("NoCoinbaseViaMempool");
  }
}

/** Refuses addresses of other networks, standing alone or in front of a contract's name. */
function checkAddress(principal: string): void {
  if (!/^S[TN]/.test(principal)) throw new Rejected("BadAddressVersionByte");
}

function unsupported(what: string): Rejected {
  return new Rejected("ServerFailureOther", { message: `the devnet does not take ${what}` });
}

function words(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 200);
}
