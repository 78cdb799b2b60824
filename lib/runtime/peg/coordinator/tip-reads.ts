import { serializeCV } from "@stacks/transactions";
import type { StacksInfo, StacksNode } from "../../../sbtc/stacks/node.ts";
import type { Query } from "../../../sbtc/stacks/query.ts";

/** The part of a Stacks node that is asked with every look. */
export type ContractReader = Pick<StacksNode, "info" | "read">;

/**
 * A node whose answers about contracts are kept while its tip stays, since only a block can change them. `info` always
 * asks; where the tip has another id, or Bitcoin another height, which contracts can read, everything is forgotten: a
 * reorganisation is read anew whatever its height. Ask `info` first in every look, as what is kept is as good as the last
 * answer to it. A chain that leaves a tip and returns to it between two answers is not noticed before its next block, which
 * costs the coordinator time and nothing else; signers do not read through this.
 */
export class TipReads implements ContractReader {
  readonly #node: ContractReader;
  #tip: string | null = null;
  #kept = new Map<string, unknown>();

  constructor(node: ContractReader) {
    this.#node = node;
  }

  async info(): Promise<StacksInfo> {
    const info = await this.#node.info();
    const tip = `${info.stacksTip}/${info.burnBlockHeight}`;
    if (tip !== this.#tip) this.#kept = new Map();
    this.#tip = tip;
    return info;
  }

  async read<T>(query: Query<T>): Promise<T> {
    const key = [query.contract, query.functionName, ...query.args.map((arg) => serializeCV(arg))].join("/");
    // An answer that arrives after the tip has moved goes into the map that was let go.
    const kept = this.#kept;
    if (kept.has(key)) return kept.get(key) as T;
    const answer = await this.#node.read(query);
    kept.set(key, answer);
    return answer;
  }
}
