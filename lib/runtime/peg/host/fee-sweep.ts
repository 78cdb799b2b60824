import { hexToBytes } from "@noble/hashes/utils.js";
import { z } from "zod";
import { parseTxid, sameBytes, toHex } from "../../../sbtc/bytes.ts";
import type { BitcoinNode } from "../../../sbtc/bitcoin/node.ts";
import { scriptOfAddress } from "../../../sbtc/bitcoin/script.ts";
import type { BitcoinNetwork } from "../../../sbtc/network.ts";
import { formatPrincipal, parsePrincipal } from "../../../sbtc/ops/principal.ts";
import { Refusal } from "../../../sbtc/refusal.ts";
import type { StacksNode } from "../../../sbtc/stacks/node.ts";
import { accountAddress, signTransfer, type StacksNetworkName } from "../../../sbtc/stacks/transaction.ts";
import { buildEmptying } from "../../../sbtc/transactions/empty.ts";
import { finalize, signWithKey } from "../../../sbtc/transactions/sign.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Rng } from "../../ports/rng.ts";
import { put, type Store } from "../../ports/store.ts";
import { feeScript } from "../coordinator/bitcoin-fees.ts";
import { HostProblem } from "./contract-owner.ts";
import type { FeeKeys } from "./fee-keys.ts";
import { isPrincipal } from "./plan.ts";

/** Where the money is: satoshi on Bitcoin, micro-STX on Stacks. */
export type FeeChain = "bitcoin" | "stacks";

/** A sweep that is decided to the unit and waits for a person's word. */
export interface PreparedSweep {
  readonly chain: FeeChain;
  readonly to: string;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly txid: string;
}

/** A sweep that was signed; its bytes were stored before they were sent. */
export interface SentSweep extends PreparedSweep {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly raw: Uint8Array;
  readonly isMined: boolean;
}

export interface FeeSweepSnapshot {
  readonly prepared: PreparedSweep | null;
  /** The last of each chain. */
  readonly sent: readonly SentSweep[];
  /** Why a node does not take what was sent, by its id. */
  readonly refused: ReadonlyMap<string, string>;
}

interface Ports {
  readonly bitcoin: BitcoinNode;
  readonly stacks: StacksNode;
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
}

/** Whose wallet it is. */
export interface FeeSweepWallet {
  readonly groupId: string;
  readonly keys: FeeKeys;
  readonly network: BitcoinNetwork;
  readonly stacksNetwork: StacksNetworkName;
  /** The peg's own script: money for it goes another way. */
  readonly pegScript: Uint8Array;
}

const shape = z.object({
  chain: z.enum(["bitcoin", "stacks"]),
  to: z.string(),
  amount: z.string().regex(/^\d{1,20}$/),
  fee: z.string().regex(/^\d{1,20}$/),
  txid: z.string(),
  at: z.number(),
  raw: z.string(),
  isMined: z.boolean(),
});

const prefix = (groupId: string): string => `peg-host-sweep/${groupId}/`;

type Prepared = PreparedSweep & { readonly sign: () => Uint8Array };

const shown = ({ chain, to, amount, fee, txid }: Prepared): PreparedSweep => ({
  chain,
  to,
  amount,
  fee,
  txid,
});

/**
 * Sends what the fee wallet has to an address of a person's choice: shown to the unit first, signed and stored once they
 * agreed, and sent until a block has it. It spends what its own keys hold and nothing else.
 */
export class FeeSweep {
  readonly #ports: Ports;
  readonly #wallet: FeeSweepWallet;
  readonly #sent: Map<FeeChain, SentSweep>;
  readonly #refused = new Map<string, string>();
  #prepared: Prepared | null = null;

  private constructor(ports: Ports, wallet: FeeSweepWallet, past: readonly SentSweep[]) {
    this.#ports = ports;
    this.#wallet = wallet;
    this.#sent = new Map(past.map((sweep) => [sweep.chain, sweep]));
  }

  static async open(ports: Ports, wallet: FeeSweepWallet): Promise<FeeSweep> {
    const stored = await ports.store.list(prefix(wallet.groupId));
    const past = stored.map(({ value }): SentSweep => {
      const { amount, fee, raw, ...rest } = shape.parse(JSON.parse(new TextDecoder().decode(value)));
      return { ...rest, amount: BigInt(amount), fee: BigInt(fee), raw: hexToBytes(raw) };
    });
    return new FeeSweep(ports, wallet, past);
  }

