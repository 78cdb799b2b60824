import { describe, expect, test } from "vitest";
import type { Kind } from "../core/kind.ts";
import type { GroupId } from "../core/names.ts";
import { Hub, type Tab } from "./testing/hub.ts";
import { isKind } from "./testing/malice.ts";

function started(): { hub: Hub; id: GroupId; mallory: Tab; honest: readonly [Tab, Tab] } {
  const hub = new Hub({ seats: 3, threshold: 2 });
  const id = hub.seal();
  const [mallory, first, second] = hub.signers;
  if (mallory === undefined || first === undefined || second === undefined) throw new Error("no seats");
  return { hub, id, mallory, honest: [first, second] };
}
const phases = (hub: Hub, id: GroupId): (string | undefined)[] =>
  hub.signers.map((tab) => tab.party.groups.get(id)?.keygen?.phase.tag);

describe("loss of everybody's first", () => {
  const kinds: Kind[] = [
    "DKG_BEGIN",
    "DKG_PUBLIC_SHARES",
    "DKG_PRIVATE_SHARES",
    "DKG_END",
    "CERTIFIED",
    "LIFE_NONCE",
    "LIFE_SHARE",
    "FINGERPRINT_VERDICT",
  ];
  test.each(kinds)("%s only delays the key: what is missing is asked for by name", (kind) => {
    const { hub, id } = started();
    const lost = new Set<string>();
    hub.network = (wire, reader) => {
      const key = `${wire.from}/${reader.name}`;
      if (!isKind(wire, kind) || lost.has(key)) return [wire.frame];
      lost.add(key);
      return [];
    };
    hub.runDkg(id);
    for (let minute = 0; minute < 15; minute++) hub.wait(61_000);
    expect(phases(hub, id)).toEqual(["ready", "ready", "ready"]);
    expect(hub.coordinator.party.groups.get(id)?.keygenCoordinator?.phase.tag).toBe("ready");
  });

  test("life nonces at the coordinator alone only delays it", () => {
    const { hub, id } = started();
    let lost = 0;
    hub.network = (wire, reader) =>
      reader === hub.coordinator && isKind(wire, "LIFE_NONCE") && lost++ < 3 ? [] : [wire.frame];
    hub.runDkg(id);
    expect(phases(hub, id)).toEqual(["ready", "ready", "ready"]);
    for (let minute = 0; minute < 10; minute++) hub.wait(61_000);
    expect(hub.coordinator.party.groups.get(id)?.keygenCoordinator?.phase.tag).toBe("ready");
  });

  test("DKG_END is made good by a coordinator that holds a seat, too", () => {
    const hub = new Hub({ seats: 3, threshold: 2, coordinatorSits: true });
    const id = hub.seal();
    let lost = 0;
    hub.network = (wire) => (isKind(wire, "DKG_END") && lost++ < 6 ? [] : [wire.frame]);
    hub.runDkg(id);
    for (let minute = 0; minute < 10; minute++) hub.wait(61_000);
    expect(phases(hub, id)).toEqual(["ready", "ready", "ready"]);
  });

  test("PUBLIC_SHARES at a coordinator that gave up leaves it without the key that all others have", () => {
    const { hub, id, mallory } = started();
    hub.network = (wire, reader) =>
      reader === hub.coordinator && wire.from === mallory.identity.id && isKind(wire, "DKG_PUBLIC_SHARES")
        ? []
        : isKind(wire, "DKG_END") || isKind(wire, "ABORT")
          ? []
          : [wire.frame];
    hub.runDkg(id);
    hub.coordinator.command({ tag: "coordinateKeygen", groupId: id, command: { tag: "stopKeygen" } });
    hub.network = (wire) => [wire.frame];
    for (let minute = 0; minute < 3; minute++) hub.wait(61_000);
    expect(phases(hub, id)).toEqual(["comparing", "comparing", "comparing"].map(() => "ready"));
    expect(hub.coordinator.party.groups.get(id)?.keygenCoordinator?.phase.tag).toBe("stopped");
  });

  test("life share at one seat only, when all others have gone on, is made good", () => {
    const { hub, id, honest } = started();
    let lost = 0;
    hub.network = (wire, reader) => {
      if (reader !== honest[0] || !isKind(wire, "LIFE_SHARE") || lost > 0) return [wire.frame];
      lost++;
      return [];
    };
    hub.runDkg(id);
    for (let minute = 0; minute < 10; minute++) hub.wait(61_000);
    expect(phases(hub, id)).toEqual(["ready", "ready", "ready"]);
  });
});
