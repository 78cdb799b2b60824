import { concatBytes } from "@noble/hashes/utils.js";
import type { BlockHash } from "../../bytes.ts";
import { refuse } from "../../refusal.ts";
import { expectedBits, type Ancestor } from "./difficulty.ts";
import {
  hashNumber,
  headerLength,
  parseHeader,
  targetOfBits,
  workOfTarget,
  type BlockHeader,
} from "./header.ts";
import type { ChainParameters } from "./parameters.ts";

/** A header in its place. `work` is cumulative from the start of the chain. */
export interface ChainedHeader extends BlockHeader {
  readonly height: number;
  readonly work: bigint;
}

type Node = ChainedHeader & { readonly parent: Node | null };

/** What changed when headers were taken in. Both lists are empty where the best chain stayed. */
export interface ChainChange {
  /** Headers that left the best chain, highest first. */
  readonly disconnected: readonly ChainedHeader[];
  /** Headers that joined it, lowest first. */
  readonly connected: readonly ChainedHeader[];
}

const twoHours = 2 * 60 * 60;
const medianSpan = 11;
/** BIP 94: the first block of a period may not be dated more than this before the last one. */
const timeWarpSlack = 600;

/**
 * A chain of headers checked by this program itself: linkage, difficulty, proof of work, time, pins. The best chain is the
 * one with the most work; of two equal ones the first seen.
 */
export class HeaderChain {
  readonly parameters: ChainParameters;
  readonly #nodes = new Map<BlockHash, Node>();
  /** The best chain by height, from the one after the start. */
  readonly #best: Node[] = [];

  constructor(parameters: ChainParameters) {
    this.parameters = parameters;
  }

  /** The best header, or null before the first one was taken in. */
  get tip(): ChainedHeader | null {
    return this.#best.at(-1) ?? null;
  }
  /** Height of the best header; the start's where there is none yet. */
  get height(): number {
    return this.parameters.start.height + this.#best.length;
  }
  /** False until the last pinned block is part of the best chain: before that, nothing it says may be acted on. */
  get reachedPins(): boolean {
    return this.parameters.pins.every(({ height }) => this.at(height) !== null);
  }

  /** The header of the best chain at a height, or null outside of it. */
  at(height: number): ChainedHeader | null {
    return this.#best[height - this.parameters.start.height - 1] ?? null;
  }
  /** A known header, on whichever branch. */
  get(hash: BlockHash): ChainedHeader | null {
    return this.#nodes.get(hash) ?? null;
  }
  /** True where the header is part of the best chain. */
  isBest(hash: BlockHash): boolean {
    const node = this.#nodes.get(hash);
    return node !== undefined && this.at(node.height) === node;
  }
  /** 1 for the tip, 0 for a block that is not in the best chain. */
  confirmations(hash: BlockHash): number {
    const node = this.#nodes.get(hash);
    return node !== undefined && this.at(node.height) === node ? this.height - node.height + 1 : 0;
  }

  /**
   * Takes headers in, each behind one that is known. Headers before a bad one stay: they were good.
   * @param raw one or more headers of 80 bytes, parents first
   * @param now seconds since 1970
   * @throws Refusal `headerMalformed`, `headerOrphan`, `headerPinMismatch`, `headerBitsInvalid`, `headerBitsWrong`,
   * `headerWorkMissing`, `headerTimeTooOld`, `headerTimeTooNew`
   */
  accept(raw: Uint8Array, now: number): ChainChange {
    if (raw.length % headerLength !== 0)
      refuse("headerMalformed", `${raw.length} bytes are no whole number of headers`);
    const before = this.#best.at(-1) ?? null;
    let best = before;
    try {
      for (let at = 0; at < raw.length; at += headerLength) {
        const node = this.#add(parseHeader(raw.subarray(at, at + headerLength)), now);
        if (best === null || node.work > best.work) best = node;
      }
    } catch (error) {
      // The good ones before the bad one count, also when the caller only hears of the refusal.
      this.#switchTo(best);
      throw error;
    }
    return this.#switchTo(best);
  }

