import { type GroupId, type GroupState, type Party, signingContext } from "../../rounds/index.ts";
import { sameBytes } from "../../sbtc/bytes.ts";
import { refuse } from "../../sbtc/refusal.ts";
import { compareSources } from "../../sbtc/bitcoin/compare.ts";
import { parseGroupKey } from "../../sbtc/ops/pegScript.ts";
import type { SuccessorFacts } from "../../sbtc/peg/checks/evidence.ts";
import type { SiteChains } from "../../wire/chains.ts";
import type { Sealer } from "../driver/journal.ts";
import { PegSigner } from "../peg/signer/signer.ts";
import { signerNetworks, signerSources } from "../peg/signer/sources.ts";
import { startAt } from "../peg/signer/storage.ts";
import type { Clock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";

/** What opening a seat's judgement of the peg takes. */
export interface PegSeat {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly chains: SiteChains | null;
  readonly party: () => Party;
}

/**
 * The judgement of the peg for one group of a seat: its network from the roster, its sources from the site.
 * @throws Refusal `sourceMissing` where the site names too few sources, or the group has no key yet
 */
export async function openPegSigner(seat: PegSeat, groupId: GroupId): Promise<PegSigner> {
  const group = seat.party().groups.get(groupId);
  const context = group === undefined ? null : signingContext(seat.party(), group);
  if (group === undefined || context === null) return refuse("sourceMissing", "the group has no usable key");
  if (seat.chains === null) return refuse("sourceMissing", "this site names no chains to check against");
  const { store, sealer, clock } = seat;
  const network = signerNetworks[group.sealed.roster.network];
  const sources = signerSources(seat.chains, network, globalThis.fetch);
  const { parameters, minSources } = network;
  const node = compareSources(sources.bitcoin, { minSources });
  // A local chain is short and is read whole; elsewhere from where it stood when the peg began.
  const start =
    parameters.name === "regtest"
      ? parameters.start
      : await startAt(groupId, store, sealer, () => node.tip());
  const successor = (key: Uint8Array) => successorOf(seat.party(), key);
  const alarm = (): boolean => hasAlarm(seat.party().groups.get(groupId));
  return PegSigner.open(
    { ...sources, minSources, store, sealer, clock, successor, alarm },
    {
      group: groupId,
      setting: {
        ...network.terms,
        network: network.bitcoin,
        groupKey: parseGroupKey(context.key.publicKeyPackage.xOnly),
        expiredPegScripts: [],
      },
      parameters,
      start: { height: start.height, hash: start.hash },
      contractNetwork: network.contracts,
    },
  );
}

/**
 * What this seat knows of another group's key: a group it is itself a member of, whose shares it saw work, and whose code
 * the person here compared. Null for every other key.
 */
function successorOf(party: Party, key: Uint8Array): Omit<SuccessorFacts, "registry"> | null {
  for (const group of party.groups.values()) {
    const context = signingContext(party, group);
    if (context === null || !sameBytes(context.key.publicKeyPackage.xOnly, key)) continue;
    const isReady = isCompared(group);
    return {
      certificate: { bytes: context.certificate, roster: group.sealed.roster },
      alive: isReady,
      tookPart: group.keygen !== null,
      confirmed: isReady,
    };
  }
  return null;
}

function hasAlarm(group: GroupState | undefined): boolean {
  const phase = group?.keygen?.phase;
  return phase?.tag === "ready" && phase.alarms.length > 0;
}

/** Ready is what follows the proof of life and the comparison of the code. */
const isCompared = (group: GroupState): boolean => group.keygen?.phase.tag === "ready";
