import { type GroupId, type GroupState, type Party, signingContext } from "../../rounds/index.ts";
import { refuse } from "../../sbtc/refusal.ts";
import { compareSources } from "../../sbtc/bitcoin/compare.ts";
import { parseGroupKey, pegScript } from "../../sbtc/ops/peg-script.ts";
import { SignedMemory } from "../../sbtc/peg/checks/memory.ts";
import type { SiteChains } from "../../wire/chains.ts";
import type { Sealer } from "../driver/journal.ts";
import { PegSigner } from "../peg/signer/signer.ts";
import { signerNetworks, signerSources } from "../peg/signer/sources.ts";
import { loadSigner, startAt } from "../peg/signer/storage.ts";
import type { Successors } from "../peg/signer/successors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";

/** What opening a seat's judgement of the peg takes. */
export interface PegSeat {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly chains: SiteChains | null;
  readonly party: () => Party;
  readonly successors: Successors;
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
  const successor = (key: Uint8Array) => seat.successors.facts(seat.party(), key);
  const { carried, expiredPegScripts } = await inheritance(seat, groupId);
  const alarm = (): boolean => hasAlarm(seat.party().groups.get(groupId));
  return PegSigner.open(
    { ...sources, minSources, store, sealer, clock, successor, alarm },
    {
      group: groupId,
      roster: group.sealed.roster,
      setting: {
        ...network.terms,
        network: network.bitcoin,
        groupKey: parseGroupKey(context.key.publicKeyPackage.xOnly),
        expiredPegScripts,
      },
      carried,
      parameters,
      start: { height: start.height, hash: start.hash },
      contractNetwork: network.contracts,
    },
  );
}

/** True where this seat agreed that a group hands its peg over: its share then signs nothing but the way of its coins. */
export async function hasHandedOver(
  { party, store, sealer }: Pick<PegSeat, "party" | "store" | "sealer">,
  groupId: GroupId,
): Promise<boolean> {
  const group = party().groups.get(groupId);
  const context = group === undefined ? null : signingContext(party(), group);
  if (context === null) return false;
  const memory = new SignedMemory((await loadSigner(groupId, store, sealer)).entries);
  return memory.successorOf(parseGroupKey(context.key.publicKeyPackage.xOnly)) !== null;
}

/** What earlier groups of this seat left to this one: the contract they approved, and wallets that were handed over. */
async function inheritance({ party, store, sealer }: PegSeat, groupId: GroupId) {
  let carried: string | null = null;
  const expiredPegScripts: Uint8Array[] = [];
  for (const [id, group] of party().groups) {
    if (id === groupId) break;
    const context = signingContext(party(), group);
    if (context === null) continue;
    const memory = new SignedMemory((await loadSigner(id, store, sealer)).entries);
    const key = parseGroupKey(context.key.publicKeyPackage.xOnly);
    carried = memory.pinnedContract ?? carried;
    if (memory.successorOf(key) !== null) expiredPegScripts.push(pegScript(key, "peg").script);
  }
  return { carried, expiredPegScripts };
}

function hasAlarm(group: GroupState | undefined): boolean {
  const phase = group?.keygen?.phase;
  return phase?.tag === "ready" && phase.alarms.length > 0;
}
