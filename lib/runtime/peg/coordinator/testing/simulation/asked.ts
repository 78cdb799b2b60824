import { outpointKey, parseTxid, sameBytes } from "../../../../../sbtc/bytes.ts";
import { parseTransaction } from "../../../../../sbtc/bitcoin/transaction.ts";
import type { ActionProposal, Proposal, TransactionProposal } from "../../../../../sbtc/peg/proposal.ts";
import type { RecordId } from "../../../../../sbtc/peg/queue/record.ts";
import { shortfall } from "./books.ts";
import { confirmations, isPeg, opOf, spenderOf, sum, type Truth } from "./reading.ts";
import { depth } from "./setting.ts";

/**
 * What is wrong with asking the group for this now, by what both chains say at this moment; null where it is due. Every
 * honest signer would refuse what is named here, so a coordinator that asks for it is at fault even where nobody signs.
 */
export function undue(id: RecordId, proposal: Proposal, truth: Truth): string | null {
  const why = proposal.tag === "action" ? undueAction(proposal, truth) : undueSpend(proposal, truth);
  return why === null ? null : `${id}: ${why}`;
}

function undueAction({ action }: ActionProposal, truth: Truth): string | null {
  const { people, stacks } = truth;
  const { model } = stacks;
  if (action.tag === "setWallet") return "nobody asked for another wallet";
  if (model.burns[action.burnBlock.height] !== action.burnBlock.hash) return "it names a block that is gone";
  if (action.tag === "mint" || action.tag === "reject") {
    const known = model.deposits.get(
      outpointKey({ ...action.deposit, txid: parseTxid(action.deposit.txid) }),
    );
    if (known !== undefined) return `a deposit that is ${known.state} already`;
    const deposit = people.deposits.find(({ tx }) => tx.txid === action.deposit.txid);
    if (deposit === undefined) return "nobody made this deposit";
    const sweep =
      deposit.form === "script" ? spenderOf(truth, { txid: deposit.tx.txid, vout: 1 }) : deposit.tx;
    if (sweep === null || confirmations(truth, sweep.txid) < depth) return "the deposit is not deep enough";
    if (action.tag === "reject") return null;
    const came = deposit.form === "script" ? (sweep.outputs[0]?.amount ?? 0n) : deposit.amount;
    if (action.amount !== came) return `${action.amount} for a deposit of ${came}`;
    if (deposit.form === "spoilt" || action.recipient !== deposit.recipient) return "to somebody else";
    return backed(truth, "minting");
  }
  const state = model.withdrawals.get(action.txid);
  const request = people.requests.find(({ tx }) => tx.txid === action.txid);
  if (request === undefined) return "nobody asked for this payout";
  if (action.tag === "lock") {
    if (state !== undefined) return `a request that is ${state.state} already`;
    if (action.amount !== request.amount || !sameBytes(action.script, request.script))
      return "another payout";
    return confirmations(truth, action.txid) < depth ? "the request is not deep enough" : null;
  }
  if (state?.state !== "locked") return `a request that is ${state?.state ?? "not locked"}`;
  const spender = spenderOf(truth, { txid: request.tx.txid, vout: 2 });
  const closing = action.tag === "settle" ? action.payoutTxid : action.cancelTxid;
  if (spender?.txid !== closing) return "another transaction ended the request";
  if (opOf(spender)?.kind !== (action.tag === "settle" ? "fulfilment" : "cancel")) return "the wrong ending";
  if (action.tag === "refund" && model.tip <= state.expires) return "the request has not expired";
  return confirmations(truth, closing) < depth ? `${action.tag} is asked for too early` : null;
}