  snapshot(): FeeSweepSnapshot {
    return {
      prepared: this.#prepared === null ? null : shown(this.#prepared),
      sent: [...this.#sent.values()],
      refused: this.#refused,
    };
  }

  /**
   * Decides a sweep; nothing is signed yet.
   * @param to a Bitcoin address for the bitcoin, a Stacks principal for the STX
   * @throws HostProblem, Refusal for an address of another network, an empty wallet, a source that fails
   */
  async prepare(to: string): Promise<void> {
    this.#prepared = null;
    const clean = to.trim();
    if (clean === "") throw new HostProblem("say where it shall go");
    const chain = isPrincipal(clean) ? "stacks" : "bitcoin";
    const before = this.#sent.get(chain);
    if (before !== undefined && !before.isMined && !this.#refused.has(before.txid))
      throw new HostProblem("the last sweep is still on its way");
    this.#prepared = chain === "stacks" ? await this.#stacks(clean) : await this.#bitcoin(clean);
  }

  /** Lets go of what was prepared. */
  forget(): Promise<void> {
    this.#prepared = null;
    return Promise.resolve();
  }

  /**
   * Signs what was prepared, stores it, and sends it.
   * @param txid what the person agreed to
   * @throws HostProblem where something else is prepared by now; StoreError
   */
  async send(txid: string): Promise<void> {
    const prepared = this.#prepared;
    if (prepared?.txid !== txid) throw new HostProblem("it has changed: look at it once more");
    const raw = prepared.sign();
    const sweep: SentSweep = { ...shown(prepared), raw, at: this.#ports.clock.now(), isMined: false };
    await this.#store(sweep);
    this.#prepared = null;
    await this.#broadcast(sweep);
  }

  /** Looks after what was sent: a transaction that no node knows is sent again. @throws Refusal of a source */
  async tend(): Promise<void> {
    for (const sweep of this.#sent.values()) {
      if (sweep.isMined) continue;
      const standing = await this.#standing(sweep);
      if (standing === "mined") await this.#store({ ...sweep, isMined: true });
      else if (standing === "unknown") await this.#broadcast(sweep);
    }
  }

  async #bitcoin(to: string): Promise<Prepared> {
    const { bitcoin, rng } = this.#ports;
    const { keys, network, pegScript } = this.#wallet;
    const script = scriptOfAddress(to, network);
    const own = feeScript(keys.bitcoin);
    if (sameBytes(script, own)) throw new HostProblem("this is the fee wallet’s own address");
    if (sameBytes(script, pegScript))
      throw new HostProblem("this is the peg’s address; what arrives there belongs to the peg");
    const listed = await bitcoin.utxos(own);
    const coins = listed.map((coin) => ({ ...coin, unconfirmedDepth: coin.height === null ? 1 : 0 }));
    const { normal } = await bitcoin.feeRates();
    const plan = buildEmptying(coins, script, normal);
    const { txid } = plan.unsigned;
    const amount = plan.unsigned.outputs[0]?.amount ?? 0n;
    const sign = (): Uint8Array => {
      const unlocking = plan.inputs.map(
        (_, i) => [i, signWithKey(plan, i, keys.bitcoin, rng.bytes(32))] as const,
      );
      return finalize(plan, new Map(unlocking)).raw;
    };
    return { chain: "bitcoin", to, amount, fee: plan.fee, txid, sign };
  }

  async #stacks(to: string): Promise<Prepared> {
    const { stacks } = this.#ports;
    const { keys, network, stacksNetwork } = this.#wallet;
    const recipient = formatPrincipal(parsePrincipal(to, network));
    const own = accountAddress(keys.stacks, stacksNetwork);
    if (recipient === own) throw new HostProblem("this is the fee wallet’s own account");
    const { balance } = await stacks.account(own);
    const nonce = await stacks.nextNonce(own);
    const terms = { network: stacksNetwork, nonce };
    const draft = await signTransfer({ recipient, amount: balance }, { ...terms, fee: 0n }, keys.stacks);
    const { middle: fee } = await stacks.estimateFee(draft.bytes);
    if (balance <= fee) throw new HostProblem("there is less STX than the transfer would cost");
    const amount = balance - fee;
    const { txid, bytes } = await signTransfer({ recipient, amount }, { ...terms, fee }, keys.stacks);
    return { chain: "stacks", to: recipient, amount, fee, txid, sign: () => bytes };
  }

  async #standing({ chain, txid }: SentSweep): Promise<"mined" | "waiting" | "unknown"> {
    const { bitcoin, stacks } = this.#ports;
    if (chain === "stacks") {
      const state = await stacks.transaction(txid);
      if (state.tag === "pending") return "waiting";
      return "canonical" in state && state.canonical ? "mined" : "unknown";
    }
    try {
      return (await bitcoin.transaction(parseTxid(txid))).block === null ? "waiting" : "mined";
    } catch (error) {
      if (error instanceof Refusal && error.code === "nodeNotFound") return "unknown";
      throw error;
    }
  }

  async #broadcast({ chain, raw, txid }: SentSweep): Promise<void> {
    const reason = await (chain === "bitcoin" ? this.#toBitcoin(raw) : this.#toStacks(raw));
    if (reason === null) this.#refused.delete(txid);
    else this.#refused.set(txid, reason);
  }

  /** @returns why it was refused for good; null where it was taken, or the node could not be asked and will be again */
  async #toBitcoin(raw: Uint8Array): Promise<string | null> {
    try {
      await this.#ports.bitcoin.broadcast(raw);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === "nodeRejected") return error.message;
    }
    return null;
  }

  async #toStacks(raw: Uint8Array): Promise<string | null> {
    try {
      const outcome = await this.#ports.stacks.broadcast(raw);
      if (outcome.tag === "rejected") return outcome.rejection.message;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
    return null;
  }

  async #store(sweep: SentSweep): Promise<void> {
    const { amount, fee, raw } = sweep;
    const texts = { amount: amount.toString(), fee: fee.toString(), raw: toHex(raw) };
    const value = new TextEncoder().encode(JSON.stringify({ ...sweep, ...texts }));
    await this.#ports.store.commit([put(`${prefix(this.#wallet.groupId)}${sweep.chain}`, value)]);
    this.#sent.set(sweep.chain, sweep);
  }
}
