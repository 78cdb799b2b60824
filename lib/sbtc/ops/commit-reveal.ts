import { concatBytes } from "@noble/hashes/utils.js";
import { checkAmount } from "../amount.ts";
import { readU64be, u64be } from "../bytes.ts";
import type { BitcoinNetwork } from "../network.ts";
import { refuse } from "../refusal.ts";
import { pushData, dustLimit, scriptType } from "../bitcoin/script.ts";
import type { BitcoinTx, TxOutput } from "../bitcoin/transaction.ts";
import { dataOutput, opcodes, readDataOf } from "./data-output.ts";
import { dataLeaf, readDataLeaf, reclaimLeaf } from "./lock-script.ts";
import { checkFulfilmentFee, decodePegOutRequestData, encodePegOutRequestData } from "./peg-out-request.ts";
import type { PegOutRequest, PegOutRequestData } from "./peg-out-request.ts";
import { payToPeg, type OpContext, type PegIn } from "./peg-in.ts";
import { decodePrincipalD2, encodePrincipalD2, type Principal } from "./principal.ts";
import {
  checkCommitment,
  parseControlBlock,
  numsKey,
  twoLeafOutput,
  type TwoLeafOutput,
} from "../bitcoin/taproot.ts";
import { sameBytes } from "../bytes.ts";

/** What a commit output commits to (spec §1.6). `feeSubsidy` in satoshi goes to whoever reveals. */
export type CommitData =
  | { readonly tag: "pegIn"; readonly recipient: Principal; readonly feeSubsidy: bigint }
  | {
      readonly tag: "pegOutRequest";
      readonly request: Omit<PegOutRequestData, "memo">;
      readonly feeSubsidy: bigint;
    };

/** Longest data of a reveal leaf. */
export const maxCommitData = 86;

/** Opcode ‖ payload without magic ‖ fee subsidy: what stands in the reveal leaf. */
export function encodeCommitData(data: CommitData): Uint8Array {
  const fee = u64be(checkAmount(data.feeSubsidy));
  const bytes =
    data.tag === "pegIn"
      ? concatBytes(Uint8Array.of(opcodes.pegIn), encodePrincipalD2(data.recipient), fee)
      : concatBytes(
          Uint8Array.of(opcodes.pegOutRequest),
          encodePegOutRequestData({ ...data.request, memo: new Uint8Array() }),
          fee,
        );
  return bytes.length <= maxCommitData
    ? bytes
    : refuse("payloadTooLong", `${bytes.length} bytes in a reveal leaf of 86`);
}

/** Reads what a reveal leaf says. Nothing may be left over: these bytes are ours alone. @throws Refusal */
export function decodeCommitData(bytes: Uint8Array, network: BitcoinNetwork): CommitData {
  if (bytes.length < 9) refuse("payloadTooShort", `${bytes.length} bytes in a reveal leaf`);
  if (bytes.length > maxCommitData) refuse("payloadTooLong", `${bytes.length} bytes in a reveal leaf of 86`);
  const body = bytes.slice(1, -8);
  const feeSubsidy = checkAmount(readU64be(bytes, bytes.length - 8));
  switch (bytes[0]) {
    case opcodes.pegIn: {
      const { principal, rest } = decodePrincipalD2(body, network, { tolerant: false });
      if (rest.length > 0) refuse("payloadTooLong", `${rest.length} bytes after the recipient`);
      return { tag: "pegIn", recipient: principal, feeSubsidy };
    }
    case opcodes.pegOutRequest: {
      const { amount, signature, memo } = decodePegOutRequestData(body);
      if (memo.length > 0) refuse("payloadTooLong", "a committed request has no memo");
      return { tag: "pegOutRequest", request: { amount, signature }, feeSubsidy };
    }
    default:
      return refuse("opcodeUnknown", `no commit has opcode 0x${(bytes[0] ?? 0).toString(16)}`);
  }
}

/** A commit output: its script, the leaf that reveals, and the leaf by which the user takes the coins back. */
export interface CommitOutput {
  readonly tree: TwoLeafOutput;
  readonly script: Uint8Array;
  readonly data: CommitData;
}

