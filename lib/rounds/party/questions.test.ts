import { describe, expect, test } from "vitest";
import type { Decision } from "../core/decision.ts";
import { type GroupId, roundId } from "../core/names.ts";
import { textToSign } from "../operation/text.ts";
import { isWanted } from "./questions.ts";
import { Hub, readiness, type Tab } from "./testing/hub.ts";

const tabOf = (hub: Hub, i: number): Tab => {
  const tab = hub.signers[i];
  if (tab === undefined) throw new Error("no such signer");
  return tab;
};

/** The questions a tab was asked whose answers still count. */
const open = ({ party, decisions }: Tab): Decision[] =>
  decisions.filter((decision) => isWanted(party, decision));

/** A hub in which one tab's person answers nothing of a kind. */
function silentAbout(tag: Decision["tag"]): { readonly hub: Hub; readonly silent: Tab } {
  const hub = new Hub({ seats: 3, threshold: 2 });
  const silent = tabOf(hub, 2);
  hub.person = (tab, decision) => (tab === silent && decision.tag === tag ? null : { tag: "yes" });
  return { hub, silent };
}

const ask = (hub: Hub, groupId: GroupId): void =>
  hub.coordinator.command({
    tag: "coordinateSigning",
    groupId,
    command: {
      tag: "sign",
      roundId: roundId(new Uint8Array(16).fill(7)),
      operation: textToSign("hello"),
      expiry: hub.now + 60_000,
    },
  });

describe("an answer is wanted", () => {
  test("to one roster at a time: the question about settings that were taken back is none any more", () => {
    const { hub, silent } = silentAbout("approveRoster");
    const settings = { name: "Test", network: "devnet", threshold: 2, seats: 3 } as const;
    hub.coordinator.command({ tag: "lobby", command: { tag: "open", settings, expected: [] } });
    for (const tab of hub.signers)
      tab.command({ tag: "member", command: { tag: "join", name: tab.name, readiness } });
    hub.coordinator.command({ tag: "lobby", command: { tag: "propose" } });
    const [first] = open(silent);
    hub.coordinator.command({ tag: "lobby", command: { tag: "withdraw" } });
    hub.coordinator.command({ tag: "lobby", command: { tag: "propose" } });
    const asked = open(silent);
    expect(silent.decisions).toHaveLength(2);
    expect(asked).toHaveLength(1);
    expect(asked).not.toContain(first);
  });

  test("to the settings of a lobby until it is closed", () => {
    const { hub, silent } = silentAbout("approveRoster");
    expect(() => hub.seal()).toThrow("not sealed");
    expect(open(silent)).toMatchObject([{ tag: "approveRoster" }]);
    hub.coordinator.command({ tag: "lobby", command: { tag: "close" } });
    expect(open(silent)).toEqual([]);
  });

  test("to the comparison of codes until somebody saw another one", () => {
    const { hub, silent } = silentAbout("compareFingerprint");
    hub.runDkg(hub.seal());
    expect(open(silent)).toMatchObject([{ tag: "compareFingerprint" }]);
    const other = new Hub({ seats: 3, threshold: 2 });
    const last = tabOf(other, 2);
    other.person = (tab, { tag }) =>
      tag !== "compareFingerprint"
        ? { tag: "yes" }
        : tab === last
          ? null
          : tab === tabOf(other, 0)
            ? { tag: "no", reason: "differs" }
            : { tag: "yes" };
    other.runDkg(other.seal());
    expect(last.decisions.some(({ tag }) => tag === "compareFingerprint")).toBe(true);
    expect(open(last)).toEqual([]);
  });

  test("to a request until enough others have signed it", () => {
    const { hub, silent } = silentAbout("approveOperation");
    const groupId = hub.seal();
    hub.runDkg(groupId);
    ask(hub, groupId);
    expect(silent.decisions.filter(({ tag }) => tag === "approveOperation")).toHaveLength(1);
    expect(open(silent)).toEqual([]);
  });

  test("to a request until its time is up", () => {
    const { hub, silent } = silentAbout("approveOperation");
    const groupId = hub.seal();
    hub.runDkg(groupId);
    hub.person = () => null;
    ask(hub, groupId);
    expect(open(silent)).toMatchObject([{ tag: "approveOperation" }]);
    hub.wait(60_001);
    expect(open(silent)).toEqual([]);
  });

  test("after a reload to whatever was not answered", () => {
    const { hub, silent } = silentAbout("approveOperation");
    const groupId = hub.seal();
    hub.runDkg(groupId);
    hub.person = () => null;
    ask(hub, groupId);
    silent.decisions.length = 0;
    silent.reload();
    silent.tick();
    expect(open(silent)).toMatchObject([{ tag: "approveOperation" }]);
  });
});
