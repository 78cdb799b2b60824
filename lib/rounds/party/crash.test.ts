import { describe, expect, test } from "vitest";
import { encodeJournal } from "../core/journal.ts";
import type { GroupId } from "../core/names.ts";
import { replay } from "./replay.ts";
import { Hub, type Tab } from "./testing/hub.ts";

const phaseOf = (tab: Tab, id: GroupId) =>
  (tab.party.groups.get(id)?.keygen ?? tab.party.groups.get(id)?.keygenCoordinator)?.phase.tag;

const keyHash = (tab: Tab, id: GroupId): string => {
  const phase = (tab.party.groups.get(id)?.keygen ?? tab.party.groups.get(id)?.keygenCoordinator)?.phase;
  return phase !== undefined && "certified" in phase ? phase.certified.keyHash : "";
};

/** How many deliveries a run takes from the invite to the key. */
function deliveries(): number {
  const hub = new Hub({ seats: 3, threshold: 2 });
  let count = 0;
  hub.network = (wire) => {
    count++;
    return [wire.frame];
  };
  hub.runDkg(hub.seal());
  return count;
}

describe("a tab that stops and starts again, at any step", () => {
  const total = deliveries();
  // The simulation stops everybody everywhere; here each of three tabs stops at every thirteenth delivery.
  test.each([
    ["Coordinator", 1],
    ["Signer 1", 5],
    ["Signer 3", 9],
  ])("%s: the round goes on to the same key", (name, first) => {
    for (let at = first; at <= total; at += 13) {
      const hub = new Hub({ seats: 3, threshold: 2 });
      let count = 0;
      hub.network = (wire) => {
        if (++count === at) hub.tabs.find((tab) => tab.name === name)?.reload();
        return [wire.frame];
      };
      const id = hub.seal();
      hub.runDkg(id);
      for (let minute = 0; minute < 10; minute++) hub.wait(60_000);
      const keys = hub.tabs.map((tab) => keyHash(tab, id));
      expect(
        hub.tabs.map((tab) => phaseOf(tab, id)),
        `stopped at ${at}`,
      ).toEqual(["ready", "ready", "ready", "ready"]);
      expect(new Set(keys).size).toBe(1);
    }
  });

  test("every PUBLIC_SHARES of one seat and round is the same frame, however often it stops", () => {
    const hub = new Hub({ seats: 3, threshold: 2 });
    const dealt = new Map<string, Set<string>>();
    let reloads = 6;
    hub.network = (wire) => {
      if (wire.frame[1] === 0x02) {
        const frames = dealt.get(wire.from) ?? new Set();
        dealt.set(wire.from, frames.add(Buffer.from(wire.frame).toString("hex")));
        if (reloads-- > 0) hub.signers[0]?.reload();
      }
      return [wire.frame];
    };
    const id = hub.seal();
    hub.runDkg(id);
    for (let minute = 0; minute < 10; minute++) hub.wait(60_000);
    expect([...dealt.values()].map((frames) => frames.size)).toEqual([1, 1, 1]);
    expect(phaseOf(hub.coordinator, id)).toBe("ready");
  });

  test("replaying the records gives the state that was live, but for nonces and clocks", () => {
    const hub = new Hub({ seats: 3, threshold: 2 });
    const id = hub.seal();
    let left = 40;
    hub.network = (wire) => {
      if (left-- > 0) return [wire.frame];
      return [];
    };
    hub.runDkg(id);
    for (const tab of hub.tabs) {
      const restored = replay(tab.config(), tab.records);
      expect(restored.log.reveal()).toEqual(tab.party.log.reveal());
      expect([...restored.outbox]).toEqual([...tab.party.outbox]);
      expect(restored.groups.get(id)?.keygen?.inboxes).toEqual(tab.party.groups.get(id)?.keygen?.inboxes);
      const [after, before] = [restored, tab.party].map((party) => party.groups.get(id));
      expect(after?.keygen?.phase.tag).toBe(before?.keygen?.phase.tag);
      expect(after?.keygenCoordinator?.phase.tag).toBe(before?.keygenCoordinator?.phase.tag);
    }
  });

  test("nothing of a round's secrets is left in storage once its key is certified", () => {
    const hub = new Hub({ seats: 3, threshold: 2 });
    const id = hub.seal();
    hub.runDkg(id);
    for (const tab of hub.signers) {
      const tags = tab.party.log.reveal().map(({ fact }) => fact.tag);
      expect(tags).not.toContain("begun");
      expect(tags).not.toContain("locked");
      expect(replay(tab.config(), tab.records).log.reveal()).toEqual(tab.party.log.reveal());
    }
  });

  test("a record that is not ours stops the start instead of starting half a party", () => {
    const hub = new Hub({ seats: 3, threshold: 2 });
    const record = encodeJournal({
      facts: [{ machine: "nobody", fact: { tag: "x" } }],
      sent: [],
      forgotten: [],
      replaces: false,
    });
    expect(() => replay(hub.coordinator.config(), [record])).toThrow();
    expect(() => replay(hub.coordinator.config(), [Uint8Array.of(9)])).toThrow();
  });
});
