import { sameBytes } from "../../../sbtc/bytes.ts";
import type { BitcoinNode, FeeRates } from "../../../sbtc/bitcoin/node.ts";
import { addressOf } from "../../../sbtc/bitcoin/script.ts";
import {
  checkDeployment,
  tokenContractName,
  type ContractNetwork,
} from "../../../sbtc/contract/deployment.ts";
import { configQueries, sharedQueries, tokenQueries, type Limits } from "../../../sbtc/contract/queries.ts";
import type { BitcoinNetwork } from "../../../sbtc/network.ts";
import { parseGroupKey, pegScript, type GroupKey } from "../../../sbtc/ops/peg-script.ts";
import { attempt } from "../../../sbtc/refusal.ts";
import type { StacksNode } from "../../../sbtc/stacks/node.ts";
import { parseContractId } from "../../../sbtc/stacks/transaction.ts";
import type { Network, Quorum } from "../../views/index.ts";
import { stopWith } from "./problems.ts";

/** Where the page asks. */
export interface PegSources {
  readonly site: Network;
  readonly network: BitcoinNetwork;
  readonly bitcoin: BitcoinNode;
  readonly stacks: StacksNode;
}

/** What the contract and the chains say about a peg at one moment. Amounts in satoshi. */
export interface PegFacts {
  readonly contract: string;
  readonly groupKey: GroupKey;
  readonly pegScript: Uint8Array;
  readonly walletAddress: string;
  readonly epoch: bigint;
  readonly limits: Limits;
  readonly halted: boolean;
  readonly allowList: boolean;
  readonly used: { readonly minted: bigint; readonly locked: bigint };
  readonly supply: bigint;
  readonly quorum: Quorum;
  /** Height of the Bitcoin chain. */
  readonly tip: number;
  readonly rates: FeeRates;
}

/** The configuration contract beside a token contract. */
export const configOf = (token: string): string => `${parseContractId(token).address}.sbtc-config`;

/** Reads a contract's name as a person pastes it: the name itself, or a link of this page that holds it. */
export function readContractText(text: string): string {
  const found = /(S[0-9A-HJKMNP-TV-Z]{27,40}\.[a-zA-Z][a-zA-Z0-9_-]*)/.exec(text.trim());
  const contract = found?.[1] ?? stopWith("contract-name", { detail: text.trim().slice(0, 80) });
  return parseContractId(contract).name === tokenContractName
    ? contract
    : stopWith("contract-name", { detail: contract });
}

/**
 * Makes sure that the contract is the one this page was written for: every text beside it, byte for byte.
 * @throws PegProblemError `contract-missing`, `contract-foreign`
 */
export async function checkContract({ site, stacks }: PegSources, contract: string): Promise<void> {
  const network: ContractNetwork = site === "mainnet" ? "mainnet" : site === "devnet" ? "devnet" : "testnet";
  if ((await stacks.contractSource(contract)) === null) stopWith("contract-missing", { detail: contract });
  const foreign = await checkDeployment(stacks, network, contract);
  if (foreign.length > 0) stopWith("contract-foreign", { detail: foreign.join(", ") });
}

/**
 * Reads everything the form decides by.
 * @throws PegProblemError `no-wallet-yet`, `wallet-differs`; Refusal of the sources
 */
export async function readFacts(
  { network, bitcoin, stacks }: PegSources,
  contract: string,
): Promise<PegFacts> {
  const config = configOf(contract);
  const [wallet, halted, used, supply, limits, allowList, keys, threshold, tip, rates] = await Promise.all([
    stacks.read(tokenQueries.wallet(contract)),
    stacks.read(sharedQueries.tradingHalted(contract)),
    stacks.read(tokenQueries.windowUse(contract)),
    stacks.read(tokenQueries.totalSupply(contract)),
    stacks.read(configQueries.limits(config)),
    stacks.read(configQueries.allowListEnabled(config)),
    stacks.read(sharedQueries.keyCount(contract)),
    stacks.read(sharedQueries.threshold(contract)),
    bitcoin.tip(),
    bitcoin.feeRates(),
  ]);
  if (wallet.wallet === null) return stopWith("no-wallet-yet");
  const { key, address } = wallet.wallet;
  const parsed = attempt(() => parseGroupKey(key));
  if (!parsed.ok) return stopWith("wallet-differs", { detail: address });
  const { script } = pegScript(parsed.value, "peg");
  const own = addressOf(script, network);
  // The key is what signs; an address that is not the key's would send deposits to somebody else.
  if (own !== address) return stopWith("wallet-differs", { detail: address });
  return {
    contract,
    groupKey: parsed.value,
    pegScript: script,
    walletAddress: address,
    epoch: wallet.epoch,
    limits,
    halted,
    allowList,
    used,
    supply,
    quorum: { have: 0, needed: threshold, total: keys },
    tip: tip.height,
    rates,
  };
}

/** True where a script is the peg's own. */
export const isPegScript = (facts: PegFacts, script: Uint8Array): boolean =>
  sameBytes(facts.pegScript, script);
