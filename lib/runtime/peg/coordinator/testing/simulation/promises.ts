import { outpointKey, sameBytes } from "../../../../../sbtc/bytes.ts";
import { readOperation, type ChainOp } from "../../../../../sbtc/ops/operation.ts";
import type { BitcoinTx } from "../../../../../sbtc/bitcoin/transaction.ts";
import type { PegRecord } from "../../../../../sbtc/peg/queue/record.ts";
import { depth, group, terms, type SimWorld } from "./world.ts";

/** A promise the run broke, in a sentence. */
export type Broken = string;

const isPeg = (script: Uint8Array | undefined): boolean =>
  script !== undefined && sameBytes(script, group.script);

function opOf(tx: BitcoinTx): ChainOp | null {
  const reading = readOperation(tx, { network: terms.network, dialect: "D2", pegScript: group.script });
  return reading.tag === "op" ? reading.op : null;
}

/** What must be true of both chains at any moment. */
export function brokenNow(world: SimWorld): readonly Broken[] {
  const broken: Broken[] = [];
  const { model } = world.stacks;
  let expected = 0n;
  const paid = new Map<string, bigint>();
  for (const { tx } of world.confirmedTransactions()) {
    const spentPeg = tx.inputs.filter((input) => isPeg(world.output(input.txid, input.vout)?.script));
    const toPeg = tx.outputs.reduce((sum, output) => (isPeg(output.script) ? sum + output.amount : sum), 0n);
    if (spentPeg.length === 0) {
      // Deposits, requests' fees, sweeps, top-ups: all of it is the peg's.
      expected += toPeg;
      continue;
    }
    // The peg gives what the operation names, and nothing to miners but what a request offered.
    const op = opOf(tx);
    const fee = (vout: number): bigint => world.output(tx.inputs[0]!.txid, vout)?.amount ?? 0n;
    switch (op?.kind) {
      case "fulfilment": {
        const key = outpointKey(op.request);
        paid.set(key, (paid.get(key) ?? 0n) + op.amount);
        expected -= op.amount + fee(2);
        const request = world.requests.find((one) => one.tx.txid === op.request.txid);
        if (request?.amount !== op.amount || !sameBytes(request.script, op.recipientScript))
          broken.push(`${tx.txid} pays something nobody asked for`);
        break;
      }
      case "cancel":
        expected += op.returnedToPeg - fee(2);
        break;
      case "pegInReturn": {
        expected -= world.output(op.deposit.txid, op.deposit.vout)?.amount ?? 0n;
        break;
      }
      default:
        broken.push(`${tx.txid} spends the peg without a purpose`);
    }
  }
  if (expected !== world.held())
    broken.push(`the peg holds ${world.held()}, its operations come to ${expected}`);
  const minted = sum(model.deposits.values(), ({ state, amount }) => (state === "minted" ? amount : 0n));
  const settled = sum(model.withdrawals.values(), ({ state, amount }) => (state === "settled" ? amount : 0n));
  if (model.supply !== minted - settled)
    broken.push(`supply ${model.supply}, minted ${minted}, settled ${settled}`);
  const locked = sum(model.withdrawals.values(), ({ state, amount }) => (state === "locked" ? amount : 0n));
  if (model.balance(terms.contract) !== locked) broken.push("the contract holds other than what is locked");
  const isDeep = world.deepest >= depth;
  for (const [key, amount] of paid) {
    const request = world.requests.find(({ tx }) => `${tx.txid}:2` === key);
    if (request !== undefined && amount !== request.amount) broken.push(`${key} was paid ${amount}`);
    if (!isDeep && model.withdrawals.get(key.slice(0, 64))?.state === "refunded")
      broken.push(`${key} was paid and refunded`);
  }
  if (!isDeep) {
    const reserved = reservedCoins(world);
    const ahead = sum(model.withdrawals.entries(), ([txid, { state, amount }]) =>
      state === "locked" && paid.has(`${txid}:2`) ? amount : 0n,
    );
    if (world.held() - reserved < model.supply - ahead)
      broken.push(
        `held ${world.held()} without ${reserved} reserved, against a supply of ${model.supply} (${ahead} paid ahead)`,
      );
  }
  return broken;
}

/** Coins under the peg's key that are not backing: deposits nobody minted for, and fees of requests. */
function reservedCoins(world: SimWorld): bigint {
  const { model } = world.stacks;
  let reserved = 0n;
  for (const coin of world.chain.coins.values()) {
    if (!isPeg(coin.script)) continue;
    const tx = world.chain.history.transaction(coin.txid)?.tx;
    const kind = tx === undefined ? undefined : opOf(tx)?.kind;
    if (kind === "pegIn" && model.deposits.get(outpointKey(coin))?.state !== "minted")
      reserved += coin.amount;
    if (kind === "pegOutRequest" && coin.vout === 2) reserved += coin.amount;
  }
  return reserved;
}

function sum<T>(items: Iterable<T>, amount: (item: T) => bigint): bigint {
  let total = 0n;
  for (const item of items) total += amount(item);
  return total;
}

const ends = new Set(["minted", "returned", "settled", "refunded", "declined", "needsPerson"]);

/** What must be true once everything has had its time: no request is lost, each has ended or says what it waits for. */
export function brokenAtEnd(world: SimWorld, records: readonly PegRecord[]): readonly Broken[] {
  const broken: Broken[] = [];
  const byTxid = new Map(records.map((record) => [record.id.split(":")[1] ?? "", record]));
  for (const { tx } of world.confirmedTransactions()) {
    const isOurs = tx.inputs.some((input) => isPeg(world.output(input.txid, input.vout)?.script));
    const pays = tx.outputs.some(({ script }) => isPeg(script));
    const isSweep = tx.inputs.some((input) => byTxid.has(input.txid));
    if (pays && !isOurs && !isSweep && !byTxid.has(tx.txid))
      broken.push(`${tx.txid} pays the peg and is not in the queue`);
  }
  for (const { id, state, hold } of records)
    if (!ends.has(state.tag) && hold === null) broken.push(`${id} stays ${state.tag} and does not say why`);
  return broken;
}
