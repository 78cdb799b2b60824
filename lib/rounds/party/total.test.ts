import { describe, expect, test } from "vitest";
import { kinds, type Kind } from "../core/kind.ts";
import type { MachineEvent, Message } from "../core/machine.ts";
import { ALL, type GroupId, msgId, NO_ROUND, type PartyId, roundId } from "../core/names.ts";
import { keygenCoordinator } from "../keygen/coordinator.ts";
import { keygenSigner } from "../keygen/signer.ts";
import { type CoordinatorState, roundOf, type SignerState } from "../keygen/state.ts";
import { lobbyCoordinator } from "../lobby/coordinator.ts";
import { lobbyMember } from "../lobby/member.ts";
import type { LobbyCoordinatorState, MemberState } from "../lobby/state.ts";
import { keygenContext, lobbyContext } from "./contexts.ts";
import { Hub, readiness, type Tab, testRng } from "./testing/hub.ts";
import { openOwn } from "./testing/malice.ts";

/** Every state that one run goes through, by tag, and every message that was said. */
function harvest() {
  const signers = new Map<string, SignerState>();
  const coordinators = new Map<string, CoordinatorState>();
  const members = new Map<string, MemberState>();
  const lobbies = new Map<string, LobbyCoordinatorState>();
  const messages: Message[] = [];
  const collect = (hub: Hub): void => {
    for (const tab of hub.tabs) {
      members.set(tab.party.member.phase.tag, tab.party.member);
      if (tab.party.lobby !== null) lobbies.set(tab.party.lobby.phase.tag, tab.party.lobby);
      for (const group of tab.party.groups.values()) {
        if (group.keygen !== null) signers.set(group.keygen.phase.tag, group.keygen);
        if (group.keygenCoordinator !== null)
          coordinators.set(group.keygenCoordinator.phase.tag, group.keygenCoordinator);
      }
    }
  };
  const watch = (hub: Hub): void => {
    hub.network = (wire) => {
      collect(hub);
      const tab = hub.tabs.find((one) => one.identity.id === wire.from);
      if (tab !== undefined) messages.push(openOwn(tab, wire.frame));
      return [wire.frame];
    };
  };
  const good = new Hub({ seats: 3, threshold: 2 });
  collect(good);
  watch(good);
  const id = good.seal();
  good.runDkg(id);
  collect(good);
  const stopping = new Hub({ seats: 3, threshold: 2 });
  watch(stopping);
  const other = stopping.seal();
  stopping.person = (tab, decision) =>
    decision.tag === "compareFingerprint" && tab === stopping.signers[0]
      ? { tag: "no", reason: "" }
      : { tag: "yes" };
  stopping.runDkg(other);
  collect(stopping);
  const aborted = new Hub({ seats: 3, threshold: 2 });
  const third = aborted.seal();
  aborted.network = (wire) => (wire.frame[1] === kinds.DKG_PRIVATE_SHARES ? [] : [wire.frame]);
  aborted.runDkg(third);
  collect(aborted);
  aborted.coordinator.command({ tag: "coordinateKeygen", groupId: third, command: { tag: "stopKeygen" } });
  collect(aborted);
  aborted.coordinator.command({ tag: "lobby", command: { tag: "close" } });
  collect(aborted);
  const declined = new Hub({ seats: 2, threshold: 2 });
  declined.person = () => ({ tag: "no", reason: "no" });
  try {
    declined.seal();
  } catch {
    collect(declined);
  }
  declined.coordinator.command({ tag: "lobby", command: { tag: "close" } });
  collect(declined);
  return { good, id, signers, coordinators, members, lobbies, messages };
}

const { good, id, signers, coordinators, members, lobbies, messages } = harvest();
const seat = good.signers[0] as Tab;
const group = seat.party.groups.get(id);
const coordinatorGroup = good.coordinator.party.groups.get(id);
if (group === undefined || coordinatorGroup === undefined) throw new Error("no group");

const senders: readonly PartyId[] = [
  seat.identity.id,
  (good.signers[1] as Tab).identity.id,
  good.coordinator.identity.id,
  "0e".repeat(32) as PartyId,
];

const rubbish = senders.flatMap((from) =>
  [ALL, seat.identity.id].flatMap((to) =>
    [new Uint8Array(), new Uint8Array(200).fill(1), new Uint8Array(68), new Uint8Array(4)].map(
      (payload) => [from, to, payload] as const,
    ),
  ),
);

/** Each message as it was said, from everybody, of its own round, another and none; and rubbish of every kind. */
function* everyMessage(groupId: GroupId, round: ReturnType<typeof roundOf>): Generator<Message> {
  const seen = new Set<string>();
  for (const message of messages) {
    if (seen.has(message.kind)) continue;
    seen.add(message.kind);
    for (const from of senders) {
      for (const roundIdOf of [round ?? message.roundId, message.roundId, NO_ROUND]) {
        yield {
          ...message,
          groupId,
          from,
          roundId: roundIdOf,
          to: message.to === ALL ? ALL : seat.identity.id,
        };
      }
    }
  }
  for (const kind of Object.keys(kinds) as Kind[]) {
    for (const [from, to, payload] of rubbish) {
      yield {
        kind,
        groupId,
        roundId: round ?? roundId(new Uint8Array(16).fill(8)),
        from,
        to,
        epoch: seat.party.config.epoch,
        counter: 0n,
        msgId: msgId(new Uint8Array(16).fill(9)),
        payload,
        frame: new Uint8Array(300),
      };
    }
  }
}

