import { concatBytes } from "@noble/hashes/utils.js";
import { checkAmount } from "../amount.ts";
import { readU64be, sameBytes, u64be, type Outpoint } from "../bytes.ts";
import type { BitcoinNetwork } from "../network.ts";
import { refuse } from "../refusal.ts";
import type { SpendableLeaf } from "../bitcoin/taproot.ts";
import type { BitcoinTx, TxOutput } from "../bitcoin/transaction.ts";
import { dataOutput, readDataOf } from "./data-output.ts";
import { depositOutput, type DepositData } from "./deposit-script.ts";
import type { GroupKey } from "./peg-script.ts";
import { checkPrincipalNetwork, decodePrincipalD2, encodePrincipalD2 } from "./principal.ts";

/**
 * A production deposit that says on chain what its two leaves hold, so that group, depositor and everybody else can rebuild
 * its script from the transaction and the group key alone. Output 0 is a D2 peg-in whose ignored rest carries the maximum
 * fee (8 bytes, big-endian), the lock in blocks (2, big-endian) and the depositor's key (32); output 1 is the deposit.
 * To a D2 reader without this form it is a peg-in that pays somebody else, and is not minted.
 */
export interface AnnouncedDeposit {
  readonly data: DepositData;
  /** Who can take the deposit back, and after how many blocks. */
  readonly reclaim: { readonly key: Uint8Array; readonly blocks: number };
}

/** An announced deposit found in a transaction, with what it takes to spend it. */
export interface FoundDeposit extends AnnouncedDeposit {
  readonly outpoint: Outpoint;
  readonly amount: bigint;
  readonly script: Uint8Array;
  /** The group's way to spend it: the sweep. */
  readonly depositLeaf: SpendableLeaf;
  /** The depositor's way, after the lock. */
  readonly reclaimLeaf: SpendableLeaf;
}

/** Which output of the transaction the deposit is. */
export const depositVout = 1;

const restLength = 8 + 2 + 32;

/**
 * Output 0 and 1 of an announced deposit.
 * @throws Refusal `payloadTooLong` where the recipient is a contract with more than 12 characters in its name,
 * `lockTimeInvalid`, `publicKeyInvalid`, `principalWrongNetwork`
 */
export function announcedDepositOutputs(
  deposit: AnnouncedDeposit,
  amount: bigint,
  groupKey: GroupKey,
  network: BitcoinNetwork,
): readonly [TxOutput, TxOutput] {
  checkPrincipalNetwork(deposit.data.recipient, network);
  const { script } = depositOutput(deposit.data, groupKey, deposit.reclaim);
  const { blocks, key } = deposit.reclaim;
  const rest = concatBytes(
    u64be(checkAmount(deposit.data.maxFee)),
    Uint8Array.of(blocks >> 8, blocks & 0xff),
    key,
  );
  const payload = concatBytes(encodePrincipalD2(deposit.data.recipient), rest);
  return [dataOutput(network, "pegIn", payload), { amount, script }];
}

/**
 * Reads an announced deposit and proves that output 1 is its script under one of `groupKeys`.
 * @throws Refusal `commitmentMismatch` where output 1 is another script, `payloadTooShort` for a peg-in that announces
 * nothing, `payloadTooLong`, `outputMissing`, and those of data output, recipient and leaves
 */
export function readAnnouncedDeposit(
  tx: BitcoinTx,
  groupKeys: readonly GroupKey[],
  network: BitcoinNetwork,
): FoundDeposit & { readonly groupKey: GroupKey } {
  const payload = readDataOf(tx.outputs, network, "pegIn");
  const { principal, rest } = decodePrincipalD2(payload, network, { tolerant: false });
  if (rest.length < restLength) refuse("payloadTooShort", "the peg-in announces no deposit script");
  if (rest.length > restLength)
    refuse("payloadTooLong", `${rest.length} bytes where a deposit's terms take ${restLength}`);
  const data = { maxFee: checkAmount(readU64be(rest, 0)), recipient: principal };
  const reclaim = { blocks: (rest[8] ?? 0) * 256 + (rest[9] ?? 0), key: rest.slice(10) };
  const paid = tx.outputs[depositVout] ?? refuse("outputMissing", "output 1, the deposit, is missing");
  for (const groupKey of groupKeys) {
    const { tree, script } = depositOutput(data, groupKey, reclaim);
    if (!sameBytes(script, paid.script)) continue;
    return {
      data,
      reclaim,
      groupKey,
      outpoint: { txid: tx.txid, vout: depositVout },
      amount: paid.amount,
      script,
      depositLeaf: tree.first,
      reclaimLeaf: tree.second,
    };
  }
  return refuse("commitmentMismatch", "output 1 is not the deposit that output 0 announces to this group");
}
