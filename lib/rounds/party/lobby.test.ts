import { describe, expect, test } from "vitest";
import { bytesOf, type GroupId, NO_ROUND, ALL } from "../core/names.ts";
import { groupIdOf, rosterCodec } from "../core/roster.ts";
import * as codecs from "../lobby/messages.ts";
import { lobbyBoard } from "./lobby-board.ts";
import { Hub, readiness, type Tab } from "./testing/hub.ts";
import { corrupt, forge, isKind, resign } from "./testing/malice.ts";

const options = { seats: 3, threshold: 2 };

function opened(changes: Partial<ConstructorParameters<typeof Hub>[0]> = {}): Hub {
  const hub = new Hub({ ...options, ...changes });
  const { seats, threshold } = hub.options;
  hub.coordinator.command({
    tag: "lobby",
    command: { tag: "open", settings: { name: "Test", network: "devnet", threshold, seats }, expected: [] },
  });
  return hub;
}
const join = (tab: Tab, name = tab.name): void =>
  tab.command({ tag: "member", command: { tag: "join", name, readiness } });
const propose = (hub: Hub): void => hub.coordinator.command({ tag: "lobby", command: { tag: "propose" } });
const signer = (hub: Hub, i: number): Tab => {
  const tab = hub.signers[i];
  if (tab === undefined) throw new Error("no such signer");
  return tab;
};
const lobbyRoom = (tab: Tab): GroupId => tab.party.keys.lobbyId;

describe("seats", () => {
  test("fill one by one; everybody sees the same board", () => {
    const hub = opened();
    expect(lobbyBoard(hub.coordinator.party).rows.map((row) => row.status)).toEqual([
      "notJoined",
      "notJoined",
      "notJoined",
    ]);
    join(signer(hub, 0));
    join(signer(hub, 1));
    for (const tab of [hub.coordinator, signer(hub, 0), signer(hub, 1)]) {
      const board = lobbyBoard(tab.party);
      expect(board.rows.map((row) => row.name)).toEqual(["Signer 1", "Signer 2", ""]);
      expect(board.rows.map((row) => row.status)).toEqual(["pending", "pending", "notJoined"]);
      expect(board.settings).toMatchObject({ name: "Test", seats: 3 });
    }
    expect(lobbyBoard(hub.coordinator.party).proposalFault).toBe("seats-missing");
  });

  test("are refused when the lobby is full, the name taken, or the person sent away", () => {
    const hub = opened({ seats: 3 });
    join(signer(hub, 0), "Ann");
    join(signer(hub, 1), "ann");
    expect(signer(hub, 1).party.member.phase).toMatchObject({ tag: "refused", reason: "lobby-duplicate" });
    join(signer(hub, 1), "Bob");
    hub.coordinator.command({
      tag: "lobby",
      command: { tag: "remove", identity: signer(hub, 1).identity.id },
    });
    expect(signer(hub, 1).party.member.phase).toMatchObject({ tag: "refused", reason: "lobby-removed" });
    join(signer(hub, 1), "Bob");
    expect(signer(hub, 1).party.member.phase.tag).toBe("refused");
    expect(lobbyBoard(hub.coordinator.party).rows.filter((row) => row.identity !== null)).toHaveLength(1);
  });

  test("beyond the last are refused as full, and closed ones as closed", () => {
    const hub = opened({ seats: 3 });
    const { settings } = hub.coordinator.party.lobby ?? {};
    expect(settings?.seats).toBe(3);
    for (const tab of hub.signers) join(tab);
    join(hub.coordinator, "One too many");
    expect(hub.coordinator.party.member.phase).toMatchObject({ reason: "lobby-full" });
    hub.coordinator.command({ tag: "lobby", command: { tag: "close" } });
    for (const tab of hub.signers) expect(tab.party.member.phase).toMatchObject({ reason: "lobby-closed" });
    join(signer(hub, 0));
    expect(signer(hub, 0).party.member.phase).toMatchObject({ reason: "lobby-closed" });
  });

  test("of a known roster go to the expected identities alone", () => {
    const hub = new Hub(options);
    const expected = [signer(hub, 0).identity.id, signer(hub, 1).identity.id];
    hub.coordinator.command({
      tag: "lobby",
      command: { tag: "open", settings: { name: "G", network: "devnet", threshold: 2, seats: 2 }, expected },
    });
    join(signer(hub, 2));
    expect(signer(hub, 2).party.member.phase).toMatchObject({ reason: "not-in-roster" });
    join(signer(hub, 0));
    expect(signer(hub, 0).party.member.phase.tag).toBe("joined");
  });

  test("names with hidden characters are not taken", () => {
    const hub = opened();
    join(signer(hub, 0), "Ann\u202e");
    expect(signer(hub, 0).party.member.phase.tag).toBe("idle");
    expect(signer(hub, 0).party.ignored.get("not-now")).toBe(1);
  });
});

