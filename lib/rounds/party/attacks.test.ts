import { describe, expect, test } from "vitest";
import {
  part1,
  round1PackageCodec,
  secp256k1Tr,
  sessionParameters,
  participantsFromWeights,
  nameOf,
} from "../../frost/index.ts";
import { verifyBlame } from "../blame/verify.ts";
import { ALL, bytesOf, type GroupId, roundId } from "../core/names.ts";
import { sessionOf } from "../keygen/hashes.ts";
import * as codecs from "../keygen/messages.ts";
import { roundOf } from "../keygen/state.ts";
import { keygenBoard } from "./board.ts";
import { Hub, type HubOptions, type Tab, testRng } from "./testing/hub.ts";
import { corrupt, forge, isKind } from "./testing/malice.ts";

const three: HubOptions = { seats: 3, threshold: 2 };

function started(options: HubOptions = three): { hub: Hub; id: GroupId; mallory: Tab; honest: Tab[] } {
  const hub = new Hub(options);
  const id = hub.seal();
  const [mallory, ...honest] = hub.signers;
  if (mallory === undefined) throw new Error("no seats");
  return { hub, id, mallory, honest };
}

const signer = (tab: Tab, id: GroupId) => {
  const state = tab.party.groups.get(id)?.keygen;
  if (state == null) throw new Error("no seat");
  return state;
};
const phase = (tab: Tab, id: GroupId) => signer(tab, id).phase;
const value = <T>(decoded: { ok: true; value: T } | { ok: false }): T => {
  if (!decoded.ok) throw new Error("not decoded");
  return decoded.value;
};
const flip = (bytes: Uint8Array, at: number): Uint8Array => {
  const out = bytes.slice();
  out[at] = (out[at] ?? 0) ^ 1;
  return out;
};

/** Every conviction anywhere is of Mallory, and stands by itself. */
function onlyMalloryIsBlamed(hub: Hub, id: GroupId, mallory: Tab): number {
  let found = 0;
  for (const tab of hub.tabs) {
    const state = tab.party.groups.get(id)?.keygen ?? tab.party.groups.get(id)?.keygenCoordinator;
    for (const { culprit, evidence } of state?.convictions ?? []) {
      expect(culprit).toBe(mallory.identity.id);
      expect(verifyBlame(evidence)?.culprit).toBe(mallory.identity.id);
      found++;
    }
  }
  return found;
}

describe("a dealer", () => {
  test("who sends one seat a share that does not open is convicted everywhere, and no key is made", () => {
    const { hub, id, mallory, honest } = started();
    corrupt(hub, mallory, "DKG_PRIVATE_SHARES", (payload, reader) => {
      if (reader !== honest[0]) return payload;
      const message = value(codecs.dkgPrivateShares.decode(payload));
      return codecs.dkgPrivateShares.encode({ ...message, sealed: flip(message.sealed, 30) });
    });
    hub.runDkg(id);
    expect(honest.map((tab) => phase(tab, id))).toMatchObject([
      { tag: "stopped", reason: "blamed" },
      { tag: "pending" },
    ]);
    expect(onlyMalloryIsBlamed(hub, id, mallory)).toBeGreaterThanOrEqual(3);
    expect(hub.coordinator.party.groups.get(id)?.keygenCoordinator?.phase).toMatchObject({
      reason: "blamed",
    });
  });

  test("who sends a malformed share message is convicted by it alone", () => {
    const { hub, id, mallory, honest } = started();
    corrupt(hub, mallory, "DKG_PRIVATE_SHARES", () => Uint8Array.of(1, 2, 3));
    hub.runDkg(id);
    for (const tab of honest) expect(phase(tab, id)).toMatchObject({ tag: "stopped", reason: "blamed" });
    expect(onlyMalloryIsBlamed(hub, id, mallory)).toBeGreaterThan(0);
  });

  test.each([
    ["a proof of another session", -1],
    ["a longer polynomial", 1],
  ])("with %s is convicted by its PUBLIC_SHARES", (_name, extra) => {
    const { hub, id, mallory, honest } = started({ seats: 3, threshold: 2 });
    corrupt(hub, mallory, "DKG_PUBLIC_SHARES", (payload) => {
      const message = value(codecs.dkgPublicShares.decode(payload));
      const round = roundOf(phase(mallory, id));
      if (round === null) throw new Error("no round");
      const session = extra < 0 ? new Uint8Array(48).fill(1) : sessionOf(id, round);
      const parameters = sessionParameters({
        suite: secp256k1Tr,
        threshold: extra < 0 ? 2 : 3,
        participants: participantsFromWeights([1, 1, 1]),
        session,
      });
      const name = parameters.participants[0];
      if (name === undefined) throw new Error("no participant");
      const dealt = part1(parameters, nameOf(name), testRng("mallory"));
      return codecs.dkgPublicShares.encode({
        ...message,
        package: round1PackageCodec.encode({ suite: secp256k1Tr, value: dealt.package }),
      });
    });
    hub.runDkg(id);
    for (const tab of honest) expect(phase(tab, id)).toMatchObject({ tag: "stopped", reason: "blamed" });
    expect(onlyMalloryIsBlamed(hub, id, mallory)).toBeGreaterThanOrEqual(3);
  });

  test("who shows different polynomials to different seats is convicted by the two frames", () => {
    const { hub, id, mallory, honest } = started();
    corrupt(hub, mallory, "DKG_PUBLIC_SHARES", (payload, reader) => {
      const message = value(codecs.dkgPublicShares.decode(payload));
      const fingerprintCommitment = flip(message.fingerprintCommitment, 0);
      return reader === honest[0]
        ? codecs.dkgPublicShares.encode({ ...message, fingerprintCommitment })
        : payload;
    });
    hub.runDkg(id);
    for (const tab of honest) expect(phase(tab, id).tag).toBe("stopped");
    expect(onlyMalloryIsBlamed(hub, id, mallory)).toBeGreaterThan(0);
  });
});

