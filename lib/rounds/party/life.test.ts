import { describe, expect, test } from "vitest";
import type { GroupId } from "../core/names.ts";
import * as codecs from "../keygen/messages.ts";
import { Hub, type Tab } from "./testing/hub.ts";
import { corrupt, isKind } from "./testing/malice.ts";

function started(): { hub: Hub; id: GroupId; mallory: Tab; honest: readonly [Tab, Tab] } {
  const hub = new Hub({ seats: 3, threshold: 2 });
  const id = hub.seal();
  const [mallory, first, second] = hub.signers;
  if (mallory === undefined || first === undefined || second === undefined) throw new Error("no seats");
  return { hub, id, mallory, honest: [first, second] };
}
const signer = (tab: Tab, id: GroupId) => {
  const state = tab.party.groups.get(id)?.keygen;
  if (state == null) throw new Error("no seat");
  return state;
};
const value = <T>(decoded: { ok: true; value: T } | { ok: false }): T => {
  if (!decoded.ok) throw new Error("not decoded");
  return decoded.value;
};

describe("a proof of life", () => {
  test.each([
    ["no share at all", (): Uint8Array[] => []],
    ["something that is no share", () => [new Uint8Array(10)]],
  ])("with %s convicts its seat", (_name, shares) => {
    const { hub, id, mallory, honest } = started();
    corrupt(hub, mallory, "LIFE_SHARE", (payload) => {
      const message = value(codecs.lifeShare.decode(payload));
      return codecs.lifeShare.encode({ ...message, shares: shares() });
    });
    hub.runDkg(id);
    for (const tab of honest)
      expect(signer(tab, id).phase).toMatchObject({ tag: "unusable", reason: "blamed" });
  });

  test("that fails beside a false claim of verifying shares stops the group, and the claim convicts", () => {
    const { hub, id, mallory, honest } = started();
    corrupt(hub, mallory, "DKG_END", (payload) => {
      const end = value(codecs.dkgEnd.decode(payload));
      return codecs.dkgEnd.encode({ ...end, verifyingShares: end.verifyingShares.slice(0, -1) });
    });
    corrupt(hub, mallory, "LIFE_SHARE", (payload) => {
      const message = value(codecs.lifeShare.decode(payload));
      return codecs.lifeShare.encode({ ...message, shares: [] });
    });
    hub.runDkg(id);
    for (const tab of honest) {
      expect(signer(tab, id).phase).toMatchObject({ tag: "unusable", reason: "blamed" });
      expect(signer(tab, id).convictions.map(({ culprit }) => culprit)).toEqual([mallory.identity.id]);
    }
  });

  test("that fails where what its seat signed was never heard stops the group without blame", () => {
    const { hub, id, mallory, honest } = started();
    const [late] = honest;
    hub.network = (wire, reader) => {
      const lost = isKind(wire, "BLAME") || (wire.from === mallory.identity.id && isKind(wire, "DKG_END"));
      return reader === late && lost ? [] : [wire.frame];
    };
    corrupt(hub, mallory, "LIFE_SHARE", (payload) => {
      const message = value(codecs.lifeShare.decode(payload));
      return codecs.lifeShare.encode({ ...message, shares: [] });
    });
    hub.runDkg(id);
    for (let minute = 0; minute < 3; minute++) hub.wait(61_000);
    expect(signer(late, id).phase).toMatchObject({ tag: "unusable", reason: "unproven" });
    expect(signer(late, id).convictions).toEqual([]);
  });
});
