import { secp256k1 } from "@noble/curves/secp256k1.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { bytesOf, type Roster } from "../../../rounds/index.ts";
import { addressOf, scriptOfAddress } from "../../../sbtc/bitcoin/script.ts";
import type { Limits } from "../../../sbtc/contract/queries.ts";
import { accountOf } from "../../../sbtc/ops/owner-signature.ts";
import { pegScript, type GroupKey } from "../../../sbtc/ops/peg-script.ts";
import { formatPrincipal } from "../../../sbtc/ops/principal.ts";
import type { PegTerms } from "../../../sbtc/peg/coordinator/facts.ts";
import type { SetUpPlan } from "../../../sbtc/peg/coordinator/set-up.ts";
import type { StacksNetworkName } from "../../../sbtc/stacks/transaction.ts";
import { signerNetworks, type SignerNetwork } from "../signer/sources.ts";
import type { FeeKeys } from "./fee-keys.ts";
import type { HostMemory } from "./memory.ts";
import type { SeatFrost } from "./seat-frost.ts";

/** A group of this seat, and the way to ask it. */
export interface PegGroup {
  readonly roster: Roster;
  readonly groupId: string;
  readonly key: GroupKey;
  readonly frost: SeatFrost;
}

/** The group a peg was set up for, and who pays its fees: they stay when the peg goes over to another group. */
export interface HostedGroup extends PegGroup {
  readonly fees: FeeKeys;
}

/** What a network's contract is set up with. Amounts in satoshi, the rest in Bitcoin blocks. */
function limitsOf({ terms }: SignerNetwork, isDevnet: boolean): Limits {
  const { confirmations } = terms;
  const small = { minAmount: 1_000n, maxMint: 10_000_000n, maxLock: 10_000_000n };
  const large = { minAmount: 1_000n, maxMint: 100_000_000n, maxLock: 100_000_000n };
  return {
    ...(isDevnet ? large : small),
    window: 144,
    windowMint: isDevnet ? 1_000_000_000n : 50_000_000n,
    windowLock: isDevnet ? 1_000_000_000n : 50_000_000n,
    supplyCap: isDevnet ? 2_100_000_000n : 1_000_000_000n,
    confirmations,
    // signers want a lock to be `confirmations` deep and do not pay in the last blocks before it expires
    lifetime: 4 * confirmations + 12,
  };
}

export const stacksNetworkOf = ({ roster }: Pick<HostedGroup, "roster">): StacksNetworkName =>
  roster.network === "mainnet" ? "mainnet" : "testnet";

/** Members are named by a Stacks principal or by a Bitcoin address. */
export const isPrincipal = (who: string): boolean => /^S[0-9A-Z]/.test(who);

/** How the peg of a group is to be set up. Signers are registered under the keys they sign their messages with. */
export function setUpPlan(
  group: Pick<HostedGroup, "roster" | "key" | "fees">,
  account: string,
  { allowList, members }: Pick<HostMemory, "allowList" | "members">,
): SetUpPlan {
  const { roster, key, fees } = group;
  const network = signerNetworks[roster.network];
  const { script } = pegScript(key, "peg");
  const address = addressOf(script, network.bitcoin);
  const allowed = members.flatMap((member) => (member.allowed ? [member.who] : []));
  if (address === null) throw new Error("a taproot script has an address");
  return {
    network: network.contracts,
    limits: limitsOf(network, roster.network === "devnet"),
    allowList,
    // Its key is that of the coins it pays with: signers take no other coin for the fee wallet's.
    coordinator: { address: account, key: secp256k1.getPublicKey(fees.bitcoin) },
    registry: {
      threshold: roster.threshold,
      signers: roster.seats.map(({ identity, weight }) => {
        // An identity is an x coordinate; its point is the one with even y (BIP 340).
        const full = concatBytes(Uint8Array.of(2), bytesOf(identity));
        return { address: formatPrincipal(accountOf(full, network.bitcoin)), key: full, weight };
      }),
    },
    recipients: allowed.filter(isPrincipal),
    scripts: allowed.filter((who) => !isPrincipal(who)).map((who) => scriptOfAddress(who, network.bitcoin)),
    wallet: { key, address },
  };
}

/**
 * What does not change while the loop of a group runs.
 * @param contract the token contract
 * @param earlier wallets of the peg's earlier groups
 */
export function termsOf(
  { roster, key }: Pick<HostedGroup, "roster" | "key">,
  contract: string,
  earlier: readonly Uint8Array[] = [],
): PegTerms {
  const { bitcoin, terms } = signerNetworks[roster.network];
  return {
    network: bitcoin,
    dialect: terms.dialect,
    key,
    pegScript: pegScript(key, "peg").script,
    earlier,
    contract,
    chainId: terms.chainId,
    bumpAfter: terms.confirmations,
    cancelGrace: terms.confirmations,
    returnToSender: true,
  };
}