describe("a seat that ends wrongly", () => {
  test("by another r than it committed to is convicted; the others keep their shares, pending", () => {
    const { hub, id, mallory, honest } = started();
    corrupt(hub, mallory, "DKG_END", (payload) => {
      const end = value(codecs.dkgEnd.decode(payload));
      return codecs.dkgEnd.encode({ ...end, reveal: flip(end.reveal, 0) });
    });
    hub.runDkg(id);
    for (const tab of honest) expect(phase(tab, id).tag).toBe("pending");
    expect(onlyMalloryIsBlamed(hub, id, mallory)).toBeGreaterThan(0);
    for (let hour = 0; hour < 48; hour++) hub.wait(3_600_000);
    for (const tab of honest) expect(phase(tab, id).tag).toBe("pending");
  });

  test("by a false claim of its verifying shares is convicted, and the key is kept: the right ones follow from the commitments", () => {
    const { hub, id, mallory, honest } = started();
    corrupt(hub, mallory, "DKG_END", (payload) => {
      const end = value(codecs.dkgEnd.decode(payload));
      // The last byte of y: no longer a point of the curve.
      return codecs.dkgEnd.encode({
        ...end,
        verifyingShares: flip(end.verifyingShares, end.verifyingShares.length - 1),
      });
    });
    hub.runDkg(id);
    for (const tab of honest) expect(phase(tab, id).tag).toBe("ready");
    expect(onlyMalloryIsBlamed(hub, id, mallory)).toBeGreaterThan(0);
  });
});

describe("proof of life", () => {
  test("a share that does not work stops the group for good, and convicts its seat", () => {
    const { hub, id, mallory, honest } = started();
    corrupt(hub, mallory, "LIFE_SHARE", (payload) => {
      const message = value(codecs.lifeShare.decode(payload));
      return codecs.lifeShare.encode({
        ...message,
        shares: message.shares.map((one) => flip(one, one.length - 1)),
      });
    });
    hub.runDkg(id);
    for (const tab of honest) expect(phase(tab, id)).toMatchObject({ tag: "unusable", reason: "blamed" });
    expect(onlyMalloryIsBlamed(hub, id, mallory)).toBeGreaterThan(0);
    expect(honest.map((tab) => tab.heard("ready").length)).toEqual([0, 0]);
  });

  test("different nonces shown to different seats use up attempts, and never sign twice", () => {
    const { hub, id, mallory, honest } = started();
    corrupt(hub, mallory, "LIFE_NONCE", (payload, reader) => {
      const message = value(codecs.lifeNonce.decode(payload));
      const commitments = message.commitments.map((one) => one.slice());
      for (const one of commitments) {
        const [D, E] = [one.slice(35, 100), one.slice(100, 165)];
        if (reader === honest[0]) one.set([...E, ...D], 35);
      }
      return codecs.lifeNonce.encode({ ...message, commitments });
    });
    hub.runDkg(id);
    for (const tab of honest) expect(["provingLife", "unusable"]).toContain(phase(tab, id).tag);
    expect(onlyMalloryIsBlamed(hub, id, mallory)).toBe(0);
  });
});

