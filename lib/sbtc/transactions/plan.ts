import { outpointKey, sameBytes, type Outpoint } from "../bytes.ts";
import { checkAmount } from "../amount.ts";
import { refuse } from "../refusal.ts";
import { dustLimit, scriptType } from "../bitcoin/script.ts";
import type { SpendableLeaf } from "../bitcoin/taproot.ts";
import {
  parseTransaction,
  serializeTransaction,
  type BitcoinTx,
  type TxOutput,
} from "../bitcoin/transaction.ts";
import { maxStandardWeight } from "../bitcoin/verify/transaction.ts";
import { noTweak, type Tweak } from "../../frost/index.ts";
import { checkFeeRate, feeFor, signedVsize, type FeeRate } from "./size.ts";

/** An output that can be spent. */
export interface Coin extends Outpoint {
  readonly amount: bigint;
  readonly script: Uint8Array;
  /** How many unconfirmed transactions of ours lie under it; 0 for a confirmed one. */
  readonly unconfirmedDepth?: number;
}

/** Own unconfirmed change may be spent this many transactions deep (nodes stop at 25). */
export const maxUnconfirmedDepth = 10;

/** Who signs an input, and how. */
export type InputSigner =
  /** The group, by key path; `tweak` on top of the group key. */
  | { readonly tag: "group"; readonly tweak: Tweak }
  /** Whoever holds the key in `leaf`, by script path: the group for deposits, a user for a reclaim or reveal. */
  | { readonly tag: "leaf"; readonly leaf: SpendableLeaf }
  /** The fee wallet or a user's wallet, by its own single key. */
  | { readonly tag: "wallet" };

/** One input of a planned transaction. */
export interface PlannedInput {
  readonly coin: Coin;
  readonly sequence: number;
  readonly signer: InputSigner;
}

/** Signals that a transaction may be replaced (BIP 125). Every input of ours carries it. */
export const replaceable = 0xffff_fffd;

/** What a transaction is for. Decides which of its parts a replacement must keep. */
export type PlanKind =
  | "fulfilment"
  | "cancel"
  | "pegInReturn"
  | "handOff"
  | "consolidation"
  | "sweep"
  | "reveal"
  | "reclaim"
  | "userFunded";

/** The part of a transaction that its purpose dictates: everything but the fee wallet's input and change. */
export interface PlanCore {
  readonly kind: PlanKind;
  readonly inputs: readonly PlannedInput[];
  readonly outputs: readonly TxOutput[];
}

/** The coordinator's fee wallet: one script, never the peg's. */
export interface FeeWallet {
  readonly script: Uint8Array;
  readonly coins: readonly Coin[];
}

/** A transaction ready to be signed. */
export interface Plan {
  readonly core: PlanCore;
  readonly inputs: readonly PlannedInput[];
  readonly unsigned: BitcoinTx;
  /** The miner's fee: exactly inputs minus outputs. */
  readonly fee: bigint;
  /** Virtual size once signed. */
  readonly vsize: number;
  /** The fee wallet's part; null where the purpose pays for itself. */
  readonly feeInput: Coin | null;
  readonly feeChange: bigint;
}

/** An input the group signs by key path under its peg script. */
export const groupInput = (coin: Coin): PlannedInput => ({
  coin,
  sequence: replaceable,
  signer: { tag: "group", tweak: noTweak },
});

/** An input of a single-key wallet. */
export const walletInput = (coin: Coin): PlannedInput => ({
  coin,
  sequence: replaceable,
  signer: { tag: "wallet" },
});

/** Sum of amounts. */
export const total = (parts: readonly { readonly amount: bigint }[]): bigint =>
  parts.reduce((sum, { amount }) => sum + amount, 0n);

const sumIn = (inputs: readonly PlannedInput[]): bigint => total(inputs.map(({ coin }) => coin));

/** How the miner is paid. */
export interface FeeTerms {
  readonly rate: FeeRate;
  readonly feeWallet?: FeeWallet;
  /** A replacement must pay at least this much in all. */
  readonly minFee?: bigint;
}

/**
 * Completes a core with the fee it needs. Where inputs minus outputs of the core already cover it, nothing is added: what a
 * request offers goes to the miner whole. Otherwise one coin of the fee wallet comes in last and its change goes out last;
 * change that would be dust is left to the miner.
 * @throws Refusal `feeWalletRequired`, `insufficientFunds`, `feeWalletIsPeg`, `inputRepeated`, `transactionTooLarge`
 */
