import { sameBytes, type BlockHash, type Txid } from "../../bytes.ts";
import type { Outcome } from "../../refusal.ts";
import { addressOf } from "../../bitcoin/script.ts";
import { verifyInclusion, type Inclusion } from "../../bitcoin/spv/inclusion.ts";
import { parseTransaction, type BitcoinTx } from "../../bitcoin/transaction.ts";
import type { BurnBlock } from "../../contract/actions.ts";
import type { WalletState } from "../../contract/queries.ts";
import type { OpContext } from "../../ops/peg-in.ts";
import { pegScript } from "../../ops/peg-script.ts";
import type { Proposal } from "../proposal.ts";
import type { Confirmed, ContractFacts, PegSetting, Standing } from "./evidence.ts";
import { refuseTo, type CheckBook } from "./result.ts";

/** The value, or its refusal thrown for the check that needs it. */
export function need<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw outcome.refusal;
}

/** As {@link need}, for what Stacks sources said: the same failures under the names of that chain. */
export function needStacks<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  const { code, message } = outcome.refusal;
  return refuseTo(code === "sourcesDisagree" ? "stacksSourcesDisagree" : "stacksSourceMissing", message);
}

/** The peg's script of the group in charge. */
export const pegScriptOf = ({ groupKey }: PegSetting): Uint8Array => pegScript(groupKey, "peg").script;

/** What operations on Bitcoin are read against. */
export const opContext = (setting: PegSetting): OpContext => ({
  network: setting.network,
  dialect: setting.dialect,
  pegScript: pegScriptOf(setting),
  expiredPegScripts: setting.expiredPegScripts,
});

/** Who must hold the wallet on the contract for a proposal to make sense. */
export type WalletRule =
  | { readonly tag: "own" }
  /** The group has handed over to this key, and still moves its coins. */
  | { readonly tag: "handedTo"; readonly key: Uint8Array }
  /** Nobody yet, or another group whose coins and sBTC this one takes over. */
  | { readonly tag: "before" };

/**
 * The checks every proposal meets: sources, contract, wallet, trading.
 * @returns the contract's facts where all of them passed
 */
export function checkStanding(
  book: CheckBook,
  proposal: Proposal,
  standing: Standing,
  rule: WalletRule,
): ContractFacts | null {
  const { setting, chain } = standing;
  const facts = book.find("sources", () => {
    need(standing.bitcoin);
    if (!chain.reachedPins || chain.tip === null)
      refuseTo("notSynced", "this tab has not read the Bitcoin headers yet");
    const value = needStacks(standing.contract);
    return {
      says: `Bitcoin at height ${chain.height}, Stacks at burn height ${value.burnHeight}; every source says the same.`,
      value,
    };
  });
  if (facts === null) {
    book.skip("contract", "wallet", "trading");
    return null;
  }
  const isOurs = book.find("contract", () => checkContract(proposal, setting, facts));
  const isWallet = book.find("wallet", () => ({
    says: checkWallet(proposal, setting, facts.wallet, rule),
    value: true,
  }));
  const isOpen = book.find("trading", () => {
    // A group may rotate away from trouble while everything else stands still.
    const isFree =
      rule.tag === "handedTo" || (proposal.tag === "action" && proposal.action.tag === "setWallet");
    if (facts.halted && !isFree) refuseTo("tradingHalted", "trading is halted on the contract");
    return {
      says: facts.halted
        ? "It is halted; a change of wallet is possible all the same."
        : "The contract is open.",
      value: true,
    };
  });
  return isOurs === null || isWallet === null || isOpen === null ? null : facts;
}

function checkContract(proposal: Proposal, setting: PegSetting, facts: ContractFacts) {
  if (facts.foreign.length > 0)
    refuseTo("foreignContract", `the text of ${facts.foreign.join(", ")} is not this product's`);
  if (proposal.tag === "transaction")
    return { says: "Its text is this product’s, to the letter.", value: true };
  if (proposal.chainId !== setting.chainId)
    refuseTo("otherChain", `the signature would count on chain ${proposal.chainId}, not ${setting.chainId}`);
  if (setting.contract !== null && proposal.contract !== setting.contract)
    refuseTo("otherContract", `the signature would count on ${proposal.contract}, not ${setting.contract}`);
  return {
    says:
      setting.contract === null
        ? `This seat has not approved a contract yet: compare ${proposal.contract} with the others. Its text is this product’s.`
        : "It is the one this seat approved, and its text is this product’s, to the letter.",
    value: true,
    asks: setting.contract === null,
  };
}

function checkWallet(
  proposal: Proposal,
  setting: PegSetting,
  { epoch, wallet }: WalletState,
  rule: WalletRule,
): string {
  if (proposal.tag === "action" && proposal.epoch !== epoch)
    refuseTo(
      "otherEpoch",
      `the signature is for key epoch ${proposal.epoch.toString()}, the contract is at ${epoch.toString()}`,
    );
  switch (rule.tag) {
    case "own":
      if (wallet === null || !sameBytes(wallet.key, setting.groupKey))
        refuseTo("notThePegKey", "the contract's wallet is not this group's key");
      return "The contract names this group’s key as its wallet.";
    case "handedTo":
      if (wallet === null || !sameBytes(wallet.key, rule.key))
        refuseTo("handOffNotAnnounced", "the contract does not name the next group's key as its wallet");
      return "The contract names the next group’s key as its wallet.";
    case "before":
      if (wallet !== null && sameBytes(wallet.key, setting.groupKey))
        refuseTo("notThePegKey", "this group's key is the wallet already");
      return wallet === null
        ? "The contract has no wallet yet."
        : "The contract’s wallet is another group’s, which has to sign this too.";
  }
}

/** A transaction and where it is in the chain. */
export interface Found {
  readonly tx: BitcoinTx;
  readonly inclusion: Inclusion;
}

/** Proves a transaction against the header chain. @throws as a check does */
export function prove(
  confirmed: Outcome<Confirmed>,
  txid: Txid | string,
  { chain, setting }: Pick<Standing, "chain" | "setting">,
): Found {
  const { raw, proof } = need(confirmed);
  const tx = parseTransaction(raw);
  if (tx.txid !== txid) refuseTo("proofForged", `the transaction shown is ${tx.txid}, not ${txid}`);
  return { tx, inclusion: verifyInclusion(raw, proof, chain, setting.confirmations) };
}

/** The block a proposal names must be the one that holds the transaction: the contract's guard against reorganisations. */
export function checkBlock(
  named: BurnBlock,
  held: { readonly height: number; readonly blockHash: BlockHash },
): void {
  if (named.height !== held.height || named.hash !== held.blockHash)
    refuseTo(
      "blockMismatch",
      `the proposal names block ${named.height}, the transaction is in ${held.height}`,
    );
}

/** An address for people, or the script in hex where it has none. */
export const addressText = (script: Uint8Array, { network }: PegSetting): string =>
  addressOf(script, network) ?? Array.from(script, (byte) => byte.toString(16).padStart(2, "0")).join("");
