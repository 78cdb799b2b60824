import { describe, expect, test } from "vitest";
import { ALL, type GroupId, NO_ROUND, roundId } from "../core/names.ts";
import { rosterCodec } from "../core/roster.ts";
import * as codecs from "../keygen/messages.ts";
import { lobbyRoster } from "../lobby/messages.ts";
import { Hub, type HubOptions, readiness } from "./testing/hub.ts";
import { corrupt, forge, isKind } from "./testing/malice.ts";
import { observe, type Observed, rowsOf, tables } from "./testing/observe.ts";

const observed: Observed = new Map();

function watched(options: HubOptions = { seats: 3, threshold: 2 }): Hub {
  const hub = new Hub(options);
  for (const tab of hub.tabs) observe(tab, observed);
  return hub;
}

const keygen = (hub: Hub, groupId: GroupId, i = 0): void =>
  hub.signers[i]?.command({ tag: "keygen", groupId, command: { tag: "stopKeygen" } });
const begin = (hub: Hub, id: GroupId, n: number): Uint8Array => {
  const approvals = hub.coordinator.party.groups.get(id)?.sealed.approvals ?? [];
  const payload = codecs.dkgBegin.encode({ approvals });
  return forge(hub.coordinator, id, {
    kind: "DKG_BEGIN",
    roundId: roundId(new Uint8Array(16).fill(n)),
    to: ALL,
    payload,
  });
};
const abort = (hub: Hub, id: GroupId, n: number, by = hub.coordinator): Uint8Array => {
  const payload = codecs.abort.encode({ reason: "stopped-here", missing: [], seen: [], frames: [] });
  return forge(by, id, { kind: "ABORT", roundId: roundId(new Uint8Array(16).fill(n)), to: ALL, payload });
};