describe("a roster", () => {
  test("is sealed by all approvals, under one name for all", () => {
    const hub = new Hub(options);
    const id = hub.seal();
    for (const tab of hub.tabs) expect([...tab.party.groups.keys()]).toEqual([id]);
    const { roster, approvals, statement } = signer(hub, 0).party.groups.get(id)?.sealed ?? {};
    expect(roster === undefined ? "" : groupIdOf(roster)).toBe(id);
    expect(approvals).toHaveLength(3);
    expect(statement?.length).toBeGreaterThan(64);
    expect(hub.coordinator.heard("delivered")).toHaveLength(3);
    for (const tab of hub.tabs) expect(lobbyBoard(tab.party)).toMatchObject({ phase: "sealed", groupId: id });
  });

  test("that one seat declines is not sealed; the next proposal is reviewed anew", () => {
    const hub = opened();
    for (const tab of hub.signers) join(tab);
    hub.person = (tab) =>
      tab === signer(hub, 2) ? { tag: "no", reason: "wrong threshold" } : { tag: "yes" };
    propose(hub);
    expect(hub.coordinator.party.groups.size).toBe(0);
    const board = lobbyBoard(hub.coordinator.party);
    expect(board.rows.map((row) => row.status)).toEqual(["approved", "approved", "declined"]);
    expect(hub.coordinator.party.lobby?.phase).toMatchObject({ tag: "proposed" });
    hub.coordinator.command({ tag: "lobby", command: { tag: "withdraw" } });
    hub.person = () => ({ tag: "yes" });
    propose(hub);
    expect(hub.coordinator.party.groups.size).toBe(1);
  });

  test("that held somebody who is sent away is taken back, and who approved it already learns it", () => {
    const hub = opened();
    for (const tab of hub.signers) join(tab);
    const [kept, sent] = [signer(hub, 0), signer(hub, 1)];
    hub.person = (tab) => (tab === signer(hub, 2) ? { tag: "no", reason: "not this one" } : { tag: "yes" });
    propose(hub);
    expect(sent.party.member.phase.tag).toBe("approved");
    hub.coordinator.command({ tag: "lobby", command: { tag: "withdraw" } });
    hub.coordinator.command({ tag: "lobby", command: { tag: "remove", identity: sent.identity.id } });
    expect(sent.party.member.phase).toMatchObject({ tag: "refused", reason: "lobby-removed" });
    expect(kept.party.member.phase.tag).toBe("approved");
    const names = lobbyBoard(hub.coordinator.party).rows.map(({ name }) => name);
    expect(names.filter((name) => name !== "")).toHaveLength(2);
  });

  test("changed after its approval is refused: a sealed message for another roster makes no group", () => {
    const hub = opened();
    for (const tab of hub.signers) join(tab);
    const victim = signer(hub, 0);
    hub.network = (wire, reader) => {
      if (reader !== victim || !isKind(wire, "LOBBY_SEALED")) return [wire.frame];
      return [
        resign(hub.coordinator, wire.frame, (payload) => {
          const message = codecs.lobbySealed.decode(payload);
          if (!message.ok) throw new Error("not sealed");
          const roster = rosterCodec.decode(message.value.roster);
          if (!roster.ok) throw new Error("no roster");
          const changed = rosterCodec.encode({ ...roster.value, threshold: 3 });
          return codecs.lobbySealed.encode({ ...message.value, roster: changed });
        }),
      ];
    };
    propose(hub);
    expect(victim.party.groups.size).toBe(0);
    expect(victim.heard("stopped")).toContainEqual({
      tag: "stopped",
      reason: "roster-changed",
      roundId: NO_ROUND,
    });
  });

  test("with an approval missing or false is not sealed for anybody who checks", () => {
    const hub = opened();
    for (const tab of hub.signers) join(tab);
    corrupt(hub, hub.coordinator, "LOBBY_SEALED", (payload) => {
      const message = codecs.lobbySealed.decode(payload);
      if (!message.ok) throw new Error("not sealed");
      const [first = new Uint8Array(64), ...rest] = message.value.approvals;
      return codecs.lobbySealed.encode({ ...message.value, approvals: [...rest, first] });
    });
    propose(hub);
    for (const tab of hub.signers) expect(tab.party.groups.size).toBe(0);
  });

  test("of a number that was reviewed already is not taken up in another form", () => {
    const hub = opened();
    for (const tab of hub.signers) join(tab);
    hub.person = () => null;
    propose(hub);
    const victim = signer(hub, 0);
    const { phase } = victim.party.member;
    if (phase.tag !== "reviewing") throw new Error("not reviewing");
    const elsewhere = rosterCodec.encode({
      ...phase.roster,
      version: 8,
      lobbyId: "0a".repeat(32) as GroupId,
    });
    const foreign = codecs.lobbyRoster.encode({ roster: elsewhere });
    victim.receive(
      forge(hub.coordinator, lobbyRoom(victim), {
        kind: "LOBBY_ROSTER",
        roundId: NO_ROUND,
        to: ALL,
        payload: foreign,
      }),
    );
    expect(victim.party.ignored.get("invalid-content")).toBe(1);
    const roster = rosterCodec.encode({ ...phase.roster, threshold: 3 });
    const payload = codecs.lobbyRoster.encode({ roster });
    victim.receive(
      forge(hub.coordinator, lobbyRoom(victim), {
        kind: "LOBBY_ROSTER",
        roundId: NO_ROUND,
        to: ALL,
        payload,
      }),
    );
    expect(victim.party.member.phase).toBe(phase);
    expect(victim.party.ignored.get("conflicts-with-earlier")).toBe(1);
  });

  test("can only be proposed by the coordinator, and approved only by its own seats", () => {
    const hub = opened();
    for (const tab of hub.signers) join(tab);
    hub.person = () => null;
    propose(hub);
    const mallory = signer(hub, 1);
    const victim = signer(hub, 0);
    const { phase } = victim.party.member;
    if (phase.tag !== "reviewing") throw new Error("not reviewing");
    const roster = rosterCodec.encode({ ...phase.roster, version: 9 });
    const proposal = {
      kind: "LOBBY_ROSTER",
      roundId: NO_ROUND,
      to: ALL,
      payload: codecs.lobbyRoster.encode({ roster }),
    } as const;
    victim.receive(forge(mallory, lobbyRoom(mallory), proposal));
    expect(victim.party.ignored.get("wrong-sender")).toBe(1);
    const signature = mallory.identity.sign("approval", [bytesOf(phase.groupId)], mallory.rng);
    const approval = {
      kind: "APPROVE",
      roundId: NO_ROUND,
      to: ALL,
      payload: codecs.approve.encode({ groupId: phase.groupId, signature: signature.fill(1, 0, 9) }),
    } as const;
    hub.coordinator.receive(forge(mallory, lobbyRoom(mallory), approval));
    expect(hub.coordinator.party.lobby?.phase).toMatchObject({ proposal: { approvals: new Map() } });
  });

  test("sealed once gives way to another group with the same people, under the next number", () => {
    const hub = new Hub(options);
    const first = hub.seal();
    propose(hub);
    const ids = [...signer(hub, 0).party.groups.keys()];
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(first);
    const second = ids[1];
    if (second === undefined) throw new Error("no second group");
    hub.runDkg(second);
    expect(signer(hub, 0).party.groups.get(second)?.keygen?.phase.tag).toBe("ready");
    expect(signer(hub, 0).party.groups.get(first)?.keygen?.phase.tag).toBe("idle");
  });
});

