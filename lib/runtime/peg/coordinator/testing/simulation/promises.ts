import { outpointKey, parseTxid } from "../../../../../sbtc/bytes.ts";
import { outpointOf, type HoldCode, type PegRecord } from "../../../../../sbtc/peg/queue/record.ts";
import { comesTo, keepBooks, shortfall } from "./books.ts";
import { confirmedTransactions, held, isPeg, opOf, spenderOf, sum, type Truth } from "./reading.ts";
import { depth, terms } from "./setting.ts";

/** What every run has to keep. */
export const promises = {
  books:
    "held = peg-ins + request fees + fee wallet's inputs + top-ups - paid - returned - its change - miners' fees",
  fee: "the peg pays no miner",
  purpose: "the peg's coins move for what somebody asked for",
  supply: "free + locked = minted - settled",
  backed: "held >= free + locked unless a reorganisation reached what was final",
  once: "no request is processed twice",
  kept: "no request is lost: each ends in a state with a reason",
  due: "the group is asked for nothing that is not due",
  stored: "what leaves is on disk before",
  sound: "the program makes no mistake of its own",
  resumed: "what a top-up makes whole goes on",
} as const;
export type PromiseName = keyof typeof promises;

/** A promise the run broke, and how. */
export interface Broken {
  readonly promise: PromiseName;
  readonly detail: string;
}

/** What must be true of both chains at any moment. @param deepest blocks the deepest reorganisation so far took back */
export function brokenNow(truth: Truth, deepest: number): readonly Broken[] {
  const { people, stacks } = truth;
  const { model } = stacks;
  const broken: Broken[] = [];
  const say = (promise: PromiseName, detail: string): void => void broken.push({ promise, detail });
  const { books, wrong } = keepBooks(truth);
  for (const { kind, detail } of wrong) say(kind, detail);
  if (comesTo(books) !== held(truth)) say("books", `${held(truth)} are held, ${comesTo(books)} should be`);

  const minted = sum(model.deposits.values(), ({ state, amount }) => (state === "minted" ? amount : 0n));
  const ended = (which: string): bigint =>
    sum(model.withdrawals.values(), ({ state, amount }) => (state === which ? amount : 0n));
  const locked = model.balance(terms.contract);
  const free = model.supply - locked;
  if (free + locked !== minted - ended("settled"))
    say("supply", `${free} + ${locked} of ${minted} minted and ${ended("settled")} settled`);
  if (locked !== ended("locked"))
    say("supply", `the contract holds ${locked}, ${ended("locked")} are locked`);

  // A reorganisation of k blocks takes back the block in which something had just its k confirmations.
  if (deepest < depth) {
    if (shortfall(truth) > 0n) say("backed", `${shortfall(truth)} satoshi of sBTC are not backed`);
    for (const { tx } of people.requests) {
      const spend = truth.chain.history.spendOf({ txid: tx.txid, vout: 2 });
      const by = spend === undefined ? undefined : truth.chain.history.transaction(spend.txid)?.tx;
      const isPaid = by !== undefined && opOf(by)?.kind === "fulfilment";
      if (isPaid && model.withdrawals.get(tx.txid)?.state === "refunded")
        say("once", `${tx.txid} was paid and refunded`);
    }
  }
  return broken;
}

const ends = new Set(["minted", "returned", "settled", "refunded", "declined", "needsPerson"]);
/** What a request may wait for when everybody agrees, trading goes on and all is backed: somebody outside. */
const outside: ReadonlySet<HoldCode> = new Set<HoldCode>([
  "requestOrphaned",
  "bitcoinRefused",
  "balanceTooLow",
  "messageUsed",
  "feeTooLow",
  "returnAddressMissing",
]);

/** What must be true once everything has had its time. */
export function brokenAtEnd(truth: Truth, records: readonly PegRecord[]): readonly Broken[] {
  const broken: Broken[] = [];
  const { people } = truth;
  const known = new Map<string, number>();
  for (const record of records) {
    const key = outpointKey(outpointOf(record));
    known.set(key, (known.get(key) ?? 0) + 1);
  }
  for (const [key, count] of known)
    if (count > 1) broken.push({ promise: "once", detail: `${key} stands in the queue ${count} times` });
  const confirmed = new Set(confirmedTransactions(truth).map(({ txid }) => txid));
  const expected = [
    ...people.deposits.map(({ tx }) => ({ txid: tx.txid, vout: 1 })),
    ...people.requests.map(({ tx }) => ({ txid: tx.txid, vout: 2 })),
  ];
  for (const outpoint of expected)
    if (confirmed.has(parseTxid(outpoint.txid)) && !known.has(outpointKey(outpoint)))
      broken.push({ promise: "kept", detail: `${outpointKey(outpoint)} is in a block and not in the queue` });
  for (const record of records) {
    const { id, state, hold } = record;
    // Only the group can spend what is the peg's, and only a depositor what is not swept.
    const spender = spenderOf(truth, outpointOf(record));
    const isMisread =
      (state.tag === "needsPerson" && state.reason === "spentElsewhere") ||
      (hold?.code === "reclaimed" && spender?.outputs.some(({ script }) => isPeg(script)) === true);
    if (isMisread)
      broken.push({ promise: "kept", detail: `${id} was ended by the group, and says otherwise` });
    if (ends.has(state.tag)) continue;
    if (hold === null) broken.push({ promise: "kept", detail: `${id} stays ${state.tag}, without a reason` });
    else if (!outside.has(hold.code))
      broken.push({ promise: "kept", detail: `${id} stays ${state.tag} for ${hold.code}: ${hold.detail}` });
  }
  if (shortfall(truth) > 0n)
    broken.push({ promise: "resumed", detail: `${shortfall(truth)} are not backed after the top-up` });
  return broken;
}
