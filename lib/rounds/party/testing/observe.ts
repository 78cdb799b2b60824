import type { Fact } from "../../core/machine.ts";
import type { TransitionTable } from "../../core/table.ts";
import type { KeygenFact } from "../../keygen/facts.ts";
import { replayCoordinatorPhase, replaySignerPhase } from "../../keygen/replay.ts";
import { coordinatorTable, signerTable } from "../../keygen/table.ts";
import { replayLobbyCoordinator, type LobbyCoordinatorFact } from "../../lobby/coordinator-facts.ts";
import { type MemberFact, replayMember } from "../../lobby/member-facts.ts";
import { lobbyTable, memberTable } from "../../lobby/table.ts";
import { decodeRecord } from "../journal.ts";
import type { Party } from "../state.ts";
import type { Tab } from "./hub.ts";

/** What was seen of each machine: "from --fact--> to". */
export type Observed = Map<string, Set<string>>;

export const tables: ReadonlyMap<string, TransitionTable> = new Map<string, TransitionTable>([
  ["member", memberTable],
  ["lobby", lobbyTable],
  ["signer", signerTable],
  ["coordinator", coordinatorTable],
]);

export const rowsOf = (table: TransitionTable): Set<string> =>
  new Set(table.transitions.map(({ from, on, to }) => `${from} --${on}--> ${to}`));

/** Watches every step of a tab from now on, and follows its facts one by one through the machines' phases. */
export function observe(tab: Tab, observed: Observed): void {
  const run = tab.do.bind(tab);
  tab.do = (event) => {
    const before = tab.party;
    const known = new Set(before.log.reveal().map(({ fact }) => fact));
    const effects = run(event);
    for (const effect of effects) {
      if (effect.tag !== "persist") continue;
      const facts = effect.replace
        ? tab.party.log.reveal().filter(({ fact }) => !known.has(fact))
        : decodeRecord(effect.record).facts;
      follow(before, facts, observed);
    }
    return effects;
  };
}

function follow(before: Party, facts: readonly { machine: string; fact: Fact }[], observed: Observed): void {
  let { member, lobby } = before;
  const phases = new Map<string, { tag: string }>();
  const note = (machine: string, from: string, fact: Fact, to: string): void => {
    const seen = observed.get(machine) ?? new Set();
    observed.set(machine, seen.add(`${from} --${fact.tag}--> ${to}`));
  };
  for (const { machine, fact } of facts) {
    if (fact.tag === "heard" || fact.tag === "convicted") continue;
    if (machine === "lobby.member") {
      const next = replayMember(member, fact as unknown as MemberFact);
      note("member", member.phase.tag, fact, next.phase.tag);
      member = next;
    } else if (machine === "lobby.coordinator" && lobby !== null) {
      const next = replayLobbyCoordinator(lobby, fact as unknown as LobbyCoordinatorFact);
      note("lobby", lobby.phase.tag, fact, next.phase.tag);
      lobby = next;
    } else if (machine.endsWith(".keygen") || machine.endsWith(".keygen-coordinator")) {
      const seat = machine.endsWith(".keygen");
      const group = [...before.groups].find(([id]) => machine.startsWith(id))?.[1];
      const state = seat ? group?.keygen : group?.keygenCoordinator;
      const phase = phases.get(machine) ?? state?.phase ?? { tag: "idle" };
      const replayPhase = (seat ? replaySignerPhase : replayCoordinatorPhase) as (
        phase: { tag: string },
        fact: KeygenFact,
      ) => { tag: string };
      const next = replayPhase(phase, fact as unknown as KeygenFact);
      note(seat ? "signer" : "coordinator", phase.tag, fact, next.tag);
      phases.set(machine, next);
    }
  }
}
