import { formatBitcoin } from "../../amount.ts";
import { outpointKey, sameBytes, toHex } from "../../bytes.ts";
import type { PegCoin } from "../../bitcoin/ledger.ts";
import { addressOf } from "../../bitcoin/script.ts";
import { parseTransaction, type BitcoinTx } from "../../bitcoin/transaction.ts";
import type { SetWalletAction } from "../../contract/actions.ts";
import type { RegisteredSigner } from "../../contract/queries.ts";
import { parseHandOff } from "../../ops/hand-off.ts";
import { parseGroupKey, pegScript } from "../../ops/peg-script.ts";
import { total } from "../../transactions/plan.ts";
import { maxPegInputs } from "../../transactions/select.ts";
import { certificateCodec, isCertificateOf, keysOf, type Roster } from "../../../rounds/index.ts";
import type { ReadTransaction } from "../operation/transaction.ts";
import type { Purpose, TransactionProposal } from "../proposal.ts";
import { checkChange, checkFee, checkPayments, sortInputs } from "./coins.ts";
import type { ContractFacts, PegSetting, Standing, SuccessorFacts } from "./evidence.ts";
import { refuseTo, type CheckBook } from "./result.ts";
import { needStacks } from "./standing.ts";

/** W1: the address the contract will show is that of the key. */
export function checkWalletAddress(
  book: CheckBook,
  { address, key }: SetWalletAction,
  { setting }: Standing,
): void {
  book.check("W1", () => {
    const own = addressOf(pegScript(parseGroupKey(key), "peg").script, setting.network);
    if (own !== address) refuseTo("wrongPegAddress", `the key's address is ${own ?? "none"}, not ${address}`);
    return `${address} is the address of key ${toHex(key).slice(0, 16)}….`;
  });
}

/**
 * H1: the key is certified by every member of a group whose shares were all seen to work, whose members this seat has
 * reason to know, and which the person here confirmed. A complete group of the coordinator's own tabs has the first two.
 */
export function checkSuccessor(book: CheckBook, key: Uint8Array, successor: SuccessorFacts | null): void {
  book.find("H1", () => {
    const certificate = successor?.certificate ?? null;
    if (successor === null || certificate === null)
      return refuseTo(
        "successorUnknown",
        "this seat has no certificate of that key: nobody is known to have made it",
      );
    const { roster } = certificate;
    const decoded = certificateCodec.decode(certificate.bytes);
    if (
      !decoded.ok ||
      !sameBytes(decoded.value.groupPublicKey.subarray(1), key) ||
      !isCertificateOf(roster, decoded.value)
    )
      refuseTo("successorUnknown", "the certificate shown is not of that key");
    if (!successor.alive) refuseTo("successorNotAlive", "not every share of the next group was seen to work");
    const keys = keysOf(roster);
    if (roster.threshold * 2 <= keys)
      refuseTo(
        "successorNotAlive",
        `${roster.threshold} of ${keys} keys is no majority: two halves could sign apart`,
      );
    if (!successor.tookPart && !isRegistered(roster, needStacks(successor.registry)))
      refuseTo(
        "successorNotYours",
        "you have no seat in the next group, and its members are not the ones the contract has registered",
      );
    if (!successor.confirmed)
      refuseTo(
        "successorNotConfirmed",
        "compare the next group's names and code with its members, and type the code here",
      );
    const names = roster.seats.map(({ name }) => name).join(", ");
    return {
      says: `${roster.name}: ${names}; ${roster.threshold} of ${keys} keys; code ${certificate.code}. Every share works.`,
      value: true,
      asks: true,
    };
  });
}

/** The registry of the contract holds exactly these seats, in any order. */
function isRegistered({ seats }: Roster, registry: readonly RegisteredSigner[]): boolean {
  const line = (identity: string, weight: number): string => `${identity}/${weight}`;
  const wanted = seats.map(({ identity, weight }) => line(identity, weight)).sort();
  const found = registry.map(({ key, weight }) => line(toHex(key.subarray(1)), weight)).sort();
  return wanted.length === found.length && wanted.every((each, i) => each === found[i]);
}