  #add(header: BlockHeader, now: number): Node {
    const known = this.#nodes.get(header.hash);
    if (known !== undefined) return known;
    const { start, powLimit } = this.parameters;
    const parent = this.#nodes.get(header.previous) ?? null;
    if (parent === null && header.previous !== start.hash) {
      refuse("headerOrphan", `${header.hash} follows ${header.previous}, which is not known`);
    }
    const height = (parent?.height ?? start.height) + 1;
    this.#checkPins(header, height);
    const target = targetOfBits(header.bits, powLimit);
    this.#checkBits(header, parent);
    if (hashNumber(header.hash) > target)
      refuse("headerWorkMissing", `${header.hash} does not meet its own target`);
    this.#checkTime(header, parent, height, now);
    const node: Node = { ...header, height, work: (parent?.work ?? 0n) + workOfTarget(target), parent };
    this.#nodes.set(header.hash, node);
    return node;
  }

  #checkPins(header: BlockHeader, height: number): void {
    const pin = this.parameters.pins.find((one) => one.height === height);
    if (pin !== undefined && pin.hash !== header.hash) {
      refuse("headerPinMismatch", `block ${height} is ${header.hash}, but this release pins ${pin.hash}`);
    }
  }

  #checkBits(header: BlockHeader, parent: Node | null): void {
    const { start } = this.parameters;
    // Where the start's time is not pinned, no rule that looks at it applies to the block behind it.
    const above: Ancestor = parent ?? {
      height: start.height,
      time: start.time ?? header.time,
      bits: start.nextBits ?? header.bits,
      parent: null,
    };
    const expected = expectedBits(this.parameters, header.time, above);
    if (expected !== null && expected !== header.bits) {
      refuse(
        "headerBitsWrong",
        `${header.hash} has bits ${header.bits.toString(16)}, the rules ask for ${expected.toString(16)}`,
      );
    }
  }

  #checkTime(header: BlockHeader, parent: Node | null, height: number, now: number): void {
    if (header.time > now + twoHours)
      refuse("headerTimeTooNew", `${header.hash} is dated more than two hours ahead`);
    const { start, retarget } = this.parameters;
    const times: number[] = [];
    let node = parent;
    for (; node !== null && times.length < medianSpan; node = node.parent) times.push(node.time);
    // Behind a start without its time the true median is unknown until eleven headers are there.
    const complete = times.length === medianSpan || (start.height === 0 && start.time !== undefined);
    if (times.length < medianSpan && start.height === 0 && start.time !== undefined) times.push(start.time);
    const median = times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
    if (complete && median !== undefined && header.time <= median) {
      refuse("headerTimeTooOld", `${header.hash} is dated before the median of the eleven before it`);
    }
    if (
      retarget === "testnet4" &&
      height % 2016 === 0 &&
      parent !== null &&
      header.time < parent.time - timeWarpSlack
    ) {
      refuse("headerTimeTooOld", `${header.hash} opens a period more than ten minutes before its parent`);
    }
  }

  #switchTo(target: Node | null): ChainChange {
    const tip = this.#best.at(-1) ?? null;
    if (target === null || target === tip) return { disconnected: [], connected: [] };
    const connected: Node[] = [];
    let node: Node | null = target;
    for (; node !== null && this.at(node.height) !== node; node = node.parent) connected.push(node);
    connected.reverse();
    const keep = node === null ? 0 : node.height - this.parameters.start.height;
    const disconnected = this.#best.splice(keep).reverse();
    this.#best.push(...connected);
    return { disconnected, connected };
  }

  /** The best chain's headers from a height on, 80 bytes each: what {@link accept} takes when the chain is restored. */
  export(fromHeight = this.parameters.start.height + 1): Uint8Array {
    const first = Math.max(0, fromHeight - this.parameters.start.height - 1);
    return concatBytes(...this.#best.slice(first).map(({ raw }) => raw));
  }
}
