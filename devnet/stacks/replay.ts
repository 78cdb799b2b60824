import { hexToBytes } from "@noble/hashes/utils.js";
import { Cl, type ClarityValue } from "@stacks/transactions";
import type { Entry } from "./journal.ts";
import { Ledger } from "./ledger.ts";
import { Machine, type Step } from "./machine.ts";
import { Mempool } from "./mempool.ts";
import { verifyTransaction } from "./transaction.ts";
import type { Execution } from "./vm.ts";

/** A step with what the machine cannot know about it: the verdict on post-conditions. */
export type ChainStep = Step & { readonly result?: ClarityValue; readonly why?: string };

/** What a chain must remember, apart from what running its steps gives. */
export interface History {
  steps: ChainStep[];
  readonly mempool: Mempool;
  /** Why transactions left the mempool without being mined, by id. */
  readonly dropped: Map<string, string>;
  /** After a reorganisation nothing is mined on the old tip: the next Bitcoin block decides. */
  awaitingBurn: boolean;
}

/** What running the steps gives: a machine, and its ledger. */
export interface Built {
  readonly machine: Machine;
  readonly ledger: Ledger;
}

/** The history that journal entries tell. */
export function replay(past: readonly Entry[]): History {
  const history: History = { steps: [], mempool: new Mempool(), dropped: new Map(), awaitingBurn: true };
  for (const entry of past) replayEntry(history, entry);
  return history;
}

/** Takes back every step after the fork; transactions go back to where they waited. */
export function truncate(history: History, forkHeight: number): void {
  const { steps, mempool } = history;
  const cut = steps.findIndex((step) => step.tag === "burn" && step.block.height > forkHeight);
  if (cut === -1) return;
  mempool.restore(steps.slice(cut).flatMap((step) => (step.tag === "burn" ? [] : [step.transaction])));
  history.steps = steps.slice(0, cut);
  history.awaitingBurn = true;
}

/** Runs steps from genesis. */
export async function build(steps: readonly ChainStep[]): Promise<Built> {
  const machine = await Machine.start();
  const ledger = new Ledger();
  for (const step of steps) enter(ledger, step, machine.apply(step), machine.vm.blockHeight);
  return { machine, ledger };
}

/** Remembers a step a machine has just taken. */
export function enter(ledger: Ledger, step: ChainStep, execution: Execution | null, height: number): void {
  if (step.tag === "burn") ledger.burn(step.block, height);
  else if (execution !== null) ledger.ran(step.transaction, execution, height);
  else ledger.paid(step.transaction, step.result ?? Cl.error(Cl.none()), step.why ?? "", height);
}

function replayEntry(history: History, entry: Entry): void {
  const { mempool, dropped, steps } = history;
  switch (entry.tag) {
    case "burn": {
      const { height, hash, time } = entry;
      steps.push({ tag: "burn", block: { height, hash, time } });
      history.awaitingBurn = false;
      return;
    }
    case "reorg":
      truncate(history, entry.forkHeight);
      return;
    case "submitted":
      mempool.append(verifyTransaction(hexToBytes(entry.bytes)));
      return;
    case "mined": {
      const transaction = mempool.get(entry.txid);
      if (transaction === undefined) throw new Error(`the journal mines ${entry.txid} before it came`);
      mempool.remove(entry.txid);
      const { held, result, why } = entry;
      steps.push(
        held
          ? { tag: "run", transaction }
          : { tag: "payOnly", transaction, result: Cl.deserialize(result), why },
      );
      return;
    }
    case "dropped":
      mempool.remove(entry.txid);
      dropped.set(entry.txid, entry.why);
  }
}
