import { parseTxid, sameBytes, toHex } from "../../bytes.ts";
import { formatBitcoin } from "../../amount.ts";
import { addressOf, dustLimit } from "../../bitcoin/script.ts";
import { parseTransaction, type BitcoinTx } from "../../bitcoin/transaction.ts";
import type { LockAction } from "../../contract/actions.ts";
import { readOperation } from "../../ops/operation.ts";
import { pegOutMessageHash, recoverOwner } from "../../ops/owner-signature.ts";
import type { PegOutRequest } from "../../ops/peg-out-request.ts";
import { formatPrincipal } from "../../ops/principal.ts";
import type { ActionProposal, Proposal } from "../proposal.ts";
import type { ContractFacts, RequestFacts, Standing } from "./evidence.ts";
import { refuseTo, type CheckBook } from "./result.ts";
import { addressText, checkBlock, need, needStacks, opContext, prove, type Found } from "./standing.ts";

/** A request as the chain proves it, with whose sBTC it asks for. */
export interface ReadRequest {
  readonly request: PegOutRequest;
  /** Stacks principal. */
  readonly owner: string;
  readonly found: Found;
}

/** F1: reads the request from bytes that are proven to be buried in the chain. */
export function checkRequestOnChain(
  book: CheckBook,
  txid: string,
  facts: RequestFacts,
  standing: Standing,
): { readonly request: PegOutRequest; readonly found: Found } | null {
  return book.find("F1", () => {
    const found = prove(facts.made, txid, standing);
    const request = readRequest(found.tx, facts, standing);
    const { height, confirmations } = found.inclusion;
    return {
      says: `In block ${height}, ${confirmations} confirmations, proven against headers checked here.`,
      value: { request, found },
    };
  });
}

function readRequest(tx: BitcoinTx, { commit }: RequestFacts, { setting }: Standing): PegOutRequest {
  const [input] = tx.inputs;
  const parent = commit?.ok === true ? parseTransaction(commit.value) : null;
  const script = parent?.txid === input?.txid ? parent?.outputs[input?.vout ?? -1]?.script : undefined;
  const reading = readOperation(tx, opContext(setting), script);
  if (reading.tag === "refused") throw reading.refusal;
  if (reading.tag !== "op") return refuseTo("notARequest", "the transaction is no peg-out request");
  const op = reading.op.kind === "reveal" ? reading.op.op : reading.op;
  return op.kind === "pegOutRequest" ? op : refuseTo("notARequest", `the transaction is a ${op.kind}`);
}

/** F2: whoever the signature recovers to owns the sBTC. Some account always comes out, so its balance has to show that it is meant. */
export function checkOwner(
  book: CheckBook,
  request: PegOutRequest,
  facts: RequestFacts,
  { setting }: Standing,
): string | null {
  return book.find("F2", () => {
    const owner = formatPrincipal(recoverOwner(signed(request), setting.network, setting.dialect));
    const locked = needStacks(facts.withdrawal);
    if (locked !== null) {
      if (locked.owner !== owner)
        refuseTo(
          "ownerSignatureWrong",
          `the signature is ${owner}'s, the contract locked sBTC of ${locked.owner}`,
        );
      return { says: `Signed by ${owner}, whose sBTC the contract has locked.`, value: owner };
    }
    const balance = needStacks(facts.ownerBalance);
    if (balance < request.amount)
      refuseTo(
        "ownerBalanceTooLow",
        `${owner}, whom the signature names, has ${formatBitcoin(balance)} of ${formatBitcoin(request.amount)} sBTC`,
      );
    return { says: `Signed by ${owner}, who has ${formatBitcoin(balance)} sBTC.`, value: owner };
  });
}

const signed = (request: PegOutRequest) => ({
  amount: request.amount,
  recipientScript: request.recipientScript,
  signature: request.signature,
});

/** F3: the fee output pays this peg (its reader checked that) and nothing has spent it, by every source and by this seat's ledger. */
export function checkFeeUnspent(
  book: CheckBook,
  request: PegOutRequest,
  facts: RequestFacts,
  { ledger }: Standing,
  replacing: boolean,
): void {
  book.check("F3", () => {
    const { feeOutpoint, fulfilmentFee } = request;
    const spend = need(facts.feeSpend);
    const by = ledger.spentBy(feeOutpoint);
    if (by !== null) refuseTo("requestFeeSpent", `${by} has spent it`);
    // A replacement finds the attempt it replaces in the mempool; a block ends the matter.
    if (spend.spent && !(replacing && spend.by?.block === null))
      refuseTo("requestFeeSpent", spend.by === null ? "it is spent" : `${spend.by.txid} spends it`);
    return `Output 2 pays ${fulfilmentFee.toString()} sat to the peg and is unspent.`;
  });
}