/** H2 to H6 for the transactions that move the peg's coins to the next group. */
export function checkHandOff(
  book: CheckBook,
  purpose: Extract<Purpose, { tag: "handOff" }>,
  read: ReadTransaction,
  standing: Standing,
  contract: ContractFacts,
): void {
  const { memory, ledger, setting, chain } = standing;
  book.check("H2", () => {
    // The contract's epoch has moved on with the announcement: this group was in charge in the one before.
    const cycle = contract.wallet.epoch - 1n;
    const { rewardCycle } = parseHandOff(read.tx, setting);
    if (purpose.cycle !== cycle || rewardCycle !== cycle)
      refuseTo(
        "wrongCycle",
        `this group's cycle is ${cycle.toString()}, the hand-off says ${rewardCycle.toString()}`,
      );
    return `Announced on the contract; cycle ${cycle.toString()}.`;
  });
  const others = memory
    .transactions("handOff")
    .filter(({ proposal }) => proposal.purpose.tag === "handOff" && proposal.purpose.cycle === purpose.cycle);
  const moved = movedCoins([...others.map(({ proposal }) => proposal), read.proposal]);
  const sources = book.find("H3", () => {
    const value = sortInputs(read, [], standing, contract.coordinator);
    // What came in the last blocks may follow by itself: otherwise a payment per block could hold a hand-off up for ever.
    const left = ledger
      .spendable()
      .filter((coin) => !moved.has(outpointKey(coin)) && isMature(coin, chain.height, setting));
    // Fifty coins fit one transaction: more of them leave in several, the full ones first.
    const coins = read.tx.inputs.length - (value.fees === null ? 0 : 1);
    if (left.length > 0 && coins < maxPegInputs)
      refuseTo("coinsLeftBehind", `${left.length} coins of ${formatBitcoin(total(left))} BTC would stay`);
    return { says: `${coins} coins of ${formatBitcoin(value.peg)} BTC.`, value };
  });
  if (sources === null) book.skip("H4");
  else {
    book.check("H4", () => {
      const next = pegScript(parseGroupKey(purpose.nextKey), "peg").script;
      checkPayments(read, [null, { amount: sources.peg, script: next }], standing);
      checkChange(read, 2, 0n, sources, standing);
      const fee = checkFee(sources, standing);
      if (isLate(read, others, standing))
        return `Paid to this group after its coins had left: all of it follows; ${fee}, paid by the fee wallet.`;
      const isLast = ledger
        .spendable()
        .every((coin) => moved.has(outpointKey(coin)) || !isMature(coin, chain.height, setting));
      // Counted by coin: an attempt that another replaced moves nothing more.
      const handed = [...moved.values()].reduce((sum, amount) => sum + amount, 0n);
      if (isLast && handed < contract.supply - standing.paidAhead)
        refuseTo("belowSupply", `${formatBitcoin(handed)} BTC for ${formatBitcoin(contract.supply)} sBTC`);
      return `All of it arrives; ${fee}, paid by the fee wallet.`;
    });
  }
  book.check("H5", () => {
    const pending = memory.transactions("fulfilment").find(({ tx, height }) => {
      const [input] = tx.inputs;
      const open = input !== undefined && ledger.coin(input) !== null;
      return open && contract.burnHeight - height <= contract.limits.lifetime;
    });
    if (pending !== undefined)
      refuseTo("payoutsInFlight", `${pending.tx.txid} was approved and is not confirmed`);
    return "Every payment approved here is confirmed or expired.";
  });
  book.check("H6", () => {
    for (const { proposal } of others) {
      if (proposal.purpose.tag === "handOff" && !sameBytes(proposal.purpose.nextKey, purpose.nextKey))
        refuseTo(
          "secondHandOff",
          `this seat approved handing cycle ${purpose.cycle.toString()} to another key`,
        );
    }
    return "None to another key in this cycle.";
  });
}

/** Peg coins that transactions take along: their names, and satoshi. */
function movedCoins(proposals: readonly TransactionProposal[]): ReadonlyMap<string, bigint> {
  return new Map(
    proposals.flatMap(({ unsigned, spends }) =>
      parseTransaction(unsigned).inputs.flatMap((input, i): [string, bigint][] => {
        const spend = spends[i];
        return spend === undefined || spend.signer.tag === "wallet"
          ? []
          : [[outpointKey(input), spend.amount]];
      }),
    ),
  );
}

/** Confirmed deep enough, at a height of the chain, that a hand-off must not leave it behind. */
const isMature = ({ height }: Pick<PegCoin, "height">, at: number, { confirmations }: PegSetting): boolean =>
  height !== null && height <= at - confirmations + 1;

/**
 * True where every coin came too late for the hand-off that this seat approved first. That one took all there was, and was
 * held against the supply; what the next group has minted since is no business of the old coins.
 */
function isLate(
  { tx, proposal }: ReadTransaction,
  others: readonly { readonly tx: BitcoinTx; readonly height: number }[],
  { ledger, setting }: Standing,
): boolean {
  const earlier = others.filter((other) => other.tx.txid !== tx.txid);
  if (earlier.length === 0) return false;
  const first = Math.min(...earlier.map(({ height }) => height));
  return tx.inputs.every((input, i) => {
    const coin = ledger.coin(input);
    return proposal.spends[i]?.signer.tag === "wallet" || (coin !== null && !isMature(coin, first, setting));
  });
}
