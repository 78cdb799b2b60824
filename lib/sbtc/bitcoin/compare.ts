import { outpointKey, sameBytes, type BlockHash, type Txid } from "../bytes.ts";
import { Refusal, refuse } from "../refusal.ts";
import type { FeeRate } from "../transactions/size.ts";
import type { BitcoinNode, BlockRef, FeeRates, Outspend, Utxo } from "./node.ts";
import { selfChecking } from "./self-checking.ts";

/** Tips of two honest sources differ by no more than this for long. */
export const maxTipDifference = 2;

/** How several sources are held against each other. */
export interface CompareOptions {
  /** Sources of different operators that must answer: 2 outside of devnet. */
  readonly minSources: number;
}

/**
 * Several sources as one. What proves itself (transactions, blocks, headers, proofs) is taken from the first that has it;
 * what only a source can say (unspentness, coins of a script, tips) must be said alike by all. A missing or dissenting
 * source refuses with a code; nobody is outvoted, since an operator who hides something must not be.
 */
export function compareSources(nodes: readonly BitcoinNode[], { minSources }: CompareOptions): BitcoinNode {
  const sources = nodes.map(selfChecking);
  const operators = new Set(nodes.map(({ operator }) => operator));
  if (operators.size < minSources) {
    refuse(
      "sourceMissing",
      `${minSources} Bitcoin sources of different operators are needed, ${operators.size} are set`,
    );
  }
  const [only] = sources;
  if (only === undefined) return refuse("sourceMissing", "no Bitcoin source is set");

  /** Every source's answer, or a refusal where fewer than needed gave one. */
  async function all<T>(
    ask: (node: BitcoinNode) => Promise<T>,
  ): Promise<readonly { operator: string; value: T }[]> {
    const settled = await Promise.allSettled(sources.map(ask));
    const answers: { operator: string; value: T }[] = [];
    let failure: unknown;
    settled.forEach((result, i) => {
      if (result.status === "fulfilled")
        answers.push({ operator: sources[i]?.operator ?? "", value: result.value });
      else failure = result.reason;
    });
    if (answers.length === 0) throw failure;
    const distinct = new Set(answers.map(({ operator }) => operator));
    if (distinct.size < minSources) {
      const reason = failure instanceof Error ? failure.message : "no answer";
      throw new Refusal(
        "sourceMissing",
        `only ${distinct.size} of ${minSources} sources answered (${reason})`,
      );
    }
    return answers;
  }

  /** The first answer that proves itself. */
  async function any<T>(ask: (node: BitcoinNode) => Promise<T>): Promise<T> {
    let failure: unknown;
    for (const source of sources) {
      try {
        return await ask(source);
      } catch (error) {
        // "Not found" from one source says less than a real failure of another.
        if (failure === undefined || !(error instanceof Refusal) || error.code !== "nodeNotFound")
          failure = error;
      }
    }
    throw failure;
  }

  return {
    operator: [...operators].join(" + "),

    async tip(): Promise<BlockRef> {
      const tips = await all((node) => node.tip());
      const heights = tips.map(({ value }) => value.height);
      const lowest = Math.min(...heights);
      if (Math.max(...heights) - lowest > maxTipDifference) {
        const said = tips.map(({ operator, value }) => `${operator} ${value.height}`).join(", ");
        refuse("sourceStale", `the sources' tips are more than ${maxTipDifference} blocks apart: ${said}`);
      }
      // The lowest is the one all of them can answer questions about.
      return tips.find(({ value }) => value.height === lowest)?.value ?? refuse("sourceMissing", "no tip");
    },

    async blockHash(height): Promise<BlockHash> {
      const [first, ...others] = await all((node) => node.blockHash(height));
      if (first === undefined) return refuse("sourceMissing", "no answer");
      const other = others.find(({ value }) => value !== first.value);
      return other === undefined
        ? first.value
        : refuse(
            "sourcesDisagree",
            `block ${height} is ${first.value} at ${first.operator}, ${other.value} at ${other.operator}`,
          );
    },

    headers: (fromHeight, count) => any((node) => node.headers(fromHeight, count)),
    block: (hash) => any((node) => node.block(hash)),
    transaction: (txid) => any((node) => node.transaction(txid)),
    merkleProof: (txid) => any((node) => node.merkleProof(txid)),

    async outspend(outpoint): Promise<Outspend> {
      const answers = await all((node) => node.outspend(outpoint));
      const [first] = answers;
      if (first === undefined) return refuse("sourceMissing", "no answer");
      if (answers.some(({ value }) => value.spent !== first.value.spent)) {
        refuse("sourcesDisagree", `the sources do not agree whether ${outpointKey(outpoint)} is spent`);
      }
      // One that names the spender is worth more than one that only says so.
      return answers.find(({ value }) => value.spent && value.by !== null)?.value ?? first.value;
    },

    async utxos(script): Promise<readonly Utxo[]> {
      const answers = await all((node) => node.utxos(script));
      return mergeUtxos(answers.map(({ value }) => value));
    },

    async feeRates(): Promise<FeeRates> {
      const rates = (await all((node) => node.feeRates())).map(({ value }) => value);
      return {
        fast: middle(rates.map((r) => r.fast)),
        normal: middle(rates.map((r) => r.normal)),
        slow: middle(rates.map((r) => r.slow)),
      };
    },

    async broadcast(raw): Promise<Txid> {
      const results = await Promise.allSettled(sources.map((node) => node.broadcast(raw)));
      const accepted = results.find((result) => result.status === "fulfilled");
      if (accepted !== undefined) return accepted.value;
      // A reason for the rejection helps; that a source was not reached does not.
      const failures = results.flatMap((result) =>
        result.status === "rejected" ? [result.reason as unknown] : [],
      );
      throw (
        failures.find((error) => error instanceof Refusal && error.code === "nodeRejected") ?? failures[0]
      );
    },
  };
}

/**
 * Confirmed coins must be the same everywhere; an unconfirmed one counts where every source that knows it agrees on it,
 * since mempools differ for honest reasons.
 * @throws Refusal `sourcesDisagree`
 */
function mergeUtxos(lists: readonly (readonly Utxo[])[]): readonly Utxo[] {
  const merged = new Map<string, Utxo>();
  const counts = new Map<string, number>();
  for (const utxo of lists.flat()) {
    const key = outpointKey(utxo);
    const other = merged.get(key);
    if (other !== undefined && (other.amount !== utxo.amount || !sameBytes(other.script, utxo.script))) {
      refuse("sourcesDisagree", `the sources do not agree on ${key}`);
    }
    if (other === undefined || other.height === null) merged.set(key, utxo);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const [key, utxo] of merged) {
    if (utxo.height !== null && counts.get(key) !== lists.length) {
      refuse("sourcesDisagree", `not every source knows the confirmed coin ${key}`);
    }
  }
  return [...merged.values()];
}

/** The median, the lower of two: one source alone cannot drive the fee up. */
function middle(rates: readonly FeeRate[]): FeeRate {
  const sorted = [...rates].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? refuse("sourceMissing", "no fee rate");
}