/**
 * Builds a commit output.
 * @param reclaim the bare `<key> CHECKSIG` of the developer release (`blocks` null) or, by default of every caller that
 * has the choice, the production form with a lock: without the lock the user can race the reveal
 */
export function commitOutput(
  data: CommitData,
  revealKey: Uint8Array,
  reclaim: { readonly key: Uint8Array; readonly blocks: number | null },
): CommitOutput {
  const reveal = dataLeaf(pushData(encodeCommitData(data)), revealKey);
  const back = reclaim.blocks === null ? bareReclaim(reclaim.key) : reclaimLeaf(reclaim.blocks, reclaim.key);
  const tree = twoLeafOutput(reveal, back);
  return { tree, script: tree.script, data };
}

const bareReclaim = (key: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.of(0x20), key, Uint8Array.of(0xac));

/** Output 0 of a reveal: magic ‖ 'w'. */
export const encodeReveal = (network: BitcoinNetwork): TxOutput =>
  dataOutput(network, "reveal", new Uint8Array());

/** What a reveal transaction turned out to be; the op counts like one made directly. */
export type Revealed = {
  readonly revealKey: Uint8Array;
  readonly feeSubsidy: bigint;
  readonly op: PegIn | PegOutRequest;
};

/**
 * Reads a reveal: input 0 spends a commit output by its reveal leaf, output 0 is magic ‖ 'w' (a fourth byte, 1 for
 * taproot, is accepted), then the outputs of the direct form.
 * @param commitScript the script of the output input 0 spends; without it the witness proves nothing
 * @throws Refusal naming the first rule that is broken
 */
export function parseReveal(tx: BitcoinTx, commitScript: Uint8Array, context: OpContext): Revealed {
  const data = readDataOf(tx.outputs, context.network, "reveal");
  if (data.length > 1) refuse("payloadTooLong", `${data.length} bytes in a reveal`);
  if (data.length === 1 && data[0] !== 1) refuse("scriptUnsupported", "only taproot commits are understood");
  const { witness } = tx.inputs[0] ?? refuse("transactionMalformed", "a transaction without inputs");
  const [, leaf, control] = witness;
  if (witness.length !== 3 || leaf === undefined || control === undefined) {
    return refuse("witnessMissing", "input 0 is not spent by signature, leaf and control block");
  }
  if (!sameBytes(parseControlBlock(control).internalKey, numsKey())) {
    refuse(
      "controlBlockInvalid",
      "the internal key is not the NUMS key: somebody could spend around the leaves",
    );
  }
  checkCommitment(commitScript, leaf, control);
  const { data: pushed, key: revealKey } = readDataLeaf(leaf);
  const commit = decodeCommitData(pushed, context.network);
  const op =
    commit.tag === "pegIn"
      ? revealedPegIn(tx, commit.recipient, context)
      : revealedRequest(tx, commit.request, context);
  return { revealKey, feeSubsidy: commit.feeSubsidy, op };
}

function revealedPegIn(tx: BitcoinTx, recipient: Principal, context: OpContext): PegIn {
  const { amount, script } = payToPeg(tx, 1, context);
  if (amount === 0n) refuse("amountZero", "output 1 pays nothing");
  if (amount < dustLimit(script))
    refuse("amountBelowDust", `${amount.toString()} satoshi are dust in the peg wallet`);
  const deposit = { txid: tx.txid, vout: 1 };
  return {
    kind: "pegIn",
    txid: tx.txid,
    recipient,
    amount,
    memo: new Uint8Array(),
    deposit,
    pegScript: script,
  };
}

function revealedRequest(
  tx: BitcoinTx,
  data: Omit<PegOutRequestData, "memo">,
  context: OpContext,
): PegOutRequest {
  const recipient = tx.outputs[1] ?? refuse("outputMissing", "output 1, the recipient, is missing");
  if (scriptType(recipient.script) === null)
    refuse("outputNotStandard", "the recipient's script has no address");
  const fee = payToPeg(tx, 2, context);
  checkFulfilmentFee(fee, context.dialect);
  return {
    ...data,
    memo: new Uint8Array(),
    kind: "pegOutRequest",
    txid: tx.txid,
    recipientScript: recipient.script,
    fulfilmentFee: fee.amount,
    feeOutpoint: { txid: tx.txid, vout: 2 },
    pegScript: fee.script,
  };
}