function* everyEvent<Command>(
  groupId: GroupId,
  round: ReturnType<typeof roundOf>,
  commands: readonly Command[],
): Generator<MachineEvent<Command>> {
  const now = good.now + 10;
  for (const message of everyMessage(groupId, round)) yield { tag: "message", now, message };
  for (const command of commands) yield { tag: "command", now, command };
  for (const at of [now, now + 3_600_000, 0]) yield { tag: "tick", now: at };
  for (const verdict of [{ tag: "yes" }, { tag: "no", reason: "\u0000" }] as const) {
    for (const decision of ["nobody asked", `fingerprint/${id}/${round ?? ""}`, `roster/${id}`]) {
      yield { tag: "decided", now, id: decision, verdict };
    }
  }
}

describe("every state answers every event", () => {
  test.each([...signers])("key generation at a seat: %s", (_tag, state) => {
    const context = keygenContext(seat.party, group);
    for (const event of everyEvent(id, roundOf(state.phase), [
      { tag: "stopKeygen" },
      { tag: "reportMismatch" },
    ] as const)) {
      const outcome = keygenSigner.step(context, state, event, testRng("total"));
      const replayed = outcome.facts.reduce(
        (before, fact) => keygenSigner.replay(context, before, fact),
        state,
      );
      expect(replayed.phase.tag).toBe(outcome.state.phase.tag);
    }
  });

  test.each([...coordinators])("key generation at the coordinator: %s", (_tag, state) => {
    const context = keygenContext(good.coordinator.party, coordinatorGroup);
    const commands = [{ tag: "runDkg" }, { tag: "stopKeygen" }, { tag: "reportMismatch" }] as const;
    for (const event of everyEvent(id, roundOf(state.phase), commands)) {
      const outcome = keygenCoordinator.step(context, state, event, testRng("total"));
      const replayed = outcome.facts.reduce(
        (before, fact) => keygenCoordinator.replay(context, before, fact),
        state,
      );
      expect(replayed.phase.tag).toBe(outcome.state.phase.tag);
    }
  });

  test.each([...members])("a lobby at a member: %s", (_tag, state) => {
    const context = lobbyContext(seat.party);
    const commands = [
      { tag: "join", name: "Ann", readiness },
      { tag: "join", name: " ", readiness },
    ] as const;
    for (const event of everyEvent(seat.party.keys.lobbyId, null, commands)) {
      const outcome = lobbyMember.step(context, state, event, testRng("total"));
      const replayed = outcome.facts.reduce(
        (before, fact) => lobbyMember.replay(context, before, fact),
        state,
      );
      expect(replayed.phase).toEqual(outcome.state.phase);
    }
  });

  test.each([...lobbies])("a lobby at its coordinator: %s", (_tag, state) => {
    const context = lobbyContext(good.coordinator.party);
    const settings = { name: "G", network: "devnet", threshold: 2, seats: 2 } as const;
    const identity = seat.identity.id;
    const commands = [
      { tag: "open", settings, expected: [] },
      { tag: "open", settings: { ...settings, seats: 1 }, expected: [] },
      { tag: "setWeight", identity, weight: 2 },
      { tag: "setWeight", identity, weight: 0 },
      { tag: "remove", identity },
      { tag: "propose" },
      { tag: "withdraw" },
      { tag: "reopen", threshold: 2, seats: 2, remove: [identity] },
      { tag: "close" },
    ] as const;
    for (const event of everyEvent(good.coordinator.party.keys.lobbyId, null, commands)) {
      const outcome = lobbyCoordinator.step(context, state, event, testRng("total"));
      const replayed = outcome.facts.reduce(
        (before, fact) => lobbyCoordinator.replay(context, before, fact),
        state,
      );
      expect(replayed.phase).toEqual(outcome.state.phase);
    }
  });

  test("no state was left out", () => {
    expect([...signers.keys()].sort()).toEqual([
      "collectingPrivateShares",
      "collectingPublicShares",
      "comparing",
      "confirming",
      "idle",
      "pending",
      "provingLife",
      "ready",
      "stopped",
      "unusable",
    ]);
    expect([...coordinators.keys()].sort()).toEqual([
      "collectingEnds",
      "collectingPublicShares",
      "comparing",
      "confirming",
      "idle",
      "provingLife",
      "ready",
      "stopped",
      "unusable",
    ]);
    expect([...members.keys()].sort()).toEqual([
      "approved",
      "declined",
      "idle",
      "joined",
      "refused",
      "reviewing",
      "sealed",
    ]);
    expect([...lobbies.keys()].sort()).toEqual(["closed", "idle", "open", "proposed", "sealed"]);
  });
});
