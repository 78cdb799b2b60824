import { secp256k1 } from "@noble/curves/secp256k1.js";
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { type GroupId, type Party, type PartyCommand, signingContext } from "../../rounds/index.ts";
import { refuse } from "../../sbtc/refusal.ts";
import { compareSources } from "../../sbtc/bitcoin/compare.ts";
import { addressOf } from "../../sbtc/bitcoin/script.ts";
import type { Limits } from "../../sbtc/contract/queries.ts";
import { accountOf } from "../../sbtc/ops/ownerSignature.ts";
import { parseGroupKey, pegScript } from "../../sbtc/ops/pegScript.ts";
import { formatPrincipal } from "../../sbtc/ops/principal.ts";
import type { SiteChains } from "../../wire/chains.ts";
import type { Sealer } from "../driver/journal.ts";
import { CoordinatorDesk, feeKeys } from "../peg/coordinator/desk.ts";
import { seatGroup } from "../peg/coordinator/seat-group.ts";
import { signerNetworks, signerSources } from "../peg/signer/sources.ts";
import { startAt } from "../peg/signer/storage.ts";
import type { Clock } from "../ports/clock.ts";
import type { Rng } from "../ports/rng.ts";
import type { Store } from "../ports/store.ts";

/** What coordinating a peg takes of its seat. */
export interface CoordinatingSeat {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly rng: Rng;
  /** The seat's own secret: the fee keys follow from it. */
  readonly identity: Uint8Array;
  readonly chains: SiteChains | null;
  readonly party: () => Party;
  readonly command: (command: PartyCommand) => Promise<void>;
  readonly onChange: () => void;
}

/** Caps of a new alpha, until its owner sets others. Satoshi and blocks. */
const limits: Omit<Limits, "confirmations"> = {
  minAmount: 1_000n,
  maxMint: 100_000_000n,
  maxLock: 100_000_000n,
  window: 144,
  windowMint: 1_000_000_000n,
  windowLock: 1_000_000_000n,
  supplyCap: 10_000_000_000n,
  lifetime: 24,
};
const blocks = { bumpAfter: 3, cancelGrace: 6 } as const;
/** A block of the devnet comes every half minute, one of a real chain every ten. */
const lookEvery = { devnet: 3_000, other: 20_000 } as const;

/**
 * The peg of a group, for the tab that coordinates it: terms from the roster and the key, chains from the site.
 * @throws Refusal `sourceMissing` where the site names too few sources, or the group has no key yet
 */
export async function openPegCoordinator(seat: CoordinatingSeat, groupId: GroupId): Promise<CoordinatorDesk> {
  const group = seat.party().groups.get(groupId);
  const context = group === undefined ? null : signingContext(seat.party(), group);
  if (group === undefined || context === null) return refuse("sourceMissing", "the group has no usable key");
  if (seat.chains === null) return refuse("sourceMissing", "this site names no chains");
  const { roster } = group.sealed;
  const network = signerNetworks[roster.network];
  const { bitcoin: bitcoinNetwork, parameters, contracts, minSources, terms } = network;
  const sources = signerSources(seat.chains, network, globalThis.fetch);
  const bitcoin = compareSources(sources.bitcoin, { minSources });
  const [stacks] = sources.stacks;
  if (stacks === undefined) return refuse("sourceMissing", "this site names no Stacks node");
  const start =
    parameters.name === "regtest"
      ? parameters.start
      : await startAt(groupId, seat.store, seat.sealer, () => bitcoin.tip());
  const key = parseGroupKey(context.key.publicKeyPackage.xOnly);
  const { script } = pegScript(key, "peg");
  const keys = feeKeys(seat.identity);
  const { store, clock, rng, onChange } = seat;
  return new CoordinatorDesk(
    { bitcoin, stacks, store, clock, rng, onChange, frost: seatGroup(seat, groupId) },
    {
      network: roster.network,
      terms: {
        ...{
          network: bitcoinNetwork,
          dialect: terms.dialect,
          chainId: terms.chainId,
          key,
          pegScript: script,
        },
        ...blocks,
        returnToSender: true,
      },
      parameters,
      start: { height: start.height, hash: start.hash },
      keys,
      lookEveryMs: roster.network === "devnet" ? lookEvery.devnet : lookEvery.other,
      plan: {
        network: contracts,
        limits: { ...limits, confirmations: terms.confirmations },
        // On the devnet whoever comes may try; elsewhere members are named.
        allowList: roster.network !== "devnet",
        coordinatorKey: secp256k1.getPublicKey(keys.bitcoin),
        registry: {
          threshold: roster.threshold,
          signers: roster.seats.map(({ identity, weight }) => {
            const compressed = concatBytes(Uint8Array.of(2), hexToBytes(identity));
            return {
              address: formatPrincipal(accountOf(compressed, bitcoinNetwork)),
              key: compressed,
              weight,
            };
          }),
        },
        wallet: { key, address: addressOf(script, bitcoinNetwork) ?? "" },
      },
    },
  );
}
