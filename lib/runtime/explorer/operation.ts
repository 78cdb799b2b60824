import { addressOf } from "../../sbtc/bitcoin/script.ts";
import type { BitcoinTx } from "../../sbtc/bitcoin/transaction.ts";
import { toHex } from "../../sbtc/bytes.ts";
import type { BitcoinNetwork } from "../../sbtc/network.ts";
import { readOperationOfAnyPeg } from "../../sbtc/ops/any-peg.ts";
import type { OpcodeName } from "../../sbtc/ops/data-output.ts";
import type { ChainOp } from "../../sbtc/ops/operation.ts";
import { recoverOwner } from "../../sbtc/ops/owner-signature.ts";
import type { PegIn } from "../../sbtc/ops/peg-in.ts";
import type { PegOutRequest } from "../../sbtc/ops/peg-out-request.ts";
import { formatPrincipal } from "../../sbtc/ops/principal.ts";
import { Refusal } from "../../sbtc/refusal.ts";
import type { ExplorerRow, ExplorerValue, OperationView } from "./views.ts";

const titles: Readonly<Record<OpcodeName, string>> = {
  pegIn: "Peg-in",
  pegOutRequest: "Peg-out request",
  fulfilment: "Peg-out payment",
  handOff: "Hand-off",
  reveal: "Reveal",
  cancel: "Cancel",
  pegInReturn: "Return of a peg-in",
};

const amount = (sats: bigint): ExplorerValue => ({ kind: "amount", sats });
const text = (words: string): ExplorerValue => ({ kind: "text", text: words });
const code = (words: string): ExplorerValue => ({ kind: "code", text: words });
const tx = (txid: string): ExplorerValue => ({ kind: "tx", txid });

/**
 * What a transaction says to the peg, for people; null where it says nothing.
 * @param commitScript script of the output that input 0 spends
 */
export function operationOf(
  transaction: BitcoinTx,
  network: BitcoinNetwork,
  commitScript?: Uint8Array,
): OperationView | null {
  const reading = readOperationOfAnyPeg(transaction, { network, dialect: "D2" }, commitScript);
  switch (reading.tag) {
    case "none":
      return null;
    case "needsCommit":
      return { title: titles.reveal, rows: [] };
    case "refused": {
      const title = reading.opcode === null ? "No operation" : titles[reading.opcode];
      return { title, rows: [], refused: reading.refusal.message };
    }
    case "op":
      return { title: titleOf(reading.op), rows: rowsOf(reading.op, network) };
  }
}

const titleOf = (op: ChainOp): string =>
  op.kind === "reveal" ? `${titles[op.op.kind]}, revealed` : titles[op.kind];

function rowsOf(op: ChainOp, network: BitcoinNetwork): readonly ExplorerRow[] {
  const address = (script: Uint8Array): ExplorerValue => {
    const found = addressOf(script, network);
    return found === null ? { kind: "hex", hex: toHex(script) } : { kind: "address", address: found };
  };
  switch (op.kind) {
    case "pegIn":
      return pegInRows(op, address);
    case "pegOutRequest":
      return requestRows(op, network, address);
    case "fulfilment":
      return [
        ["Amount", amount(op.amount)],
        ["Paid to", address(op.recipientScript)],
        ["Request", tx(op.request.txid)],
        ["Stacks tip", { kind: "hex", hex: op.chainTip }],
      ];
    case "handOff":
      return [
        ["Amount", amount(op.amount)],
        ["Next wallet", address(op.nextPegScript)],
        ["Reward cycle", text(op.rewardCycle.toString())],
      ];
    case "cancel":
      return [
        ["Request", tx(op.request.txid)],
        ["Back to the peg", amount(op.returnedToPeg)],
      ];
    case "pegInReturn":
      return [
        ["Amount", amount(op.amount)],
        ["Returned to", address(op.returnScript)],
        ["Deposit", tx(op.deposit.txid)],
      ];
    case "reveal":
      return [
        ...(op.op.kind === "pegIn" ? pegInRows(op.op, address) : requestRows(op.op, network, address)),
        ["Fee subsidy", amount(op.feeSubsidy)],
      ];
  }
}

type AddressValue = (script: Uint8Array) => ExplorerValue;

function pegInRows(op: PegIn, address: AddressValue): readonly ExplorerRow[] {
  return [
    ["Amount", amount(op.amount)],
    ["sBTC for", code(formatPrincipal(op.recipient))],
    ["Wallet", address(op.pegScript)],
  ];
}

function requestRows(
  op: PegOutRequest,
  network: BitcoinNetwork,
  address: AddressValue,
): readonly ExplorerRow[] {
  return [
    ["Amount", amount(op.amount)],
    ["Pay to", address(op.recipientScript)],
    ["sBTC of", ownerOf(op, network)],
    ["Fee offered", amount(op.fulfilmentFee)],
    ["Wallet", address(op.pegScript)],
  ];
}

function ownerOf(op: PegOutRequest, network: BitcoinNetwork): ExplorerValue {
  try {
    return code(formatPrincipal(recoverOwner(op, network, "D2")));
  } catch (error) {
    if (error instanceof Refusal) return text(`nobody: ${error.message}`);
    throw error;
  }
}
