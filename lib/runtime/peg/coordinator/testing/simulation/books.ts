import { sameBytes, parseTxid } from "../../../../../sbtc/bytes.ts";
import type { BitcoinTx } from "../../../../../sbtc/bitcoin/transaction.ts";
import { confirmedTransactions, held, isFees, isPeg, opOf, sum, type Truth } from "./reading.ts";

/** Everything that came into the peg and left it, satoshi, each from what its owner asked for. */
export interface Books {
  pegIns: bigint;
  requestFees: bigint;
  walletInputs: bigint;
  topUps: bigint;
  paid: bigint;
  returned: bigint;
  walletChange: bigint;
  minerFees: bigint;
}

/** A line of the books that cannot be right. */
interface Wrong {
  readonly kind: "purpose" | "fee";
  readonly detail: string;
}

const empty = (): Books => ({
  ...{ pegIns: 0n, requestFees: 0n, walletInputs: 0n, topUps: 0n },
  ...{ paid: 0n, returned: 0n, walletChange: 0n, minerFees: 0n },
});

/** Keeps the books over all confirmed transactions. */
export function keepBooks(truth: Truth): { readonly books: Books; readonly wrong: readonly Wrong[] } {
  const books = empty();
  const wrong: Wrong[] = [];
  for (const tx of confirmedTransactions(truth)) enter(books, wrong, tx, truth);
  return { books, wrong };
}

/** BTC held = peg-ins + request fees + fee wallet's inputs + top-ups − paid − returned − its change − miners' fees. */
export const comesTo = (books: Books): bigint =>
  books.pegIns +
  books.requestFees +
  books.walletInputs +
  books.topUps -
  books.paid -
  books.returned -
  books.walletChange -
  books.minerFees;

function enter(books: Books, wrong: Wrong[], tx: BitcoinTx, truth: Truth): void {
  const { people, chain } = truth;
  const deposit = people.deposits.find((one) => one.tx.txid === tx.txid);
  if (deposit !== undefined) {
    // A deposit script is its depositor's until it is swept.
    if (deposit.form !== "script") books.pegIns += deposit.amount;
    return;
  }
  const request = people.requests.find((one) => one.tx.txid === tx.txid);
  if (request !== undefined) {
    books.requestFees += request.fee;
    return;
  }
  if (people.topUps.has(tx.txid)) {
    books.topUps += sum(tx.outputs, ({ script, amount }) => (isPeg(script) ? amount : 0n));
    return;
  }
  const spent = tx.inputs.flatMap((input) => chain.history.output(input) ?? []);
  const fromPeg = sum(spent, ({ script, amount }) => (isPeg(script) ? amount : 0n));
  const toPeg = sum(tx.outputs, ({ script, amount }) => (isPeg(script) ? amount : 0n));
  if (fromPeg === 0n && toPeg === 0n) return;
  const walletInput = sum(spent, ({ script, amount }) => (isFees(script) ? amount : 0n));
  const walletChange = sum(tx.outputs, ({ script, amount }) => (isFees(script) ? amount : 0n));
  const fee = sum(spent, ({ amount }) => amount) - sum(tx.outputs, ({ amount }) => amount);
  books.walletInputs += walletInput;
  books.walletChange += walletChange;
  books.minerFees += fee;
  const offered = purposeOf(books, tx, truth);
  if (offered === null)
    wrong.push({ kind: "purpose", detail: `${tx.txid} has no purpose anybody asked for` });
  else if (fee !== offered + walletInput - walletChange)
    wrong.push({
      kind: "fee",
      detail: `${tx.txid} pays ${fee}, of which ${offered} were offered and ${walletInput - walletChange} are the wallet's`,
    });
}

/** Enters what a transaction of the group was for. @returns what its request or deposit offers the miner, null for none */
function purposeOf(books: Books, tx: BitcoinTx, { people, chain }: Truth): bigint | null {
  const [first] = tx.inputs;
  const swept = people.deposits.find((one) => one.form === "script" && one.tx.txid === first?.txid);
  if (swept !== undefined && first?.vout === 1) {
    books.pegIns += swept.amount;
    const credited = sum(tx.outputs, ({ script, amount }) => (isPeg(script) ? amount : 0n));
    const fee = swept.amount - credited;
    return fee <= 20_000n ? fee : null;
  }
  const op = opOf(tx);
  switch (op?.kind) {
    case "fulfilment": {
      const request = people.requests.find((one) => one.tx.txid === op.request.txid);
      const output = tx.outputs[1];
      if (request === undefined || output === undefined || !sameBytes(output.script, request.script))
        return null;
      books.paid += request.amount;
      return request.fee;
    }
    case "cancel":
      return people.requests.some((one) => one.tx.txid === first?.txid && first.vout === 2) ? 0n : null;
    case "pegInReturn": {
      const deposit = people.deposits.find((one) => one.tx.txid === op.deposit.txid);
      const home = deposit?.tx.inputs[0];
      const from = home === undefined ? undefined : chain.history.output(home);
      const output = tx.outputs[1];
      if (deposit === undefined || from === undefined || output === undefined) return null;
      if (!sameBytes(output.script, from.script)) return null;
      books.returned += deposit.amount;
      return 0n;
    }
    default:
      return null;
  }
}

/** Coins under the peg's key that back nothing: deposits nobody minted for, and fees of requests. */
export function reserved(truth: Truth): bigint {
  const { chain, stacks, people } = truth;
  return sum(chain.coins.values(), (coin) => {
    if (!isPeg(coin.script)) return 0n;
    if (coin.vout === 2 && people.requests.some(({ tx }) => tx.txid === coin.txid)) return coin.amount;
    return isUnminted(truth, stacks, coin.txid) ? coin.amount : 0n;
  });
}

/** Whether a coin is a deposit, or a deposit's sweep, that nobody minted for. */
function isUnminted({ people, chain }: Truth, { model }: Truth["stacks"], txid: string): boolean {
  const made = chain.history.transaction(parseTxid(txid))?.tx;
  const isSweepOf = (deposit: string): boolean =>
    made?.inputs.some((input) => input.txid === deposit && input.vout === 1) === true;
  const deposit = people.deposits.find(
    ({ tx, form }) => tx.txid === txid || (form === "script" && isSweepOf(tx.txid)),
  );
  return deposit !== undefined && model.deposits.get(`${deposit.tx.txid}:1`)?.state !== "minted";
}

/**
 * sBTC whose bitcoin have left already: paid in a block, and not settled yet.
 * @param withUnlocked also those whose lock a deep reorganisation took back: their owners' signatures still stand, and the
 * coordinator locks them again before it does anything else for them
 */
function paidAhead({ people, stacks, chain }: Truth, withUnlocked: boolean): bigint {
  return sum(people.requests, ({ tx: { txid }, amount }) => {
    const state = stacks.model.withdrawals.get(txid)?.state;
    if (state !== "locked" && !(withUnlocked && state === undefined)) return 0n;
    const spend = chain.history.spendOf({ txid, vout: 2 });
    const by = spend === undefined ? undefined : chain.history.transaction(spend.txid)?.tx;
    return by !== undefined && opOf(by)?.kind === "fulfilment" ? amount : 0n;
  });
}

/** sBTC without bitcoin behind them, satoshi; 0 where all is backed. */
export function shortfall(truth: Truth, withUnlocked = false): bigint {
  const backing = held(truth) - reserved(truth) + paidAhead(truth, withUnlocked);
  const owed = truth.stacks.model.supply;
  return owed > backing ? owed - backing : 0n;
}
