import type { GroupState, Party } from "../../../rounds/index.ts";
import { machineNames } from "../../../rounds/party/names.ts";
import type { FactLog } from "../../../rounds/party/state.ts";
import { begunAt } from "./ceremony.ts";

/** When the key of a group came about, by this device's clock (ms); null for what is not known here. */
export interface KeyTimes {
  readonly begunAt: number | null;
  readonly certifiedAt: number | null;
  /** All shares were shown to work. */
  readonly aliveAt: number | null;
  /** Everybody had said that the code matches. */
  readonly readyAt: number | null;
}

// The log only grows by new objects: what one holds is read once.
const read = new WeakMap<FactLog, Map<string, KeyTimes>>();

export function keyTimes(party: Party, group: GroupState): KeyTimes {
  const name =
    group.keygen === null
      ? machineNames.keygenCoordinator(group.sealed.groupId)
      : machineNames.keygen(group.sealed.groupId);
  const known = read.get(party.log) ?? new Map<string, KeyTimes>();
  read.set(party.log, known);
  const found = known.get(name);
  if (found !== undefined) return found;
  const facts = party.log.reveal().filter(({ machine }) => machine === name);
  const at = (tag: string): number | null => {
    const time = facts.findLast(({ fact }) => fact.tag === tag)?.fact["at"];
    return typeof time === "number" ? time : null;
  };
  const times = {
    begunAt: begunAt(group),
    certifiedAt: at("certified"),
    aliveAt: at("alive"),
    readyAt: at("ready"),
  };
  known.set(name, times);
  return times;
}