export function fundFee(core: PlanCore, terms: FeeTerms): Plan {
  checkFeeRate(terms.rate);
  const offered = sumIn(core.inputs) - total(core.outputs);
  if (offered < 0n)
    refuse("insufficientFunds", `the outputs exceed the inputs by ${(-offered).toString()} satoshi`);
  const required = (vsize: number): bigint => max(feeFor(vsize, terms.rate), terms.minFee ?? 0n);
  const alone = signedVsize(core.inputs, core.outputs);
  if (offered >= required(alone)) return finish(core, core.inputs, core.outputs, null, 0n);

  const { feeWallet } = terms;
  if (feeWallet === undefined) {
    return refuse(
      "feeWalletRequired",
      `${required(alone).toString()} satoshi of fee are needed and ${offered.toString()} are offered: a fee wallet must add the rest`,
    );
  }
  checkFeeWallet(feeWallet, core);
  const used = new Set(core.inputs.map(({ coin }) => outpointKey(coin)));
  const coins = [...feeWallet.coins].sort((a, b) => (a.amount < b.amount ? -1 : a.amount > b.amount ? 1 : 0));
  for (const coin of coins) {
    // A replacement may not bring in a new unconfirmed coin (BIP 125 rule 2); first attempts keep to it too.
    if (used.has(outpointKey(coin)) || (coin.unconfirmedDepth ?? 0) > 0) continue;
    const inputs = [...core.inputs, walletInput(coin)];
    const change = { amount: 0n, script: feeWallet.script };
    const withChange = offered + coin.amount - required(signedVsize(inputs, [...core.outputs, change]));
    if (withChange >= dustLimit(feeWallet.script)) {
      return finish(core, inputs, [...core.outputs, { ...change, amount: withChange }], coin, withChange);
    }
    if (offered + coin.amount >= required(signedVsize(inputs, core.outputs))) {
      return finish(core, inputs, core.outputs, coin, 0n);
    }
  }
  return refuse("insufficientFunds", "no single confirmed coin of the fee wallet covers the fee");
}

function checkFeeWallet(feeWallet: FeeWallet, core: PlanCore): void {
  const groupScripts = core.inputs
    .filter(({ signer }) => signer.tag === "group")
    .map(({ coin }) => coin.script);
  // The two must be told apart by script: the rule that the peg never pays fees is checked by it.
  if (groupScripts.some((script) => sameBytes(script, feeWallet.script))) {
    refuse("feeWalletIsPeg", "the fee wallet must not be the peg wallet");
  }
  const type = scriptType(feeWallet.script);
  // A scriptSig would change the transaction's id after the group has signed what spends from it.
  if (type !== "p2wpkh" && type !== "p2tr") {
    refuse("scriptUnsupported", "the fee wallet must be a P2WPKH or P2TR address");
  }
  if (feeWallet.coins.some((coin) => !sameBytes(coin.script, feeWallet.script))) {
    refuse("inputUnexpected", "a coin of the fee wallet lies in another script");
  }
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

function finish(
  core: PlanCore,
  inputs: readonly PlannedInput[],
  outputs: readonly TxOutput[],
  feeInput: Coin | null,
  feeChange: bigint,
): Plan {
  return { core, inputs, ...assemble(inputs, outputs), feeInput, feeChange };
}

/**
 * Serializes inputs and outputs as an unsigned transaction, version 2, lock time 0, and accounts for every satoshi.
 * @throws Refusal `inputRepeated`, `unconfirmedChainTooLong`, `amountBelowDust`, `insufficientFunds`, `transactionTooLarge`
 */
export function assemble(
  inputs: readonly PlannedInput[],
  outputs: readonly TxOutput[],
): { readonly unsigned: BitcoinTx; readonly fee: bigint; readonly vsize: number } {
  const seen = new Set<string>();
  for (const { coin } of inputs) {
    const key = outpointKey(coin);
    if (seen.has(key)) refuse("inputRepeated", `${key} is spent twice in one transaction`);
    seen.add(key);
    checkAmount(coin.amount);
    if ((coin.unconfirmedDepth ?? 0) > maxUnconfirmedDepth) {
      refuse(
        "unconfirmedChainTooLong",
        `${key} lies more than ${maxUnconfirmedDepth} unconfirmed transactions deep`,
      );
    }
  }
  outputs.forEach(({ amount, script }, i) => {
    const isData = script[0] === 0x6a && amount === 0n;
    if (!isData && amount < dustLimit(script))
      refuse("amountBelowDust", `output ${i} of ${amount.toString()} satoshi is dust`);
  });
  const fee = sumIn(inputs) - total(outputs);
  if (fee < 0n) refuse("insufficientFunds", `the outputs exceed the inputs by ${(-fee).toString()} satoshi`);
  const vsize = signedVsize(inputs, outputs);
  if (vsize * 4 > maxStandardWeight)
    refuse("transactionTooLarge", `${vsize} vbytes; nodes relay up to ${maxStandardWeight / 4}`);
  const bare = inputs.map(({ coin, sequence }) => ({
    txid: coin.txid,
    vout: coin.vout,
    sequence,
    scriptSig: new Uint8Array(),
    witness: [],
  }));
  const unsigned = parseTransaction(serializeTransaction({ version: 2, inputs: bare, outputs, lockTime: 0 }));
  return { unsigned, fee, vsize };
}