describe("the fingerprint", () => {
  test("that does not match on one screen stops the group for good, on all of them", () => {
    const { hub, id, mallory } = started();
    hub.person = (tab, decision) =>
      decision.tag === "compareFingerprint" && tab === mallory ? { tag: "no", reason: "" } : { tag: "yes" };
    hub.runDkg(id);
    for (const tab of hub.signers) expect(phase(tab, id)).toMatchObject({ reason: "fingerprint-mismatch" });
    for (const tab of hub.tabs) expect(tab.heard("ready")).toEqual([]);
  });

  test("that is reported after the address was out raises an alarm, and takes nothing back", () => {
    const { hub, id, mallory } = started();
    hub.runDkg(id);
    mallory.command({ tag: "keygen", groupId: id, command: { tag: "reportMismatch" } });
    for (const tab of hub.signers) {
      expect(phase(tab, id)).toMatchObject({ tag: "ready", alarms: [mallory.identity.id] });
      expect(keygenBoard(tab.party, id)?.alarmedAt).toBeGreaterThan(1_000_000);
      expect(tab.heard("alarm")).toHaveLength(1);
    }
  });

  test("is the same for all, and says 2-of-3, eight hex digits and four words", () => {
    const { hub, id } = started();
    hub.runDkg(id);
    const shown = hub.signers.map((tab) => tab.decisions.find((one) => one.tag === "compareFingerprint"));
    const [first] = shown;
    if (first?.tag !== "compareFingerprint") throw new Error("not asked");
    expect(first).toMatchObject({
      quorum: "2-of-3",
      hex: expect.stringMatching(/^[0-9a-f]{4} [0-9a-f]{4}$/) as string,
    });
    expect(first.words).toHaveLength(4);
    for (const one of shown) expect(one).toMatchObject({ hex: first.hex, words: first.words });
  });
});