/** Runs that between them go every way a table knows. */
const runs: Record<string, () => void> = {
  "a key, an alarm": () => {
    const hub = watched();
    const id = hub.seal();
    hub.runDkg(id);
    hub.signers[0]?.command({ tag: "keygen", groupId: id, command: { tag: "reportMismatch" } });
  },
  "stopped before and after PUBLIC_SHARES, then begun again": () => {
    for (const held of ["DKG_PUBLIC_SHARES", "DKG_PRIVATE_SHARES"] as const) {
      const hub = watched();
      const id = hub.seal();
      hub.network = (wire) => (isKind(wire, held) ? [] : [wire.frame]);
      hub.runDkg(id);
      keygen(hub, id);
      hub.network = (wire) => [wire.frame];
      hub.runDkg(id);
    }
  },
  "aborted before it began, once and twice": () => {
    const hub = watched();
    const id = hub.seal();
    for (const n of [1, 2]) {
      for (const tab of hub.signers) {
        tab.receive(abort(hub, id, n));
        tab.receive(begin(hub, id, n));
      }
    }
    const other = watched();
    const second = other.seal();
    const by = other.signers[0];
    if (by === undefined) throw new Error("no seat");
    // Begun by an earlier process of this very tab, and heard again after a reload.
    const frames = [1, 2].map((n) => [abort(other, second, n, by), begin(other, second, n)] as const);
    other.coordinator.reload();
    for (const frame of frames.flat()) other.coordinator.receive(frame);
  },
  "stopped by the coordinator at every step, and certified all the same": () => {
    for (const held of ["DKG_PUBLIC_SHARES", "DKG_PRIVATE_SHARES"] as const) {
      const hub = watched();
      const id = hub.seal();
      hub.network = (wire) => (isKind(wire, held) ? [] : [wire.frame]);
      hub.runDkg(id);
      hub.coordinator.command({ tag: "coordinateKeygen", groupId: id, command: { tag: "stopKeygen" } });
    }
    const late = watched();
    const id = late.seal();
    const held: Uint8Array[] = [];
    late.network = (wire, reader) => {
      if (reader !== late.coordinator || !isKind(wire, "DKG_END")) return [wire.frame];
      held.push(wire.frame);
      return [];
    };
    late.runDkg(id);
    late.coordinator.command({ tag: "coordinateKeygen", groupId: id, command: { tag: "stopKeygen" } });
    for (const frame of held) late.coordinator.receive(frame);
  },
  "a share that does not work": () => {
    const hub = watched();
    const id = hub.seal();
    const mallory = hub.signers[0];
    if (mallory === undefined) throw new Error("no seat");
    corrupt(hub, mallory, "LIFE_SHARE", (payload) => {
      const message = codecs.lifeShare.decode(payload);
      if (!message.ok) throw new Error("not decoded");
      const shares = message.value.shares.map((share) =>
        share.map((byte, i) => (i === 66 ? byte ^ 1 : byte)),
      );
      return codecs.lifeShare.encode({ ...message.value, shares });
    });
    hub.runDkg(id);
  },
  "a mismatch before, and after, one's own comparison": () => {
    for (const first of [true, false]) {
      const hub = watched();
      const id = hub.seal();
      const asked: (() => void)[] = [];
      hub.person = (tab, decision) => {
        if (decision.tag !== "compareFingerprint") return { tag: "yes" };
        const no = tab === hub.signers[0];
        const verdict = no ? ({ tag: "no", reason: "" } as const) : ({ tag: "yes" } as const);
        const answer = (): void => void tab.do({ tag: "decided", now: hub.now, id: decision.id, verdict });
        if (no === first) asked.unshift(answer);
        else asked.push(answer);
        return null;
      };
      hub.runDkg(id);
      for (const answer of asked) {
        answer();
        hub.run();
      }
    }
  },
  "a lobby with second thoughts": () => {
    const hub = watched({ seats: 2, threshold: 2 });
    hub.coordinator.command({
      tag: "lobby",
      command: {
        tag: "open",
        settings: { name: "G", network: "devnet", threshold: 2, seats: 2 },
        expected: [],
      },
    });
    const [ann, bob] = hub.signers;
    if (ann === undefined || bob === undefined) throw new Error("no seats");
    const join = (tab = ann, name = tab.name): void =>
      tab.command({ tag: "member", command: { tag: "join", name, readiness } });
    join();
    join(ann, "Ann");
    join(bob);
    hub.coordinator.command({
      tag: "lobby",
      command: { tag: "setWeight", identity: bob.identity.id, weight: 2 },
    });
    hub.person = () => null;
    const propose = (): void => hub.coordinator.command({ tag: "lobby", command: { tag: "propose" } });
    const withdraw = (): void => hub.coordinator.command({ tag: "lobby", command: { tag: "withdraw" } });
    propose();
    withdraw();
    propose();
    join(ann, "Anna");
    withdraw();
    hub.person = () => ({ tag: "no", reason: "no" });
    propose();
    withdraw();
    propose();
    join(ann, "Anne");
    withdraw();
    hub.person = (tab) => (tab === ann ? { tag: "yes" } : { tag: "no", reason: "" });
    propose();
    withdraw();
    propose();
    withdraw();
    hub.coordinator.command({ tag: "lobby", command: { tag: "remove", identity: bob.identity.id } });
    hub.coordinator.command({ tag: "lobby", command: { tag: "close" } });
    join(ann, "Anna");
  },
  "opened again for the next group": () => {
    const hub = watched({ seats: 2, threshold: 2 });
    const settings = { name: "Test", network: "devnet", threshold: 2, seats: 2 } as const;
    hub.coordinator.command({ tag: "lobby", command: { tag: "open", settings, expected: [] } });
    for (const tab of hub.signers)
      tab.command({ tag: "member", command: { tag: "join", name: tab.name, readiness } });
    hub.coordinator.command({ tag: "lobby", command: { tag: "propose" } });
    for (let i = 0; i < 2; i++)
      hub.coordinator.command({
        tag: "lobby",
        command: { tag: "reopen", threshold: 2, seats: 3, remove: [] },
      });
  },
  "closed while people review, decline or have approved; sealed late; sealed and closed": () => {
    for (const answer of [null, { tag: "no", reason: "" }, { tag: "yes" }] as const) {
      const hub = watched({ seats: 2, threshold: 2 });
      const ann = hub.signers[0];
      hub.person = (tab) => (tab === ann ? answer : null);
      try {
        hub.seal();
      } catch {
        hub.coordinator.command({ tag: "lobby", command: { tag: "close" } });
      }
    }
    for (const held of [null, { tag: "yes" }] as const) {
      const hub = watched({ seats: 2, threshold: 2 });
      const ann = hub.signers[0];
      if (ann === undefined) throw new Error("no seat");
      const late: Uint8Array[] = [];
      hub.network = (wire, reader) => {
        if (reader !== ann || !isKind(wire, "LOBBY_SEALED")) return [wire.frame];
        late.push(wire.frame);
        return [];
      };
      hub.seal();
      hub.person = () => held;
      hub.coordinator.command({ tag: "lobby", command: { tag: "propose" } });
      const [first] = late;
      if (first !== undefined) ann.receive(first);
      hub.network = (wire) => [wire.frame];
      hub.coordinator.command({ tag: "lobby", command: { tag: "close" } });
    }
    const done = watched();
    done.seal();
    done.coordinator.command({ tag: "lobby", command: { tag: "propose" } });
    done.coordinator.command({ tag: "lobby", command: { tag: "close" } });
  },
  "a roster for somebody who never asked, and for somebody who was refused": () => {
    const hub = watched();
    const id = hub.seal();
    const roster = hub.coordinator.party.groups.get(id)?.sealed.roster;
    const [ann] = hub.signers;
    if (roster === undefined || ann === undefined) throw new Error("no group");
    const proposal = (version: number): Uint8Array => {
      const payload = lobbyRoster.encode({ roster: rosterCodec.encode({ ...roster, version }) });
      return forge(hub.coordinator, ann.party.keys.lobbyId, {
        kind: "LOBBY_ROSTER",
        roundId: NO_ROUND,
        to: ALL,
        payload,
      });
    };
    hub.person = () => null;
    ann.records = [];
    ann.reload();
    ann.receive(proposal(7));
    hub.coordinator.command({ tag: "lobby", command: { tag: "close" } });
    ann.receive(proposal(8));
  },
};

describe("the machines go only where their tables say, and everywhere they say", () => {
  test.each(Object.keys(runs))("%s", (name) => {
    runs[name]?.();
    for (const [machine, seen] of observed) {
      const table = tables.get(machine);
      const rows = table === undefined ? new Set<string>() : rowsOf(table);
      expect([...seen].filter((row) => !rows.has(row))).toEqual([]);
    }
  });

  test("no row of a table is left out", () => {
    const missed = [...tables].flatMap(([machine, table]) =>
      [...rowsOf(table)]
        .filter((row) => observed.get(machine)?.has(row) !== true)
        .map((row) => `${machine}: ${row}`),
    );
    expect(missed).toEqual([]);
  });
});
