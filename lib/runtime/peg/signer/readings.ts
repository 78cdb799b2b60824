import { outpointKey, type Outpoint } from "../../../sbtc/bytes.ts";
import { attempt, type Outcome } from "../../../sbtc/refusal.ts";
import { parseTransaction, type BitcoinTx } from "../../../sbtc/bitcoin/transaction.ts";
import { readDepositLeaf } from "../../../sbtc/ops/deposit-script.ts";
import { readOperation } from "../../../sbtc/ops/operation.ts";
import type { OpContext } from "../../../sbtc/ops/peg-in.ts";
import type { PegOutRequest } from "../../../sbtc/ops/peg-out-request.ts";
import { formatPrincipal } from "../../../sbtc/ops/principal.ts";
import type { DepositFacts, PegSetting } from "../../../sbtc/peg/checks/evidence.ts";
import { opContext } from "../../../sbtc/peg/checks/standing.ts";
import type { TransactionProposal } from "../../../sbtc/peg/proposal.ts";

// What a proposal and the transactions it names say by themselves, read without asking anybody.

function outputOf(tx: BitcoinTx, parent: Uint8Array): Uint8Array | undefined {
  const [input] = tx.inputs;
  const made = parseTransaction(parent);
  return input !== undefined && made.txid === input.txid ? made.outputs[input.vout]?.script : undefined;
}

/** The recipient a direct or revealed peg-in names; null where none can be read. */
export function recipientOf(tx: BitcoinTx, funding: Outcome<Uint8Array>, context: OpContext): string | null {
  const reading = readOperation(tx, context, funding.ok ? outputOf(tx, funding.value) : undefined);
  if (reading.tag !== "op") return null;
  const op = reading.op.kind === "reveal" ? reading.op.op : reading.op;
  return op.kind === "pegIn" ? formatPrincipal(op.recipient) : null;
}

/** The recipient in the leaf a sweep showed; null where none can be read. */
export function sweptFor(
  deposit: Outpoint,
  sweep: DepositFacts["sweep"],
  setting: PegSetting,
): string | null {
  if (sweep?.ok !== true) return null;
  const { inputs } = parseTransaction(sweep.value.tx.raw);
  const input = inputs.find((one) => outpointKey(one) === outpointKey(deposit));
  return leafRecipient(input?.witness[1], setting);
}

/** The recipient a deposit leaf commits to; null where none can be read. */
export function leafRecipient(leaf: Uint8Array | undefined, { network }: PegSetting): string | null {
  if (leaf === undefined) return null;
  const read = attempt(() => readDepositLeaf(leaf, network));
  return read.ok ? formatPrincipal(read.value.recipient) : null;
}

/** The leaf by which a proposal spends a deposit. */
export function leafOf(deposit: Outpoint, { unsigned, spends }: TransactionProposal): Uint8Array | undefined {
  const tx = attempt(() => parseTransaction(unsigned));
  if (!tx.ok) return undefined;
  const at = tx.value.inputs.findIndex((input) => outpointKey(input) === outpointKey(deposit));
  const signer = spends[at]?.signer;
  return signer?.tag === "leaf" ? signer.leaf.script : undefined;
}

/** The request a transaction makes, revealed by `commit` or in the open; null where it makes none. */
export function requestOf(
  tx: BitcoinTx,
  commit: Uint8Array | null,
  setting: PegSetting,
): PegOutRequest | null {
  const reading = readOperation(tx, opContext(setting), commit === null ? undefined : outputOf(tx, commit));
  if (reading.tag !== "op") return null;
  const op = reading.op.kind === "reveal" ? reading.op.op : reading.op;
  return op.kind === "pegOutRequest" ? op : null;
}
