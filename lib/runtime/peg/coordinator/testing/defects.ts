import type { Defect, Patch } from "../../../../../test/defects.ts";
import { promises, type PromiseName } from "./simulation/promises.ts";

const patch = (file: string, find: string, replace: string): Patch => ({ file, find, replace });
const breaks = (...names: readonly PromiseName[]): readonly string[] => names.map((name) => promises[name]);

const peg = "lib/sbtc/peg";
const runtime = "lib/runtime/peg/coordinator";

/** Broken on purpose, each in a copy of the sources: the simulation has to notice every one. */
export const defects: readonly Defect[] = [
  {
    name: "a signed transaction is broadcast before it is stored",
    patches: [
      patch(
        `${runtime}/coordinator.ts`,
        "await this.#commit(store.map((record) => recordWrite(terms.contract, record)));",
        "",
      ),
      patch(
        `${runtime}/coordinator.ts`,
        "    await this.#commit(effects.store.map((record) => recordWrite(terms.contract, record)));\n",
        "",
      ),
      patch(
        `${runtime}/coordinator.ts`,
        "    await this.#carryOut(effects, facts);\n",
        "    await this.#carryOut(effects, facts);\n    await this.#commit(effects.store.map((record) => recordWrite(terms.contract, record)));\n",
      ),
    ],
    breaks: breaks("stored"),
    seed: 1,
  },
  {
    name: "a call is sent before it is stored",
    patches: [patch(`${peg}/fee-wallet/fee-wallet.ts`, "await this.#ports.save(call);", "")],
    breaks: breaks("stored"),
    seed: 1,
  },
  {
    name: "a request is known by the block it is in",
    patches: [
      patch(
        `${peg}/coordinator/intake.ts`,
        "return all.filter(({ id }) => !known.has(id));",
        "return all.filter(({ id }) => !known.has(id) || found.ops.some(({ block }) => block.height % 7 === 0)).map((one) => known.has(one.id) ? { ...one, id: `${one.id}/${found.ops[0]?.block.hash ?? ''}` as RecordId } : one);",
      ),
    ],
    breaks: breaks("once"),
    seed: 19,
  },
  {
    name: "a payout is settled in the block that holds it",
    patches: [
      patch(
        `${peg}/coordinator/peg-out.ts`,
        "if (confirmationsOf(facts, block.height) < facts.contract.limits.confirmations) return still(next);",
        "if (confirmationsOf(facts, block.height) < 1) return still(next);",
      ),
    ],
    breaks: breaks("due"),
    seed: 1,
  },
  {
    name: "a payout waits for no depth of its lock",
    patches: [
      patch(
        `${peg}/coordinator/payout.ts`,
        "if (confirmationsOf(facts, lockedAt(state, facts)) < contract.limits.confirmations) return still(idle);",
        "",
      ),
    ],
    breaks: breaks("due"),
    seed: 1,
  },
  {
    name: "the change of a payout is one satoshi short",
    patches: [
      patch(
        "lib/sbtc/transactions/peg-out.ts",
        "...(change > 0n ? [{ amount: change, script: request.pegScript }] : []),",
        "...(change > 1n ? [{ amount: change - 1n, script: request.pegScript }] : []),",
      ),
    ],
    breaks: breaks("books", "fee", "due"),
    seed: 1,
  },
  {
    name: "a request is cancelled while its payout is in a block",
    patches: [
      patch(
        `${peg}/coordinator/peg-out.ts`,
        "if (done === null) return payOrCancel(record, state, facts);",
        "if (done === null || facts.contract.burnHeight > state.expires) return payOrCancel(record, state, facts);",
      ),
    ],
    breaks: breaks("due", "once"),
    seed: 8,
  },
  {
    name: "a request is cancelled before it has expired",
    patches: [
      patch(
        `${peg}/coordinator/payout.ts`,
        "const isExpired = facts.contract.burnHeight > expires + grace;",
        "const isExpired = facts.contract.burnHeight > expires + grace - 5;",
      ),
    ],
    breaks: breaks("due"),
    seed: 8,
  },
  {
    name: "a deficit is not looked at",
    patches: [
      patch(
        `${peg}/coordinator/planning.ts`,
        "return owed > heldNow ? owed - heldNow : 0n;",
        "return 0n * (owed - heldNow);",
      ),
    ],
    breaks: breaks("due", "backed"),
    seed: 19,
  },
  {
    name: "coins of deposits that nobody minted for are spent",
    patches: [patch(`${peg}/coordinator/planning.ts`, "kept.add(outpointKey(outpointOf(record)));", "")],
    breaks: breaks("backed", "due", "books", "kept"),
    seed: 7,
  },
  {
    name: "a deposit that was minted for is minted for again once a block is taken back",
    patches: [
      patch(
        `${peg}/coordinator/peg-in.ts`,
        "      return minted(record, found.state, facts);",
        '      return record.history.some(({ tag }) => tag === "unbacked") || facts.chain.place(record.deposit.txid)?.hash !== (record.state.tag === "minted" ? record.state.block.hash : facts.chain.place(record.deposit.txid)?.hash) ? undecided(record, found, facts) : minted(record, found.state, facts);',
      ),
    ],
    breaks: breaks("due", "sound", "kept"),
    seed: 1,
  },
  {
    name: "a deposit is minted one block too early",
    patches: [
      patch(
        `${peg}/coordinator/peg-in.ts`,
        "if (confirmationsOf(facts, block.height) < contract.limits.confirmations) return still(confirming);",
        "if (confirmationsOf(facts, block.height) + 1 < contract.limits.confirmations) return still(confirming);",
      ),
    ],
    breaks: breaks("due"),
    seed: 1,
  },
  {
    name: "a swept deposit is minted for what was paid in, not for what came in",
    patches: [
      patch(
        `${peg}/coordinator/peg-in-script.ts`,
        "const amount = parseTransaction(sweep.raw).outputs[0]?.amount ?? 0n;",
        "parseTransaction(sweep.raw); const { amount } = record;",
      ),
    ],
    breaks: breaks("due", "backed"),
    seed: 1,
  },
  {
    name: "a round that was refused is asked for no more",
    patches: [
      patch(
        `${peg}/coordinator/facts.ts`,
        "record.hold?.retryAt !== null && record.hold !== null && now < record.hold.retryAt;",
        "record.hold !== null && now < Infinity;",
      ),
    ],
    breaks: breaks("kept"),
    seed: 3,
  },
  {
    name: "blocks that were orphaned while nobody looked are not undone",
    patches: [
      patch(
        `${runtime}/follower.ts`,
        "return best !== null && best.hash !== hash;",
        "return best === null && hash === '';",
      ),
    ],
    breaks: breaks("sound", "kept", "due"),
    seed: 1,
  },
  {
    name: "what the group did while the disk was away is not recognised",
    patches: [
      patch(
        `${runtime}/adoption.ts`,
        "else found.push({ ...record, signed: [...record.signed, entry] });",
        "",
      ),
    ],
    breaks: breaks("kept"),
    seed: 24,
  },
  {
    name: "a call nobody wants any more keeps its nonce",
    patches: [
      patch(`${peg}/fee-wallet/fee-wallet.ts`, "await this.#closeGaps(told, key);", ""),
      patch(
        `${peg}/fee-wallet/fee-wallet.ts`,
        "await this.#closeGaps(await this.#ports.node.nextNonce(this.#ports.address), known.key);",
        "",
      ),
    ],
    breaks: breaks("kept"),
    seed: 119,
  },
  {
    name: "a payout whose fee rises pays the second time as well",
    patches: [
      patch(
        `${peg}/coordinator/payout.ts`,
        "plannedWith(buildReplacement(old, feeTerms(facts, facts.rate)), facts, payout.plan.purpose),",
        "plannedWith(buildReplacement({ ...old, core: { ...old.core, outputs: old.core.outputs.map((output, i) => i === 1 ? { ...output, amount: output.amount + 1n } : output) } }, feeTerms(facts, facts.rate)), facts, payout.plan.purpose),",
      ),
    ],
    breaks: breaks("due", "books", "fee"),
    seed: 90,
  },
];