describe("what a lobby's coordinator does not take", () => {
  const said = (tab: Tab, kind: "APPROVE" | "DECLINE" | "LOBBY_JOIN", payload: Uint8Array): Uint8Array =>
    forge(tab, lobbyRoom(tab), { kind, roundId: NO_ROUND, to: ALL, payload });

  test("an approval twice, from no seat, or of another roster; a decline after an approval", () => {
    const hub = opened();
    for (const tab of hub.signers) join(tab);
    hub.person = (tab) => (tab === signer(hub, 0) ? { tag: "yes" } : null);
    propose(hub);
    const phase = hub.coordinator.party.lobby?.phase;
    if (phase?.tag !== "proposed") throw new Error("not proposed");
    const { groupId } = phase.proposal;
    const ignored = (reason: Parameters<typeof hub.coordinator.party.ignored.get>[0]): number =>
      hub.coordinator.party.ignored.get(reason) ?? 0;
    const ann = signer(hub, 0);
    const signature = ann.identity.sign("approval", [bytesOf(groupId)], ann.rng);
    hub.coordinator.receive(said(ann, "APPROVE", codecs.approve.encode({ groupId, signature })));
    expect(ignored("duplicate")).toBe(1);
    hub.coordinator.receive(said(ann, "DECLINE", codecs.decline.encode({ groupId, reason: "" })));
    expect(ignored("already-answered")).toBe(1);
    const stranger = new Hub({ ...options, seed: "stranger" }).signers[0];
    if (stranger === undefined) throw new Error("no stranger");
    const { lobbyKey } = hub.coordinator.party.keys;
    stranger.party = {
      ...stranger.party,
      keys: { ...stranger.party.keys, lobbyId: lobbyRoom(ann), lobbyKey },
    };
    hub.coordinator.receive(said(stranger, "APPROVE", codecs.approve.encode({ groupId, signature })));
    hub.coordinator.receive(said(stranger, "DECLINE", codecs.decline.encode({ groupId, reason: "" })));
    expect(ignored("wrong-sender")).toBe(2);
    const other = "0f".repeat(32) as GroupId;
    hub.coordinator.receive(said(ann, "APPROVE", codecs.approve.encode({ groupId: other, signature })));
    hub.coordinator.receive(said(ann, "DECLINE", codecs.decline.encode({ groupId: other, reason: "" })));
    expect(ignored("too-late")).toBe(2);
    expect(hub.coordinator.party.groups.size).toBe(0);
  });

  test("a name with spaces around it, or none", () => {
    const hub = opened();
    const tab = signer(hub, 0);
    for (const name of [" Ann", ""]) {
      hub.coordinator.receive(said(tab, "LOBBY_JOIN", codecs.lobbyJoin.encode({ name, readiness })));
    }
    expect(hub.coordinator.party.lobby?.seats).toEqual([]);
  });
});

describe("loss", () => {
  test.each(["LOBBY_JOIN", "LOBBY_STATE", "LOBBY_ROSTER", "APPROVE", "LOBBY_SEALED"] as const)(
    "of the first %s of everybody only delays the group",
    (kind) => {
      const hub = opened();
      const lost = new Map<string, number>();
      hub.network = (wire, reader) => {
        const key = `${wire.from}/${reader.name}`;
        if (!isKind(wire, kind) || (lost.get(key) ?? 0) >= 1) return [wire.frame];
        lost.set(key, 1);
        return [];
      };
      for (const tab of hub.signers) join(tab);
      for (let minute = 0; minute < 3; minute++) hub.wait(60_000);
      propose(hub);
      for (let minute = 0; minute < 20; minute++) {
        hub.wait(60_000);
      }
      for (const tab of hub.tabs) expect(tab.party.groups.size, tab.name).toBe(1);
    },
  );
});
