import type { SecretRecord } from "../core/machine.ts";
import { groupIdOf } from "../core/roster.ts";
import { rosterOf } from "../lobby/member-facts.ts";
import { encodeRecord } from "./journal.ts";
import { machineNames } from "./names.ts";
import type { Party, Stored } from "./state.ts";

/** Facts of key generation that a key stands on; an unfinished round is in no backup. */
const keyFacts: ReadonlySet<string> = new Set([
  "certified",
  "alive",
  "matches",
  "ready",
  "alarm",
  "unusable",
]);

/**
 * Everything that brings a certified seat, or a coordinator, back on another device, as one record that `replay`
 * takes: rosters, shares, certificates. Never an unfinished key generation, a nonce, or an outbox. The identity's secret is not in it: back it up beside this.
 * @returns null while no key is ready: there is nothing to bring back
 */
export function backupOf(party: Party): SecretRecord | null {
  const ready = [...party.groups].filter(([, group]) => {
    const state = group.keygen ?? group.keygenCoordinator;
    return state?.phase.tag === "ready";
  });
  if (ready.length === 0) return null;
  const keygen = new Set(
    ready.flatMap(([id]) => [machineNames.keygen(id), machineNames.keygenCoordinator(id)]),
  );
  const ids = new Set(ready.map(([id]) => id));
  const belongs = ({ machine, fact }: Stored): boolean => {
    if (machine === machineNames.lobby) return true;
    // A seat needs the rosters of its keys. A group whose key generation was under way is not brought back: what this
    // seat dealt there is not in the backup, and dealing again would be dealing twice.
    if (machine === machineNames.member) {
      const roster = fact["roster"];
      return fact.tag === "sealed" && roster instanceof Uint8Array && ids.has(groupIdOf(rosterOf(roster)));
    }
    if (!keygen.has(machine)) return false;
    return keyFacts.has(fact.tag) || (fact.tag === "heard" && fact["kind"] === "DKG_END");
  };
  const facts = party.log.reveal().filter(belongs);
  return encodeRecord({ facts, sent: [], forgotten: [], replaces: true });
}
