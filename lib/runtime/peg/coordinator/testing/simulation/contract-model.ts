import { verifySchnorr } from "../../../../../frost/index.ts";
import { toHex } from "../../../../../sbtc/bytes.ts";
import type { ContractAction } from "../../../../../sbtc/contract/actions.ts";
import { actionDigest, type ActionContext } from "../../../../../sbtc/contract/digest.ts";
import type { DepositState, Limits, WithdrawalState } from "../../../../../sbtc/contract/queries.ts";
import { networks } from "../../../../../sbtc/network.ts";
import { accountOf, pegOutMessageHash, recoverPublicKey } from "../../../../../sbtc/ops/owner-signature.ts";
import { formatPrincipal } from "../../../../../sbtc/ops/principal.ts";
import type { VrsSignature } from "../../../../../sbtc/ops/owner-signature.ts";
import type { BurnBlock } from "../../../../../sbtc/contract/actions.ts";

/** An action as it is called, with the group's signature. */
export interface ModelCall {
  readonly action: Exclude<ContractAction, { tag: "setWallet" }>;
  readonly signature: Uint8Array;
}

/** What a contract was deployed with. */
export interface ModelTerms {
  readonly key: Uint8Array;
  readonly limits: Limits;
  /** Bitcoin's hashes by height that it knows from the start. */
  readonly burns?: readonly string[];
  /** BIP 340; replaced where a simulation remembers what it has verified. */
  readonly verify?: (key: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
}

/**
 * The token contract in TypeScript: the same checks in the same order, with the same numbers. Windows are left out; a test
 * holds it against the real contract with windows that are never full.
 */
export class ContractModel {
  readonly deposits = new Map<string, DepositState>();
  readonly withdrawals = new Map<string, WithdrawalState>();
  readonly messages = new Map<string, string>();
  readonly balances = new Map<string, bigint>();
  /** Bitcoin's hashes by height; the last one is the tip. */
  readonly burns: string[];
  readonly context: ActionContext;
  readonly key: Uint8Array;
  readonly limits: Limits;
  halted = false;
  readonly #verify: NonNullable<ModelTerms["verify"]>;

  /** Another one in the same state. */
  copy(): ContractModel {
    const { key, limits, burns, halted } = this;
    const other = new ContractModel(this.context, { key, limits, burns, verify: this.#verify });
    for (const part of ["deposits", "withdrawals", "messages", "balances"] as const)
      for (const [name, value] of this[part]) (other[part] as Map<string, unknown>).set(name, value);
    other.halted = halted;
    return other;
  }

  constructor(context: ActionContext, { key, limits, burns = [], verify = verifySchnorr }: ModelTerms) {
    this.context = context;
    this.key = key;
    this.limits = limits;
    this.burns = [...burns];
    this.#verify = verify;
  }

  get tip(): number {
    return this.burns.length - 1;
  }
  get supply(): bigint {
    return [...this.balances.values()].reduce((sum, amount) => sum + amount, 0n);
  }
  balance(who: string): bigint {
    return this.balances.get(who) ?? 0n;
  }

  /** @returns the number it is refused with, or null */
  run({ action, signature }: ModelCall): number | null {
    switch (action.tag) {
      case "mint":
        return this.#mint(action, signature);
      case "reject":
        return this.#reject(action, signature);
      case "lock":
        return this.#lock(action, signature);
      case "settle":
      case "refund":
        return this.#finish(action, signature);
    }
  }

  #isSigned(action: ContractAction, signature: Uint8Array): boolean {
    return this.#verify(this.key, actionDigest(this.context, action), signature);
  }

  #block({ height, hash }: BurnBlock): number | null {
    const known = this.burns[height];
    if (known === undefined) return 2021;
    if (known !== hash) return 2022;
    return this.tip + 1 >= height + this.limits.confirmations ? null : 2023;
  }

  #add(who: string, amount: bigint): void {
    this.balances.set(who, this.balance(who) + amount);
  }

  #mint(action: Extract<ContractAction, { tag: "mint" }>, signature: Uint8Array): number | null {
    if (this.halted) return 2002;
    const key = `${action.deposit.txid}:${action.deposit.vout}`;
    const known = this.deposits.get(key);
    if (known !== undefined) return known.state === "minted" ? 2030 : 2031;
    if (action.recipient === this.context.contract) return 2006;
    const block = this.#block(action.burnBlock);
    if (block !== null) return block;
    if (action.amount < this.limits.minAmount) return 2040;
    if (action.amount > this.limits.maxMint) return 2041;
    if (action.amount + this.supply > this.limits.supplyCap) return 2045;
    if (!this.#isSigned(action, signature)) return 2011;
    const { amount, recipient, burnBlock } = action;
    this.deposits.set(key, { state: "minted", amount, recipient, burnHeight: burnBlock.height });
    this.#add(recipient, amount);
    return null;
  }

  #reject(action: Extract<ContractAction, { tag: "reject" }>, signature: Uint8Array): number | null {
    if (this.halted) return 2002;
    const key = `${action.deposit.txid}:${action.deposit.vout}`;
    const known = this.deposits.get(key);
    if (known !== undefined) return known.state === "minted" ? 2030 : 2031;
    const block = this.#block(action.burnBlock);
    if (block !== null) return block;
    if (!this.#isSigned(action, signature)) return 2011;
    this.deposits.set(key, {
      state: "rejected",
      amount: 0n,
      recipient: null,
      burnHeight: action.burnBlock.height,
    });
    return null;
  }

  #lock(action: Extract<ContractAction, { tag: "lock" }>, signature: Uint8Array): number | null {
    const message = pegOutMessageHash(action.amount, action.script, networks.regtest, action.dialect);
    const owner = formatPrincipal(
      accountOf(recoverPublicKey(action.ownerSignature as VrsSignature, message), networks.regtest),
    );
    if (this.halted) return 2002;
    if (this.withdrawals.has(action.txid)) return 2032;
    const use = `${owner}/${toHex(message)}`;
    if (this.messages.has(use)) return 2033;
    const block = this.#block(action.burnBlock);
    if (block !== null) return block;
    if (action.amount < this.limits.minAmount) return 2040;
    if (action.amount > this.limits.maxLock) return 2042;
    if (!this.#isSigned(action, signature)) return 2011;
    if (this.balance(owner) < action.amount) return 2004;
    this.messages.set(use, action.txid);
    this.withdrawals.set(action.txid, {
      state: "locked",
      owner,
      amount: action.amount,
      script: action.script,
      message,
      burnHeight: action.burnBlock.height,
      expires: this.tip + this.limits.lifetime,
      finalTxid: null,
    });
    this.#add(owner, -action.amount);
    this.#add(this.context.contract, action.amount);
    return null;
  }

  #finish(
    action: Extract<ContractAction, { tag: "settle" | "refund" }>,
    signature: Uint8Array,
  ): number | null {
    const known = this.withdrawals.get(action.txid);
    if (known === undefined) return 2034;
    if (known.state === "settled") return 2035;
    if (known.state === "refunded") return 2036;
    if (this.halted) return 2002;
    if (action.tag === "refund" && this.tip <= known.expires) return 2037;
    const block = this.#block(action.burnBlock);
    if (block !== null) return block;
    if (!this.#isSigned(action, signature)) return 2011;
    const isSettled = action.tag === "settle";
    const finalTxid = isSettled ? action.payoutTxid : action.cancelTxid;
    this.withdrawals.set(action.txid, { ...known, state: isSettled ? "settled" : "refunded", finalTxid });
    this.#add(this.context.contract, -known.amount);
    if (!isSettled) this.#add(known.owner, known.amount);
    return null;
  }
}