function undueSpend({ purpose, unsigned }: TransactionProposal, truth: Truth): string | null {
  const { people, stacks } = truth;
  const tx = parseTransaction(unsigned);
  const [first] = tx.inputs;
  if (first === undefined) return "a transaction without inputs";
  switch (purpose.tag) {
    case "sweep": {
      const deposit = people.deposits.find(({ tx: { txid } }) => txid === first.txid);
      if (deposit?.form !== "script") return "a sweep of no deposit";
      return confirmations(truth, first.txid) < depth ? "the deposit is not deep enough" : null;
    }
    case "fulfilment":
    case "cancel": {
      const request = people.requests.find((one) => one.tx.txid === purpose.request);
      const state = stacks.model.withdrawals.get(purpose.request);
      if (request === undefined) return "nobody asked for this payout";
      if (state?.state !== "locked") return `a request that is ${state?.state ?? "not locked"}`;
      if (first.txid !== purpose.request || first.vout !== 2) return "it does not spend the request";
      const spender = spenderOf(truth, first);
      if (spender !== null) return `a block holds its ${opOf(spender)?.kind ?? "end"} already`;
      if (purpose.tag === "cancel")
        return stacks.model.tip <= state.expires ? "a cancel before the request expired" : null;
      const output = tx.outputs[1];
      if (output?.amount !== request.amount || !sameBytes(output.script, request.script))
        return "another payout than was asked for";
      if (stacks.model.tip - (state.expires - stacks.model.limits.lifetime) + 1 < depth)
        return "the lock is not deep enough";
      return pays(tx, request.amount, truth) ?? promised(tx, truth) ?? backed(truth, "paying");
    }
    case "pegInReturn": {
      const known = stacks.model.deposits.get(outpointKey(purpose.deposit));
      if (known?.state !== "rejected") return `a return of a deposit that is ${known?.state ?? "undecided"}`;
      return spenderOf(truth, purpose.deposit) === null ? null : "a deposit that was spent already";
    }
    case "consolidation":
    case "handOff":
    case "reveal":
      return "nobody asked for this";
  }
}

/** A fulfilment takes from the peg what it pays, to the satoshi; coins that wait for a block are looked up there. */
function pays(tx: ReturnType<typeof parseTransaction>, amount: bigint, { chain }: Truth): string | null {
  const coins = tx.inputs
    .slice(1)
    .map((input) => chain.history.output(input) ?? chain.mempool.get(input.txid)?.tx.outputs[input.vout]);
  // Change of a payout that the node dropped is not seen here; the books see it once it is mined.
  if (coins.includes(undefined)) return null;
  const inPeg = (outputs: readonly ((typeof coins)[number] | undefined)[]): bigint =>
    sum(outputs, (output) => (output !== undefined && isPeg(output.script) ? output.amount : 0n));
  const lost = inPeg(coins) - inPeg(tx.outputs);
  return lost === amount ? null : `the peg gives ${lost} for a payout of ${amount}`;
}

/** A fulfilment spends no coin that is still a depositor's or another request's. */
function promised(tx: ReturnType<typeof parseTransaction>, truth: Truth): string | null {
  const { people, stacks } = truth;
  for (const input of tx.inputs.slice(1)) {
    const state = stacks.model.deposits.get(outpointKey(input))?.state;
    if (state === "minted") continue;
    const swept = people.deposits.find(
      ({ tx: made, form }) =>
        form === "script" && spenderOf(truth, { txid: made.txid, vout: 1 })?.txid === input.txid,
    );
    const made = swept === undefined ? null : { txid: swept.tx.txid, vout: 1 };
    if (made !== null && stacks.model.deposits.get(outpointKey(made))?.state !== "minted")
      return "it spends what came from a deposit that is not minted for";
    if (people.deposits.some(({ tx: { txid }, form }) => txid === input.txid && form !== "script"))
      return "it spends a deposit that is not minted for";
    if (people.requests.some(({ tx: { txid } }) => txid === input.txid))
      return "it spends the output of another request";
  }
  return null;
}

const backed = (truth: Truth, what: string): string | null => {
  const missing = shortfall(truth, true);
  return missing === 0n ? null : `${what} while ${missing} are not backed`;
};
