import { outpointKey, type Outpoint, type Txid } from "../../bytes.ts";
import { parseTransaction, type BitcoinTx } from "../../bitcoin/transaction.ts";
import { readAnnouncedDeposit } from "../../ops/deposit-announcement.ts";
import { readOperation, type OpReading } from "../../ops/operation.ts";
import { attempt } from "../../refusal.ts";
import type { TransactionProposal } from "../proposal.ts";
import type { CoinFacts, CoinsFacts, Standing } from "./evidence.ts";
import type { SignedMemory } from "./memory.ts";
import { refuseTo } from "./result.ts";
import { need, needStacks, opContext } from "./standing.ts";

// Which coins of the peg nobody has a claim on. It refuses nothing that a coordinator counts as free: a stranger's payment
// that both read differently would stop every payout that wants to spend it.

/** The coins of the peg that a transaction spends beside what its purpose names: everything else the group signs for. */
export function spentCoins({ purpose, unsigned, spends }: TransactionProposal): readonly Outpoint[] {
  const own = purpose.tag === "fulfilment" ? outpointKey({ txid: purpose.request, vout: 2 }) : null;
  return parseTransaction(unsigned).inputs.filter(
    (input, i) => spends[i]?.signer.tag === "group" && outpointKey(input) !== own,
  );
}

/** Requests whose payment this seat approved, where that payment spends one of `coins`. */
export function paymentsWith(coins: readonly Outpoint[], memory: SignedMemory): readonly Txid[] {
  const wanted = new Set(coins.map(outpointKey));
  const requests = memory
    .transactions("fulfilment")
    .flatMap(({ proposal: { purpose }, tx }) =>
      purpose.tag === "fulfilment" && tx.inputs.some((input) => wanted.has(outpointKey(input)))
        ? [purpose.request]
        : [],
    );
  return [...new Set(requests)];
}

/** True where nobody can say what a transaction is before the output its input 0 spends is known. */
export const needsFunding = (raw: Uint8Array, { setting }: Pick<Standing, "setting">): boolean =>
  readOperation(parseTransaction(raw), opContext(setting)).tag === "needsCommit";

/** Refuses coins that are not the peg's to spend: a deposit that is not minted for, or a request's fee output. */
export function checkAllFree(coins: readonly Outpoint[], facts: CoinsFacts | null, standing: Standing): void {
  for (const coin of coins) checkFree(coin, facts?.coins.get(outpointKey(coin)), standing);
}

function checkFree(coin: Outpoint, facts: CoinFacts | undefined, standing: Standing): void {
  const name = outpointKey(coin);
  if (facts === undefined) return refuseTo("transactionUnknown", `nothing was found about ${name}`);
  const state = needStacks(facts.state);
  if (state?.state === "minted") return;
  if (state?.state === "rejected")
    refuseTo("coinIsPromised", `${name} is a rejected deposit, which goes back to its depositor`);
  if (facts.swept.some((deposit) => needStacks(deposit)?.state !== "minted"))
    refuseTo("coinIsPromised", `${name} came from a deposit that is not minted for`);
  // What this seat approved itself pays the peg its own change: no node has to show it.
  if (isOwnWork(coin, standing.memory)) return;
  const tx = parseTransaction(need(facts.made));
  if (tx.txid !== coin.txid) refuseTo("proofForged", `the transaction shown is ${tx.txid}, not ${coin.txid}`);
  if (isClaimed(tx, coin.vout, facts, standing))
    refuseTo("coinIsPromised", `${name} belongs to a deposit or a request that is not finished`);
}

const isOwnWork = ({ txid }: Outpoint, memory: SignedMemory): boolean =>
  memory.transactions("fulfilment", "cancel", "consolidation", "sweep").some(({ tx }) => tx.txid === txid);

/** Deposits whose sweep, approved by this seat, made a coin. */
export const sweptInto = ({ txid }: Outpoint, memory: SignedMemory): readonly Outpoint[] =>
  memory
    .transactions("sweep")
    .flatMap(({ proposal: { purpose }, tx }) =>
      purpose.tag === "sweep" && tx.txid === txid ? purpose.deposits : [],
    );

/** True where a transaction's own words, or the attempt at them, make an output a depositor's or a request's. */
function isClaimed(tx: BitcoinTx, vout: number, { funding }: CoinFacts, { setting }: Standing): boolean {
  const context = opContext(setting);
  let reading: OpReading = readOperation(tx, context);
  if (reading.tag === "needsCommit") {
    const [input] = tx.inputs;
    const parent = funding === null ? null : parseTransaction(need(funding));
    if (parent === null || input === undefined || parent.txid !== input.txid)
      return refuseTo("transactionUnknown", `what ${tx.txid} reveals was not found`);
    reading = readOperation(tx, context, parent.outputs[input.vout]?.script);
  }
  switch (reading.tag) {
    case "none":
    case "needsCommit":
      return false;
    case "refused":
      return (
        (reading.opcode === null || reading.opcode === "pegIn" || reading.opcode === "pegOutRequest") &&
        // The deposit it announces lies in a script of its own; what it pays the peg beside that is a gift.
        !attempt(() => readAnnouncedDeposit(tx, [setting.groupKey], setting.network)).ok
      );
    case "op": {
      const op = reading.op.kind === "reveal" ? reading.op.op : reading.op;
      if (op.kind === "pegIn") return op.deposit.vout === vout;
      return op.kind === "pegOutRequest" && op.feeOutpoint.vout === vout;
    }
  }
}

/**
 * Another request whose payment, the latest this seat approved for it, wants one of `coins` and can still be mined; null
 * where there is none. A coordinator that lost what it had planned may ask for such a coin in good faith.
 */
export function neededElsewhere(
  coins: readonly Outpoint[],
  request: Txid,
  facts: CoinsFacts | null,
  burnHeight: number,
  { memory, ledger }: Standing,
): Txid | null {
  const wanted = new Set(coins.map(outpointKey));
  for (const other of paymentsWith(coins, memory)) {
    if (other === request) continue;
    const last = memory
      .transactions("fulfilment")
      .findLast(({ proposal: { purpose } }) => purpose.tag === "fulfilment" && purpose.request === other);
    if (last === undefined || !last.tx.inputs.some((input) => wanted.has(outpointKey(input)))) continue;
    const stands = last.tx.inputs.every(
      (input, i) =>
        last.proposal.spends[i]?.signer.tag !== "group" ||
        ledger.coin(input) !== null ||
        isOwnWork(input, memory),
    );
    const [first] = last.tx.inputs;
    if (!stands || first === undefined || ledger.coin(first) === null) continue;
    const found =
      facts?.payouts.get(other) ?? refuseTo("transactionUnknown", `nothing was found about ${other}`);
    const state = needStacks(found);
    if (state?.state === "locked" && burnHeight <= state.expires) return other;
  }
  return null;
}
