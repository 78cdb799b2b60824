import { formatBitcoin } from "../../amount.ts";
import { outpointKey, type Outpoint, type Txid } from "../../bytes.ts";
import { parseTransaction, type BitcoinTx } from "../../bitcoin/transaction.ts";
import { readOperation } from "../../ops/operation.ts";
import type { ReadTransaction } from "../operation/transaction.ts";
import type { TransactionProposal } from "../proposal.ts";
import { checkChange, checkFee, sortInputs } from "./coins.ts";
import type { CoinFacts, CoinsFacts, ContractFacts, Standing } from "./evidence.ts";
import type { SignedMemory } from "./memory.ts";
import { refuseTo, type CheckBook } from "./result.ts";
import { need, needStacks, opContext } from "./standing.ts";

/** The coins of the peg that a consolidation gathers: everything the group signs for. */
export function gatheredCoins({ unsigned, spends }: TransactionProposal): readonly Outpoint[] {
  return parseTransaction(unsigned).inputs.filter((_, i) => spends[i]?.signer.tag === "group");
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

/**
 * The checks of a consolidation: known coins of the peg become one, to the satoshi; the fee wallet alone pays; and no
 * depositor, request or payment still needs one of them as it is.
 */
export function checkConsolidation(
  book: CheckBook,
  read: ReadTransaction,
  standing: Standing,
  contract: ContractFacts,
  facts: CoinsFacts | null,
): void {
  const coins = gatheredCoins(read.proposal);
  book.check("J1", () => {
    for (const coin of coins) checkFree(coin, facts?.coins.get(outpointKey(coin)), standing);
    return `${coins.length} coins: deposits that are minted for, change and top-ups.`;
  });
  book.check("J2", () => {
    for (const request of paymentsWith(coins, standing.memory)) {
      const found =
        facts?.payouts.get(request) ?? refuseTo("transactionUnknown", `nothing was found about ${request}`);
      if (needStacks(found)?.state === "locked")
        refuseTo(
          "payoutsInFlight",
          `the payment of ${request}, which this seat approved, spends one of them`,
        );
    }
    return "No payment this seat approved is still waiting for one of them.";
  });
  book.check("V1", () => {
    const sources = sortInputs(read, [], standing, contract.coordinator);
    if (coins.length < 2) refuseTo("wrongFirstInput", "there is nothing to join with a single coin");
    checkChange(read, 0, sources.peg, sources, standing);
    return `${formatBitcoin(sources.peg)} BTC stay with the peg; ${checkFee(sources, standing)}, paid by the fee wallet.`;
  });
}

/** Whether nobody has a claim on a coin as it lies there. */
function checkFree(coin: Outpoint, facts: CoinFacts | undefined, standing: Standing): void {
  const name = outpointKey(coin);
  if (facts === undefined) return refuseTo("transactionUnknown", `nothing was found about ${name}`);
  const state = needStacks(facts.state);
  if (state?.state === "minted") return;
  if (state?.state === "rejected")
    refuseTo("coinIsPromised", `${name} is a rejected deposit, which goes back to its depositor`);
  const tx = parseTransaction(need(facts.made));
  if (tx.txid !== coin.txid) refuseTo("proofForged", `the transaction shown is ${tx.txid}, not ${coin.txid}`);
  if (isClaimed(tx, coin.vout, standing))
    refuseTo("coinIsPromised", `${name} belongs to a deposit or a request that is not finished`);
}

/** True where a transaction's own words, or the attempt at them, make an output a depositor's or a request's. */
function isClaimed(tx: BitcoinTx, vout: number, { setting }: Standing): boolean {
  const reading = readOperation(tx, opContext(setting));
  switch (reading.tag) {
    case "none":
      return false;
    case "needsCommit":
      return true;
    case "refused":
      return reading.opcode === null || reading.opcode === "pegIn" || reading.opcode === "pegOutRequest";
    case "op":
      if (reading.op.kind === "pegIn") return reading.op.deposit.vout === vout;
      return reading.op.kind === "pegOutRequest" && reading.op.feeOutpoint.vout === vout;
  }
}
