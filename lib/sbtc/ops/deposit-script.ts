import { concatBytes } from "@noble/hashes/utils.js";
import { checkAmount } from "../amount.ts";
import { readU64be, sameBytes, u64be } from "../bytes.ts";
import type { BitcoinNetwork } from "../network.ts";
import { refuse } from "../refusal.ts";
import { pushData } from "../bitcoin/script.ts";
import { dataLeaf, readDataLeaf, readReclaimLeaf, reclaimLeaf, type ReclaimLeaf } from "./lock-script.ts";
import type { GroupKey } from "./peg-script.ts";
import { decodePrincipalD2, encodePrincipalD2, type Principal } from "./principal.ts";
import { twoLeafOutput, type TwoLeafOutput } from "../bitcoin/taproot.ts";

/** What a production deposit leaf says (spec §1.6). */
export interface DepositData {
  /** Most the depositor gives to the sweep's miner, in satoshi. */
  readonly maxFee: bigint;
  readonly recipient: Principal;
}

/** Lock of the reclaim path where the depositor does not choose: about 6.6 days. */
export const defaultLockBlocks = 950;
/** Fee cap where the depositor does not choose, in satoshi. */
export const defaultMaxFee = 80_000n;

/** The deposit leaf: `<max fee ‖ principal> DROP <group key> CHECKSIG`. */
export function depositLeaf(data: DepositData, groupKey: GroupKey): Uint8Array {
  const bytes = concatBytes(u64be(checkAmount(data.maxFee)), encodePrincipalD2(data.recipient));
  return dataLeaf(pushData(bytes), groupKey);
}

/** Reads a deposit leaf. Nothing may be left over. @throws Refusal */
export function readDepositLeaf(
  leaf: Uint8Array,
  network: BitcoinNetwork,
): DepositData & { readonly signersKey: Uint8Array } {
  const { data, key } = readDataLeaf(leaf);
  if (data.length < 30) refuse("payloadTooShort", `a deposit takes 30 bytes, here are ${data.length}`);
  if (data.length > 159) refuse("payloadTooLong", `${data.length} bytes in a deposit of at most 159`);
  const { principal, rest } = decodePrincipalD2(data.subarray(8), network, { tolerant: false });
  if (rest.length > 0) refuse("payloadTooLong", `${rest.length} bytes after the recipient`);
  return { maxFee: checkAmount(readU64be(data, 0)), recipient: principal, signersKey: key };
}

/** A production deposit output: `first` is the deposit leaf, `second` the reclaim leaf. */
export interface DepositOutput {
  readonly tree: TwoLeafOutput;
  readonly script: Uint8Array;
}

/** Builds the deposit output of the production dialect. */
export function depositOutput(
  data: DepositData,
  groupKey: GroupKey,
  reclaim: { readonly blocks: number; readonly key: Uint8Array },
): DepositOutput {
  const tree = twoLeafOutput(depositLeaf(data, groupKey), reclaimLeaf(reclaim.blocks, reclaim.key));
  return { tree, script: tree.script };
}

/**
 * Checks a deposit that a user handed in: both leaves, and the output that must commit to them under the NUMS key.
 * @param minLockBlocks shorter locks are refused: the group could lose the race against the reclaim
 * @throws Refusal `commitmentMismatch`, `lockTimeInvalid`, `publicKeyInvalid` and those of the leaves
 */
export function checkDeposit(
  outputScript: Uint8Array,
  leaves: { readonly deposit: Uint8Array; readonly reclaim: Uint8Array },
  expected: { readonly groupKey: GroupKey; readonly network: BitcoinNetwork; readonly minLockBlocks: number },
): { readonly data: DepositData; readonly reclaim: ReclaimLeaf; readonly tree: TwoLeafOutput } {
  const { signersKey, ...data } = readDepositLeaf(leaves.deposit, expected.network);
  if (!sameBytes(signersKey, expected.groupKey))
    refuse("publicKeyInvalid", "the deposit is made for another group");
  const reclaim = readReclaimLeaf(leaves.reclaim);
  if (reclaim.blocks < expected.minLockBlocks) {
    refuse(
      "lockTimeInvalid",
      `a lock of ${reclaim.blocks} blocks; at least ${expected.minLockBlocks} are needed`,
    );
  }
  const tree = twoLeafOutput(leaves.deposit, leaves.reclaim);
  if (!sameBytes(tree.script, outputScript))
    refuse("commitmentMismatch", "the output does not commit to these leaves");
  return { data, reclaim, tree };
}
