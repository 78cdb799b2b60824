import { roundId, signingContext, type GroupState } from "../../../rounds/index.ts";
import { parseGroupKey } from "../../../sbtc/ops/peg-script.ts";
import { compareSources } from "../../../sbtc/bitcoin/compare.ts";
import { Refusal, refuse } from "../../../sbtc/refusal.ts";
import type { SiteChains } from "../../../wire/chains.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Rng } from "../../ports/rng.ts";
import type { Store } from "../../ports/store.ts";
import type { Seat } from "../../seat/seat.ts";
import { signerRows } from "../numbers/signers.ts";
import { signerNetworks, signerSources } from "../signer/sources.ts";
import { feeKeys } from "./fee-keys.ts";
import { loadMemory } from "./memory.ts";
import type { PegGroup } from "./plan.ts";
import { PegHost, type FeeAddresses, type HostPorts } from "./host.ts";
import { SeatFrost, type FrostSeat } from "./seat-frost.ts";

/** What hosting a peg takes beside the seat. */
export interface SeatHostPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly chains: SiteChains;
  readonly fetch: typeof fetch;
  readonly onChange: () => void;
  readonly onFault: (error: unknown) => void;
}

/** The peg that a seat coordinates. */
export interface SeatHost {
  readonly host: PegHost;
  /** Looks whether any group has answered. Call it after each change of the seat. */
  readonly tend: () => void;
  readonly close: () => void;
}

/**
 * Opens the peg in its coordinator's tab. The caller holds the seat's lock, so there is one in a browser.
 * @throws Refusal `sourceMissing` where the site names too few sources, or no group has a key yet; StoreError
 */
export async function openSeatHost(seat: Seat, ports: SeatHostPorts): Promise<SeatHost> {
  const groups = groupsOf(seat, ports);
  const home = await homeOf(groups(), ports.store);
  if (home === null) return refuse("sourceMissing", "no group has a usable key");
  const { roster, groupId } = home;
  const network = signerNetworks[roster.network];
  const sources = signerSources(ports.chains, network, ports.fetch);
  const [stacks] = sources.stacks;
  if (stacks === undefined) return refuse("sourceMissing", "this site names no Stacks source");
  const hostPorts: HostPorts = {
    bitcoin: compareSources(sources.bitcoin, { minSources: network.minSources }),
    stacks,
    store: ports.store,
    clock: ports.clock,
    rng: ports.rng,
    groups,
    faucet: roster.network === "devnet" ? (addresses) => devnetFaucet(ports.fetch, addresses) : null,
    signers: () => signerRows(roster.seats, seat.history.requests.values()),
    site: seat.secrets.invite.relay,
    onChange: ports.onChange,
    onFault: ports.onFault,
  };
  const fees = feeKeys(seat.secrets.identity, groupId);
  return {
    host: await PegHost.open(hostPorts, { ...home, fees }),
    tend: () => groups().forEach(({ frost }) => frost.tend()),
    close: () => groups().forEach(({ frost }) => frost.close()),
  };
}

/** Groups with a key that this seat coordinates, oldest first, each with one way to ask it. */
function groupsOf(seat: Seat, ports: SeatHostPorts): () => readonly PegGroup[] {
  const known = new Map<string, PegGroup>();
  return () => {
    for (const [groupId, group] of seat.party.groups) {
      const context = signingContext(seat.party, group);
      if (known.has(groupId) || context === null || group.keygenCoordinator?.phase.tag !== "ready") continue;
      const key = parseGroupKey(context.key.publicKeyPackage.xOnly);
      const frost = new SeatFrost(frostSeat(seat, group, ports));
      known.set(groupId, { roster: group.sealed.roster, groupId, key, frost });
    }
    return [...known.values()];
  };
}

/** The group a peg was set up for; the newest where none was: what is set up then is set up for that one. */
async function homeOf(groups: readonly PegGroup[], store: Store): Promise<PegGroup | null> {
  for (const group of groups) if ((await loadMemory(store, group.groupId)).begunAt !== null) return group;
  return groups.at(-1) ?? null;
}

function frostSeat(seat: Seat, { sealed }: GroupState, { clock, rng }: SeatHostPorts): FrostSeat {
  const { groupId, roster } = sealed;
  return {
    clock,
    requests: () => seat.party.groups.get(groupId)?.signing?.requests ?? null,
    ask: (operation, expiry) =>
      seat.command({
        tag: "coordinateSigning",
        groupId,
        command: { tag: "sign", roundId: roundId(rng.bytes(16)), operation, expiry },
      }),
    cancel: (digest, reason) =>
      seat.command({ tag: "coordinateSigning", groupId, command: { tag: "cancel", digest, reason } }),
    canDoWithout: (seats) => {
      const left = roster.seats.filter(({ identity }) => !seats.includes(identity));
      return left.reduce((sum, { weight }) => sum + weight, 0) >= roster.threshold;
    },
    nameOf: (id) => roster.seats.find(({ identity }) => identity === id)?.name ?? "a signer",
  };
}

/** Coins of the devnet's faucet: several, so that several transactions at once find one each. */
const gifts = { count: 4, sats: 250_000n };

async function devnetFaucet(
  fetch: typeof globalThis.fetch,
  { stacks, bitcoin }: FeeAddresses,
): Promise<void> {
  const post = async (path: string, body: object): Promise<void> => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }).catch(
      (cause: unknown) => {
        throw new Refusal("nodeUnreachable", "the devnet cannot be reached", { cause });
      },
    );
    if (!answer.ok) refuse("nodeRejected", `the devnet's faucet: ${(await answer.text()).slice(0, 200)}`);
  };
  await post("/api/stacks/extended/v1/faucets/stx", { address: stacks });
  for (let i = 0; i < gifts.count; i++)
    await post("/api/bitcoin/devnet/faucet", { address: bitcoin, amount: gifts.sats.toString() });
}
