import type { Chain } from "../../../../../../devnet/bitcoin/chain.ts";
import type { Prng } from "../../../../../rounds/simulation/prng.ts";
import { toHex } from "../../../../../sbtc/bytes.ts";
import { parseTransaction } from "../../../../../sbtc/bitcoin/transaction.ts";
import { noAux } from "../../../../../sbtc/testing/wallets.ts";
import type { CoordinatorPorts } from "../../ports.ts";
import type { SimDisk } from "./disk.ts";
import type { ModelChain } from "./model-chain.ts";
import { directBitcoin, directStacks } from "./nodes.ts";
import type { SimSigners } from "./signers.ts";

/** A process that died: whatever it still tries to do does not happen. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/** What lies around a process and outlives it. */
export interface Surroundings {
  readonly random: Prng;
  readonly chain: Chain;
  readonly stacks: ModelChain;
  readonly disk: SimDisk;
  readonly signers: SimSigners;
  readonly rate: () => bigint;
  readonly now: () => number;
  readonly crashChance: () => number;
  /** Told of what left without being on disk. */
  readonly unstored: (what: string) => void;
}

/** One life of a coordinator: each call outside may be its last, before or after it took effect. */
export class SimProcess {
  #dead = false;
  /** True where it died by itself. */
  crashed = false;
  readonly ports: CoordinatorPorts;

  constructor(around: Surroundings) {
    const { chain, stacks, disk, signers } = around;
    const perhaps = (): void => {
      if (this.#dead) throw new Crash("dead");
      const chance = around.crashChance();
      if (chance === 0 || !around.random.chance(chance)) return;
      this.#dead = true;
      this.crashed = true;
      throw new Crash("crash");
    };
    const mortal = async <T>(work: () => Promise<T>): Promise<T> => {
      perhaps();
      const result = await work();
      perhaps();
      return result;
    };
    const bitcoin = directBitcoin(chain, around.rate);
    const stacksNode = directStacks(stacks);
    const stored = (under: string, txid: string): void => {
      if (!disk.says(under, txid)) around.unstored(`${under}: ${txid} left and is not on disk`);
    };
    this.ports = {
      bitcoin: {
        ...bitcoin,
        broadcast: (raw) =>
          mortal(() => {
            stored("/record/", parseTransaction(raw).txid);
            return bitcoin.broadcast(raw);
          }),
      },
      stacks: {
        ...stacksNode,
        broadcast: (bytes) =>
          mortal(() => {
            stored("/call/", stacks.txidOf(toHex(bytes)));
            return stacksNode.broadcast(bytes);
          }),
      },
      store: disk.store(mortal),
      clock: { now: around.now, after: () => () => undefined },
      rng: { bytes: () => noAux },
      frost: {
        sign: (round) => mortal(() => signers.sign(round)),
        withdraw: (round) => mortal(() => signers.withdraw(round)),
      },
      account: stacks.account,
    };
  }

  get isDead(): boolean {
    return this.#dead;
  }
  /** Closed from outside, as a tab is: between two calls, whatever is under way. */
  close(): void {
    this.#dead = true;
  }
}