/** F4: neither the request nor the owner's signature was served before, by the contract and by this seat's memory. */
export function checkFirstTime(
  book: CheckBook,
  proposal: Proposal,
  read: ReadRequest,
  facts: RequestFacts,
  { memory, setting, ledger }: Standing,
): void {
  book.check("F4", () => {
    const { request, owner } = read;
    const served = ledger.spentBy(request.feeOutpoint);
    if (served !== null) refuseTo("secondFulfilment", `${served} served this request`);
    const used = needStacks(facts.messageUse);
    if (used !== null && used !== request.txid)
      refuseTo("signatureReplayed", `the same signed message was used for request ${used}`);
    const message = toHex(
      pegOutMessageHash(request.amount, request.recipientScript, setting.network, setting.dialect),
    );
    for (const { proposal: earlier } of memory.entries) {
      if (earlier.tag !== "action" || earlier.action.tag !== "lock") continue;
      const { action } = earlier;
      const same =
        action.txid !== request.txid &&
        action.amount === request.amount &&
        sameBytes(action.script, request.recipientScript) &&
        sameBytes(action.ownerSignature.subarray(1), request.signature.subarray(1));
      if (same)
        refuseTo("signatureReplayed", `this seat approved the same signature for request ${action.txid}`);
    }
    if (proposal.tag === "action") {
      const state = needStacks(facts.withdrawal);
      if (state !== null) refuseTo("requestAlreadyLocked", `the contract has it as ${state.state}`);
    }
    return `New to the contract and to this seat: message ${message.slice(0, 16)}… of ${owner}.`;
  });
}

/** The checks of a lock, after the standing ones. */
export function checkLock(
  book: CheckBook,
  proposal: ActionProposal & { readonly action: LockAction },
  standing: Standing,
  contract: ContractFacts,
  facts: RequestFacts,
): void {
  const { action } = proposal;
  const { setting } = standing;
  const read = checkRequestOnChain(book, parseTxid(action.txid), facts, standing);
  if (read === null) {
    book.skip("L1", "F2", "F3", "F4", "F9");
    return;
  }
  const { request, found } = read;
  book.check("L1", () => {
    if (action.amount !== request.amount)
      refuseTo(
        "wrongAmount",
        `the request is for ${formatBitcoin(request.amount)}, the lock for ${formatBitcoin(action.amount)}`,
      );
    if (!sameBytes(action.script, request.recipientScript))
      refuseTo("wrongRecipient", `the request pays ${addressText(request.recipientScript, setting)}`);
    if (action.address !== addressOf(request.recipientScript, setting.network))
      refuseTo("wrongRecipient", "the address the lock names is not the recipient's");
    if (action.dialect !== setting.dialect || !sameBytes(action.ownerSignature, request.signature))
      refuseTo("ownerSignatureWrong", "the lock carries another signature than the request");
    checkBlock(action.burnBlock, found.inclusion);
    return `${formatBitcoin(action.amount)} for ${action.address}.`;
  });
  const owner = checkOwner(book, request, facts, standing);
  checkFeeUnspent(book, request, facts, standing, false);
  if (owner === null) book.skip("F4");
  else checkFirstTime(book, proposal, { request, owner, found }, facts, standing);
  book.check("F9", () => {
    const { limits, windowUse } = contract;
    if (!needStacks(facts.scriptAllowed))
      refuseTo("recipientNotAllowed", `${action.address} is not on the contract's allow-list`);
    if (request.amount < limits.minAmount || request.amount < dustLimit(request.recipientScript))
      refuseTo("belowMinimum", "so little cannot be paid to this recipient");
    if (request.amount > limits.maxLock) refuseTo("aboveCap", "the contract's cap for one peg-out is lower");
    const own = lockedByMemory(standing, contract.burnHeight - limits.window, action.txid);
    const used = own > windowUse.locked ? own : windowUse.locked;
    if (used + request.amount > limits.windowLock)
      refuseTo("aboveWindowCap", `${formatBitcoin(used)} of ${formatBitcoin(limits.windowLock)} are used up`);
    return `Allowed recipient, within all caps; ${formatBitcoin(limits.windowLock - used - request.amount)} stay free in this window.`;
  });
}

/** Satoshi of locks this seat approved since a height, without the one that is asked about. */
function lockedByMemory({ memory }: Standing, since: number, without: string): bigint {
  const amounts = new Map<string, bigint>();
  for (const { proposal, height } of memory.entries) {
    if (proposal.tag === "action" && proposal.action.tag === "lock" && height >= since)
      amounts.set(proposal.action.txid, proposal.action.amount);
  }
  amounts.delete(without);
  return [...amounts.values()].reduce((sum, amount) => sum + amount, 0n);
}
