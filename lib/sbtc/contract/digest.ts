import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { Cl, serializeCVBytes, type ClarityValue } from "@stacks/transactions";
import type { ContractAction } from "./actions.ts";

/** Where and for which group a signature counts. */
export interface ActionContext {
  /** Chain id of the Stacks network, e.g. 1 on mainnet, 0x80000000 on testnet and devnet. */
  readonly chainId: number;
  /** The token contract, `address.name`. */
  readonly contract: string;
  /** The contract's key epoch at the time of the call: 0 before the first wallet, then one more per wallet. */
  readonly epoch: bigint;
}

const tag = sha256(utf8ToBytes("hoarfrost/sbtc-contract/1"));

/**
 * The 32 bytes the group signs (BIP-340) so that the contract carries out `action`: a tagged hash of the Clarity
 * consensus form of a tuple of chain id, contract, action, key epoch and every argument. The contract builds the same
 * tuple, so a signature is good for one action, with these arguments, on one contract, under one key.
 * @throws RangeError where an argument has the wrong shape for the contract
 */
export function actionDigest(context: ActionContext, action: ContractAction): Uint8Array {
  const body = serializeCVBytes(
    Cl.tuple({
      chain: Cl.uint(context.chainId),
      contract: Cl.principal(context.contract),
      action: Cl.stringAscii(actionNames[action.tag]),
      epoch: Cl.uint(context.epoch),
      ...actionArguments(action),
    }),
  );
  return sha256(concatBytes(tag, tag, body));
}

const actionNames: Record<ContractAction["tag"], string> = {
  mint: "mint",
  reject: "reject",
  lock: "lock",
  settle: "settle",
  refund: "refund",
  setWallet: "set-wallet",
};

/**
 * The action's arguments by their names in the contract, in the order its functions take them.
 * @throws RangeError where a hash, key or signature has the wrong length
 */
export function actionArguments(action: ContractAction): Record<string, ClarityValue> {
  switch (action.tag) {
    case "mint":
      return {
        amount: Cl.uint(action.amount),
        recipient: Cl.principal(action.recipient),
        ...outpoint(action.deposit),
        ...burnBlock(action.burnBlock),
      };
    case "reject":
      return {
        reason: Cl.uint(action.reason),
        ...outpoint(action.deposit),
        ...burnBlock(action.burnBlock),
      };
    case "lock":
      return {
        amount: Cl.uint(action.amount),
        script: Cl.buffer(action.script),
        address: Cl.stringAscii(action.address),
        dialect: Cl.uint(action.dialect === "D1" ? 1 : 2),
        "owner-signature": fixed(action.ownerSignature, 65, "the owner's signature"),
        txid: hash(action.txid, "txid"),
        ...burnBlock(action.burnBlock),
      };
    case "settle":
      return {
        txid: hash(action.txid, "txid"),
        "payout-txid": hash(action.payoutTxid, "payout txid"),
        ...burnBlock(action.burnBlock),
      };
    case "refund":
      return {
        txid: hash(action.txid, "txid"),
        "cancel-txid": hash(action.cancelTxid, "cancel txid"),
        ...burnBlock(action.burnBlock),
      };
    case "setWallet":
      return { address: Cl.stringAscii(action.address), key: fixed(action.key, 32, "an x-only key") };
  }
}

function outpoint(output: { txid: string; vout: number }) {
  return { txid: hash(output.txid, "txid"), vout: Cl.uint(output.vout) };
}

function burnBlock(block: { height: number; hash: string }) {
  return { "burn-height": Cl.uint(block.height), "burn-hash": hash(block.hash, "burn block hash") };
}

/** 64 hex digits as a 32-byte buffer, in the order they are written. */
export function hash(hex: string, what: string): ClarityValue {
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new RangeError(`${what} must be 64 lower-case hex digits`);
  return Cl.buffer(hexToBytes(hex));
}

function fixed(bytes: Uint8Array, length: number, what: string): ClarityValue {
  if (bytes.length !== length) throw new RangeError(`${what} has ${length} bytes, not ${bytes.length}`);
  return Cl.buffer(bytes);
}
