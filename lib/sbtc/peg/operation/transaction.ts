import { noTweak } from "../../../frost/index.ts";
import type {
  MessageToSign,
  OperationContext,
  OperationFault,
  OperationKind,
  OperationView,
} from "../../../rounds/operation/operation.ts";
import { formatBitcoin } from "../../amount.ts";
import { outpointKey, sameBytes, toHex } from "../../bytes.ts";
import { Refusal } from "../../refusal.ts";
import { scriptType } from "../../bitcoin/script.ts";
import { checkCommitment } from "../../bitcoin/taproot.ts";
import { parseTransaction, serializeTransaction, type BitcoinTx } from "../../bitcoin/transaction.ts";
import { sighash, SighashCache } from "../../bitcoin/verify/sighash.ts";
import { readDataLeaf } from "../../ops/lock-script.ts";
import { parseGroupKey, pegScript, type GroupKey } from "../../ops/peg-script.ts";
import { total } from "../../transactions/plan.ts";
import { transactionProposals } from "../proposal-codec.ts";
import type { PurposeTag, Spend, TransactionProposal } from "../proposal.ts";

/** Name of the operation that signs a Bitcoin transaction. */
export const transactionType = "sbtc/transaction/1";

/** A transaction proposal whose parts fit each other and the group. */
export interface ReadTransaction {
  readonly proposal: TransactionProposal;
  readonly tx: BitcoinTx;
  /** One per input the group signs, in the order of the inputs. */
  readonly messages: readonly (MessageToSign & { readonly input: number })[];
}

type Reading =
  | { readonly ok: true; readonly value: ReadTransaction }
  | { readonly ok: false; readonly fault: OperationFault };

const malformed: Reading = { ok: false, fault: "malformed-operation" };
const foreign: Reading = { ok: false, fault: "not-for-this-group" };

/** Reads a body and rebuilds what the group `groupKey` would sign for it. Never throws. */
export function readTransactionBody(body: Uint8Array, groupKey: Uint8Array): Reading {
  const decoded = transactionProposals.decode(body);
  return decoded.ok ? readTransaction(decoded.value, groupKey) : malformed;
}

/** Checks that a proposal's parts fit each other and the group, and rebuilds the sighashes. Never throws. */
export function readTransaction(proposal: TransactionProposal, groupKey: Uint8Array): Reading {
  try {
    return read(proposal, groupKey);
  } catch (error) {
    if (error instanceof Refusal) return malformed;
    throw error;
  }
}

function read(proposal: TransactionProposal, rawKey: Uint8Array): Reading {
  const { spends } = proposal;
  const tx = parseTransaction(proposal.unsigned);
  const bare = serializeTransaction(tx, { witness: false });
  const unsigned = sameBytes(bare, proposal.unsigned) && tx.inputs.every((one) => one.scriptSig.length === 0);
  if (!unsigned || tx.version !== 2 || tx.lockTime !== 0) return malformed;
  if (spends.length !== tx.inputs.length || tx.outputs.length === 0) return malformed;
  if (new Set(tx.inputs.map(outpointKey)).size !== tx.inputs.length) return malformed;
  if (total(spends) < total(tx.outputs)) return malformed;
  if (!spends.every((spend, i) => isProven(spend, tx, i))) return malformed;

  const key = parseGroupKey(rawKey);
  const hashes = new SighashCache(tx, spends);
  const messages: (MessageToSign & { readonly input: number })[] = [];
  for (const [input, spend] of spends.entries()) {
    if (!belongs(spend, key)) return foreign;
    const message = messageOf(spend, hashes, input);
    if (message !== null) messages.push({ ...message, input });
  }
  return messages.length === 0 ? malformed : { ok: true, value: { proposal, tx, messages } };
}

/** A parent that is given must be the input's own, and make the output that is claimed. */
function isProven({ parent, amount, script }: Spend, tx: BitcoinTx, index: number): boolean {
  const input = tx.inputs[index];
  if (parent === undefined) return true;
  const made = parseTransaction(parent);
  const output = made.outputs[input?.vout ?? -1];
  return made.txid === input?.txid && output?.amount === amount && sameBytes(output.script, script);
}

/** True where the signer of an input is who its script says. */
function belongs({ script, signer }: Spend, key: GroupKey): boolean {
  const isOf = (use: "peg" | "production"): boolean => sameBytes(script, pegScript(key, use).script);
  switch (signer.tag) {
    case "group":
      if (signer.tweak.kind === "none") return isOf("peg");
      return signer.tweak.root.length === 0 && isOf("production");
    case "leaf":
      checkCommitment(script, signer.leaf.script, signer.leaf.controlBlock);
      return sameBytes(readDataLeaf(signer.leaf.script).key, key);
    case "wallet": {
      const type = scriptType(script);
      // A scriptSig added later would change the id of what the group has signed.
      return (
        (type === "p2wpkh" || type === "p2tr" || type === "p2wsh") && !isOf("peg") && !isOf("production")
      );
    }
  }
}

function messageOf({ signer }: Spend, hashes: SighashCache, input: number): MessageToSign | null {
  switch (signer.tag) {
    case "group":
      return { message: hashes.taproot(input, sighash.default), tweak: signer.tweak };
    case "leaf": {
      const leaf = { leafHash: signer.leaf.leafHash, codeSeparator: 0xffff_ffff };
      return { message: hashes.taproot(input, sighash.default, { leaf }), tweak: noTweak };
    }
    case "wallet":
      return null;
  }
}

/** A Bitcoin transaction. One BIP 341 digest per input of the group's, SIGHASH_DEFAULT alone. */
export const transactionOperation: OperationKind = {
  type: transactionType,
  check: (body, context) => {
    const reading = readTransactionBody(body, context.groupPublicKey);
    return reading.ok ? null : reading.fault;
  },
  digest: (body, context) => {
    const reading = readTransactionBody(body, context.groupPublicKey);
    return reading.ok ? reading.value.messages.map(({ message, tweak }) => ({ message, tweak })) : [];
  },
  view: viewOf,
};

const titles: Readonly<Record<PurposeTag, string>> = {
  sweep: "Sweep deposits into the peg",
  fulfilment: "Pay a peg-out",
  cancel: "Cancel an expired peg-out",
  pegInReturn: "Return a rejected peg-in",
  consolidation: "Gather the peg’s coins",
  handOff: "Hand the peg’s coins to the next group",
  reveal: "Reveal a committed operation",
};

function viewOf(body: Uint8Array, { groupPublicKey }: OperationContext): OperationView {
  const reading = readTransactionBody(body, groupPublicKey);
  if (!reading.ok) return { title: "", fields: [] };
  const { tx, proposal } = reading.value;
  const fee = total(proposal.spends) - total(tx.outputs);
  return {
    title: titles[proposal.purpose.tag],
    fields: [
      ...tx.inputs.map((input, i) => ({
        label: `Input ${i}`,
        value: `${formatBitcoin(proposal.spends[i]?.amount ?? 0n)} BTC from ${outpointKey(input)}`,
      })),
      ...tx.outputs.map(({ amount, script }, i) => ({
        label: `Output ${i}`,
        value: `${formatBitcoin(amount)} BTC to script ${toHex(script)}`,
      })),
      { label: "Miner’s fee", value: `${formatBitcoin(fee)} BTC` },
    ],
  };
}