describe("rounds", () => {
  test("of two begun at once, all seats take the lower; the other is never taken up again", () => {
    const { hub, id } = started();
    const begin = codecs.dkgBegin.encode({
      approvals: hub.coordinator.party.groups.get(id)?.sealed.approvals ?? [],
    });
    const low = roundId(new Uint8Array(16).fill(1));
    const frame = forge(hub.coordinator, id, { kind: "DKG_BEGIN", roundId: low, to: ALL, payload: begin });
    let sent = false;
    hub.network = (wire) => {
      if (!isKind(wire, "DKG_PUBLIC_SHARES") || sent) return [wire.frame];
      sent = true;
      for (const tab of hub.signers) tab.receive(frame);
      return [wire.frame];
    };
    hub.runDkg(id);
    for (const tab of hub.signers) {
      expect(roundOf(phase(tab, id))).toBe(low);
      expect([...signer(tab, id).used.values()]).toEqual(["lower-round"]);
    }
    for (const tab of hub.signers) tab.receive(frame);
    expect(hub.signers.map((tab) => signer(tab, id).used.size)).toEqual([1, 1, 1]);
  });

  test("are begun by the coordinator alone", () => {
    const { hub, id, mallory, honest } = started();
    const begin = codecs.dkgBegin.encode({ approvals: mallory.party.groups.get(id)?.sealed.approvals ?? [] });
    const round = roundId(new Uint8Array(16).fill(1));
    const frame = forge(mallory, id, { kind: "DKG_BEGIN", roundId: round, to: ALL, payload: begin });
    for (const tab of honest) tab.receive(frame);
    for (const tab of honest) expect(phase(tab, id).tag).toBe("idle");
    expect(hub.signers.length).toBe(3);
  });

  test("that one member floods leave room for the coordinator's", () => {
    const { hub, id, mallory, honest } = started();
    for (let n = 0; n < 40; n++) {
      const round = roundId(new Uint8Array(16).fill(n));
      const payload = codecs.certified.encode({ keyHash: "0a".repeat(32) as never });
      const frame = forge(mallory, id, { kind: "CERTIFIED", roundId: round, to: ALL, payload });
      for (const tab of honest) tab.receive(frame);
    }
    for (const tab of honest) expect(tab.party.ignored.get("flood")).toBeGreaterThan(30);
    hub.runDkg(id);
    for (const tab of honest) expect(phase(tab, id).tag).toBe("ready");
  });

  test("an abort before the lock ends a round; another is begun, and ends with a key", () => {
    const { hub, id, mallory } = started();
    const before = hub.network;
    hub.network = (wire) => (isKind(wire, "DKG_PRIVATE_SHARES") ? [] : [wire.frame]);
    hub.runDkg(id);
    mallory.command({ tag: "keygen", groupId: id, command: { tag: "stopKeygen" } });
    for (const tab of hub.signers) expect(phase(tab, id).tag).toBe("stopped");
    hub.network = before;
    hub.runDkg(id);
    for (const tab of hub.signers) expect(phase(tab, id).tag).toBe("ready");
  });

  test("a certificate beats an abort: who locked keeps asking, and any holder answers", () => {
    const { hub, id, honest } = started();
    const late = honest[1];
    hub.network = (wire, reader) => (reader === late && isKind(wire, "DKG_END") ? [] : [wire.frame]);
    hub.runDkg(id);
    if (late === undefined) throw new Error("no seat");
    expect(phase(late, id).tag).toBe("pending");
    late.command({ tag: "keygen", groupId: id, command: { tag: "stopKeygen" } });
    expect(phase(late, id).tag).toBe("pending");
    const round = roundOf(phase(late, id));
    if (round === null) throw new Error("no round");
    const payload = codecs.abort.encode({ reason: "stopped-here", missing: [], seen: [], frames: [] });
    late.receive(forge(hub.coordinator, id, { kind: "ABORT", roundId: round, to: ALL, payload }));
    expect(phase(late, id).tag).toBe("pending");
    for (let minute = 0; minute < 5; minute++) hub.wait(60_000);
    for (const tab of hub.signers) expect(phase(tab, id).tag).toBe("ready");
  });

  test("silence is named, and ends a round that nobody has locked", () => {
    const { hub, id, mallory, honest } = started();
    hub.network = (wire) => (wire.from === mallory.identity.id ? [] : [wire.frame]);
    hub.runDkg(id);
    for (let minute = 0; minute < 40; minute++) hub.wait(60_000);
    for (const tab of honest) {
      expect(phase(tab, id).tag).toBe("stopped");
      expect(signer(tab, id).convictions).toEqual([]);
    }
    const stopped = honest.map((tab) => phase(tab, id));
    expect(stopped).toContainEqual(
      expect.objectContaining({ reason: "deadline", missing: [mallory.identity.id] }),
    );
  });

  test("a seat that lost what it dealt says so, deals nothing else, and blames nobody", () => {
    const { hub, id, honest } = started();
    const lost = honest[0];
    if (lost === undefined) throw new Error("no seat");
    const records = [...lost.records];
    hub.network = (wire) => (isKind(wire, "DKG_PRIVATE_SHARES") ? [] : [wire.frame]);
    const said: Uint8Array[] = [];
    const before = hub.network;
    hub.network = (wire, reader) => {
      said.push(wire.frame);
      return before(wire, reader);
    };
    hub.runDkg(id);
    lost.records = records;
    lost.reload();
    const own = said.filter((frame) => frame[1] === 0x02);
    for (const frame of new Set([...own, ...said])) lost.receive(frame);
    hub.run();
    expect(phase(lost, id)).toMatchObject({ tag: "stopped", reason: "lost-state" });
    for (const tab of hub.signers) expect(signer(tab, id).convictions).toEqual([]);
  });
});

describe("accusations", () => {
  test("with evidence that shows nothing are counted, and blame nobody", () => {
    const { hub, id, mallory, honest } = started();
    hub.runDkg(id);
    const payload = codecs.blame.encode({ evidence: bytesOf(id) });
    const round = roundId(new Uint8Array(16).fill(3));
    for (const tab of honest)
      tab.receive(forge(mallory, id, { kind: "BLAME", roundId: round, to: ALL, payload }));
    for (const tab of honest) {
      expect(signer(tab, id).convictions).toEqual([]);
      expect(tab.party.ignored.get("invalid-content")).toBeGreaterThan(0);
    }
  });
});
