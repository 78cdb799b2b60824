import { expect, test } from "vitest";
import { lobbyBoard } from "./lobby-board.ts";
import { Hub, readiness, type Tab } from "./testing/hub.ts";

/** A sealed group of the first three of four people. */
function sealed(): { readonly hub: Hub; readonly tabs: readonly Tab[] } {
  const hub = new Hub({ seats: 4, threshold: 2 });
  const settings = { name: "Test", network: "devnet", threshold: 2, seats: 3 } as const;
  hub.coordinator.command({ tag: "lobby", command: { tag: "open", settings, expected: [] } });
  for (const tab of hub.signers.slice(0, 3)) join(tab);
  hub.coordinator.command({ tag: "lobby", command: { tag: "propose" } });
  return { hub, tabs: hub.signers };
}
const join = (tab: Tab): void =>
  tab.command({ tag: "member", command: { tag: "join", name: tab.name, readiness } });

test("a sealed lobby opens again: somebody leaves, another joins, and both groups stand", () => {
  const { hub, tabs } = sealed();
  const [ann, , cleo, dan] = tabs as readonly [Tab, Tab, Tab, Tab];
  const before = [...hub.coordinator.party.groups.keys()];
  expect(before).toHaveLength(1);
  join(dan);
  expect(dan.party.member.phase).toMatchObject({ tag: "refused" });

  const remove = [cleo.identity.id];
  hub.coordinator.command({ tag: "lobby", command: { tag: "reopen", threshold: 2, seats: 3, remove } });
  expect(lobbyBoard(hub.coordinator.party).phase).toBe("open");
  join(dan);
  hub.coordinator.command({ tag: "lobby", command: { tag: "propose" } });

  const after = [...hub.coordinator.party.groups.values()];
  expect(after).toHaveLength(2);
  expect(after[1]?.sealed.roster.seats.map(({ name }) => name)).toEqual(["Signer 1", "Signer 2", "Signer 4"]);
  expect(ann.party.groups.size).toBe(2);
  expect([...cleo.party.groups.keys()]).toEqual(before);
  expect(cleo.party.member.phase.tag).toBe("sealed");
  expect(dan.party.groups.size).toBe(1);
});

test("it does not open again with fewer seats than people, for a stranger, or before there is a group", () => {
  const { hub } = sealed();
  const ignored = (): number => hub.coordinator.party.ignored.get("not-now") ?? 0;
  const reopen = (seats: number, remove: readonly Tab[], threshold = 2): void =>
    hub.coordinator.command({
      tag: "lobby",
      command: { tag: "reopen", threshold, seats, remove: remove.map(({ identity }) => identity.id) },
    });
  reopen(2, []);
  reopen(3, [hub.coordinator]);
  reopen(3, [], 1);
  expect(ignored()).toBe(3);
  expect(lobbyBoard(hub.coordinator.party).phase).toBe("sealed");
  reopen(4, [], 3);
  expect(lobbyBoard(hub.coordinator.party)).toMatchObject({
    phase: "open",
    settings: { threshold: 3, seats: 4 },
  });
});
