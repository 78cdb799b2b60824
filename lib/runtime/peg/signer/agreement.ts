import { toHex } from "../../../sbtc/bytes.ts";
import { Refusal, refuse, type Outcome } from "../../../sbtc/refusal.ts";
import type { StacksNode } from "../../../sbtc/stacks/node.ts";

/** An answer, or the refusal in its place. Anything but a refusal is ours and flies on. */
export async function outcome<T>(ask: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await ask() };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, refusal: error };
    throw error;
  }
}

/** Values of answers as text, so that two can be compared. */
function said(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return `${part.toString()}n`;
    return part instanceof Uint8Array ? toHex(part) : part;
  });
}

/**
 * Several Stacks sources as one: every one is asked, as many as needed must answer, and all must say the same. Nobody is
 * outvoted: one that lies or hides refuses, like one that is gone.
 */
export class AgreeingStacks {
  readonly #nodes: readonly StacksNode[];
  readonly #least: number;

  /** @param least sources of different operators that must answer: 2 outside of devnet */
  constructor(nodes: readonly StacksNode[], least: number) {
    this.#nodes = nodes;
    this.#least = least;
  }

  /** Every source's answer. @throws Refusal `sourceMissing` */
  async all<T>(ask: (node: StacksNode) => Promise<T>): Promise<readonly { name: string; value: T }[]> {
    const settled = await Promise.all(this.#nodes.map((node) => outcome(() => ask(node))));
    const answers = settled.flatMap((one, i) =>
      one.ok ? [{ name: this.#nodes[i]?.name ?? "", value: one.value }] : [],
    );
    const names = new Set(answers.map(({ name }) => name));
    if (names.size < this.#least || answers.length === 0) {
      const reason = settled.find((one) => !one.ok);
      const why = reason?.ok === false ? ` (${reason.refusal.message})` : "";
      refuse("sourceMissing", `${names.size} of ${this.#least} Stacks sources answered${why}`);
    }
    return answers;
  }

  /** What all say alike. @throws Refusal `sourceMissing`, `sourcesDisagree` */
  async agree<T>(ask: (node: StacksNode) => Promise<T>): Promise<T> {
    const [first, ...others] = await this.all(ask);
    if (first === undefined) return refuse("sourceMissing", "no Stacks source is set");
    const other = others.find(({ value }) => said(value) !== said(first.value));
    return other === undefined
      ? first.value
      : refuse("sourcesDisagree", `${first.name} and ${other.name} do not say the same of the contract`);
  }
}
