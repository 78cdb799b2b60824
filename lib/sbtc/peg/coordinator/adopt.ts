import { outpointKey, sameBytes, type Outpoint, type Txid } from "../../bytes.ts";
import {
  parseTransaction,
  serializeTransaction,
  type BitcoinTx,
  type TxOutput,
} from "../../bitcoin/transaction.ts";
import { noTweak } from "../../../frost/index.ts";
import { readOperation } from "../../ops/operation.ts";
import type { InputSigner, PlanKind } from "../../transactions/plan.ts";
import type { Purpose, Spend } from "../proposal.ts";
import type { StoredPlan } from "../queue/plans.ts";
import { outpointOf, type PegRecord, type SignedTransaction } from "../queue/record.ts";
import type { PegTerms } from "./facts.ts";

// A disk may be older than the chain: a backup was put back, or another seat coordinated meanwhile. What the group signed
// then is read from the block it is in, and counts as if it had been stored here.

interface Meaning {
  readonly purpose: SignedTransaction["purpose"];
  readonly kind: PlanKind;
  readonly of: Purpose;
}

const isSame = (a: Outpoint, b: Outpoint): boolean => outpointKey(a) === outpointKey(b);

/** What the transaction that spent a request's or deposit's output did with it, if it was the group's work. */
function meaningOf(record: PegRecord, tx: BitcoinTx, terms: PegTerms): Meaning | null {
  const { network, dialect, pegScript } = terms;
  const reading = readOperation(tx, { network, dialect, pegScript });
  const op = reading.tag === "op" ? reading.op : null;
  const [first] = tx.inputs;
  if (first === undefined || !isSame(first, outpointOf(record))) return null;
  if (record.kind === "pegOut") {
    const request = record.request.txid;
    if (op?.kind === "fulfilment")
      return { purpose: "payout", kind: "fulfilment", of: { tag: "fulfilment", request } };
    return op?.kind === "cancel"
      ? { purpose: "cancel", kind: "cancel", of: { tag: "cancel", request } }
      : null;
  }
  const { deposit, form } = record;
  if (form.tag === "direct") {
    const returnScript = tx.outputs[1]?.script;
    if (op?.kind !== "pegInReturn" || returnScript === undefined) return null;
    const of = { tag: "pegInReturn", deposit, returnScript, proof: null } as const;
    return { purpose: "return", kind: "pegInReturn", of };
  }
  // The leaf tells who spent it: by the other one its depositor takes it back, perhaps to the peg.
  const isByGroup = sameBytes(first.witness[1] ?? new Uint8Array(), form.leaf.script);
  const [paid] = tx.outputs;
  const isSweep = tx.inputs.length === 1 && paid !== undefined && sameBytes(paid.script, pegScript);
  return isByGroup && isSweep
    ? { purpose: "sweep", kind: "sweep", of: { tag: "sweep", deposits: [deposit] } }
    : null;
}

function signerOf(record: PegRecord, index: number, { script }: TxOutput, terms: PegTerms): InputSigner {
  if (record.kind === "pegIn" && record.form.tag === "script" && index === 0)
    return { tag: "leaf", leaf: record.form.leaf };
  return sameBytes(script, terms.pegScript) ? { tag: "group", tweak: noTweak } : { tag: "wallet" };
}

/**
 * The entry for a transaction in a block that this record does not know.
 * @param tx the transaction that spent the record's output
 * @param parents raw transactions that its inputs spend from
 * @returns null where it is none of the group's, or a parent is missing
 */
export function adopted(
  record: PegRecord,
  tx: BitcoinTx,
  parents: ReadonlyMap<Txid, Uint8Array>,
  terms: PegTerms,
): SignedTransaction | null {
  const meaning = meaningOf(record, tx, terms);
  if (meaning === null) return null;
  const spends: Spend[] = [];
  for (const [i, input] of tx.inputs.entries()) {
    const parent = parents.get(input.txid);
    const output = parent === undefined ? undefined : parseTransaction(parent).outputs[input.vout];
    if (parent === undefined || output === undefined) return null;
    spends.push({ ...output, signer: signerOf(record, i, output, terms), parent });
  }
  const wallet = spends.at(-1);
  const feeInput = wallet?.signer.tag === "wallet";
  const last = tx.outputs.at(-1);
  const isChange = feeInput && last !== undefined && sameBytes(last.script, wallet.script);
  const inputs = tx.inputs.map((input) => ({ ...input, witness: [], scriptSig: new Uint8Array() }));
  const plan: StoredPlan = {
    kind: meaning.kind,
    purpose: meaning.of,
    unsigned: serializeTransaction({ ...tx, inputs }),
    spends,
    feeInput,
    feeChange: isChange ? last.amount : 0n,
  };
  return { purpose: meaning.purpose, txid: tx.txid, plan, raw: tx.raw };
}
