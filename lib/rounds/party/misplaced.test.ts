import { describe, expect, test } from "vitest";
import { certificateOf, type KeygenFact } from "../keygen/facts.ts";
import { replayCoordinatorPhase, replaySignerPhase } from "../keygen/replay.ts";
import { replayLobbyCoordinator } from "../lobby/coordinator-facts.ts";
import { replayMember, rosterOf } from "../lobby/member-facts.ts";
import { initialLobbyCoordinator, initialMember } from "../lobby/state.ts";
import { Hub, readiness } from "./testing/hub.ts";
import { forge } from "./testing/malice.ts";
import { ALL, NO_ROUND, type PartyId } from "../core/names.ts";
import { lobbyRefuse } from "../lobby/messages.ts";

const round = "0a".repeat(16) as never;
const hash = "0b".repeat(32) as never;
const hub = new Hub({ seats: 3, threshold: 2 });
const id = hub.seal();
hub.runDkg(id);
const ready = hub.signers[0]?.party.groups.get(id)?.keygen?.phase;
if (ready?.tag !== "ready") throw new Error("no key");
const stopped = { tag: "stopped", roundId: round, reason: "deadline", missing: [], since: 0 } as const;

describe("facts where no machine writes them", () => {
  const wrong: KeygenFact[] = [
    { tag: "alive", at: 1 },
    { tag: "lifeAttempt", attempt: 1 },
    { tag: "round1", roundId: round, at: 1, round1Hash: hash, keyHash: hash },
  ];
  test.each(wrong)("$tag stops a replay instead of starting half a seat", (fact) => {
    expect(() => replaySignerPhase({ tag: "idle" }, fact)).toThrow("cannot come here");
    if (fact.tag !== "round1")
      expect(() => replayCoordinatorPhase(stopped, fact)).toThrow("cannot come here");
  });

  test("after the certificate as before it", () => {
    expect(() => replaySignerPhase(ready, { tag: "lifeAttempt", attempt: 1 })).toThrow("cannot come here");
    expect(() =>
      replaySignerPhase(
        { ...ready, tag: "comparing" },
        { tag: "alarm", from: id as string as PartyId, at: 5 },
      ),
    ).toThrow();
    expect(() => replaySignerPhase(ready, { tag: "observed", roundId: round, at: 0 })).toThrow(
      "cannot come here",
    );
    expect(() => certificateOf(new Uint8Array(4))).toThrow("malformed");
  });

  test("in a lobby", () => {
    expect(() => replayMember(initialMember, { tag: "approved", at: 0 })).toThrow("cannot come here");
    expect(() => replayMember(initialMember, { tag: "declined", at: 0 })).toThrow("cannot come here");
    expect(() => rosterOf(new Uint8Array(4))).toThrow("malformed");
    const identity = id as string as PartyId;
    for (const fact of [
      { tag: "consented", identity, signature: new Uint8Array(64) },
      { tag: "declined", identity, reason: "" },
    ] as const) {
      expect(() => replayLobbyCoordinator(initialLobbyCoordinator, fact)).toThrow("cannot come here");
    }
  });
});

describe("messages where they mean nothing", () => {
  test("a refusal after the approval, and presence that is none", () => {
    const tab = hub.signers[0];
    if (tab === undefined) throw new Error("no seat");
    const room = tab.party.keys.lobbyId;
    const payload = lobbyRefuse.encode({ reason: "removed" });
    const refusal = forge(hub.coordinator, room, {
      kind: "LOBBY_REFUSE",
      roundId: NO_ROUND,
      to: tab.identity.id,
      payload,
    });
    tab.receive(refusal);
    expect(tab.party.ignored.get("cannot-open") ?? tab.party.ignored.get("not-now")).toBe(1);
    expect(tab.party.member.phase.tag).toBe("sealed");
    tab.receive(
      forge(hub.coordinator, room, {
        kind: "PRESENCE",
        roundId: NO_ROUND,
        to: ALL,
        payload: new Uint8Array(1),
      }),
    );
    expect(tab.party.ignored.get("malformed-payload")).toBe(1);
  });

  test("a member that says something new of itself keeps its seat among the others", () => {
    const other = new Hub({ seats: 3, threshold: 2 });
    other.coordinator.command({
      tag: "lobby",
      command: {
        tag: "open",
        settings: { name: "G", network: "devnet", threshold: 2, seats: 3 },
        expected: [],
      },
    });
    const [ann, bob] = other.signers;
    for (const [tab, name] of [
      [ann, "Ann"],
      [bob, "Bob"],
      [ann, "Anna"],
    ] as const) {
      tab?.command({ tag: "member", command: { tag: "join", name, readiness } });
    }
    expect(other.coordinator.party.lobby?.seats.map((seat) => seat.name)).toEqual(["Anna", "Bob"]);
  });
});
