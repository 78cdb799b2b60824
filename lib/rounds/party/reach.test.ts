import { describe, expect, test } from "vitest";
import {
  restoreSecretShares,
  revealSecretShares,
  secp256k1Tr,
  verifyingSharesCodec,
} from "../../frost/index.ts";
import { ALL, type GroupId, roundId } from "../core/names.ts";
import { certificateCodec } from "../keygen/certificate.ts";
import { identifiersOf } from "../keygen/context.ts";
import { certificateParts, fingerprintCommitmentOf } from "../keygen/hashes.ts";
import * as codecs from "../keygen/messages.ts";
import { dealtIn } from "../keygen/public-round.ts";
import { heardOf } from "../keygen/inbox.ts";
import { openShares, pairProduct, sealShares } from "../keygen/share-sealing.ts";
import { certifiedOf, roundOf } from "../keygen/state.ts";
import { keygenSigner } from "../keygen/signer.ts";
import { keygenContext } from "./contexts.ts";
import { Hub, type Tab, testRng } from "./testing/hub.ts";
import { corrupt, forge, isKind, openOwn } from "./testing/malice.ts";

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
const phases = (hub: Hub, id: GroupId): string[] => hub.signers.map((tab) => signer(tab, id).phase.tag);
const value = <T>(decoded: { ok: true; value: T } | { ok: false }): T => {
  if (!decoded.ok) throw new Error("not decoded");
  return decoded.value;
};
const some = <T>(thing: T | undefined | null): T => {
  if (thing === undefined || thing === null) throw new Error("nothing there");
  return thing;
};

describe("a dealer whose share opens and is wrong", () => {
  test("is named by the check of each dealer, and convicted", () => {
    const { hub, id, mallory, honest } = started();
    corrupt(hub, mallory, "DKG_PRIVATE_SHARES", (payload, reader) => {
      const { phase, inboxes } = signer(mallory, id);
      if (!("secrets" in phase)) throw new Error("no secrets");
      const round = some(roundOf(phase));
      const dealt = some(
        dealtIn(
          some(mallory.party.groups.get(id)).sealed.roster,
          some(heardOf(inboxes.get(round), "DKG_PUBLIC_SHARES").get(reader.identity.id)),
        ),
      );
      const message = value(codecs.dkgPrivateShares.decode(payload));
      const product = pairProduct(phase.secrets.encryption.reveal(), dealt.encryptionKey);
      const address = { round1Hash: message.round1Hash, from: mallory.identity.id, to: reader.identity.id };
      const right = some(openShares(product, address, message.sealed));
      const wrong =
        reader === honest[0]
          ? right.map((byte, i) => (i === 31 ? byte ^ 1 : byte))
          : new Uint8Array(32).fill(255);
      if (reader === honest[0]) expect(revealSecretShares(restoreSecretShares(wrong, 1))).toEqual(wrong);
      return codecs.dkgPrivateShares.encode({
        ...message,
        sealed: sealShares(product, address, wrong, testRng("m")),
      });
    });
    hub.runDkg(id);
    for (const tab of honest) {
      expect(signer(tab, id).phase).toMatchObject({ tag: "stopped", reason: "blamed" });
      expect(signer(tab, id).convictions.map((one) => one.culprit)).toEqual([mallory.identity.id]);
    }
  });
});

describe("a DKG_END", () => {
  test("for another key leaves the others pending, and convicts nobody", () => {
    const { hub, id, mallory, honest } = started();
    corrupt(hub, mallory, "DKG_END", (payload) => {
      const end = value(codecs.dkgEnd.decode(payload));
      const keyHash = "0a".repeat(32) as typeof end.keyHash;
      const round = some(roundOf(signer(mallory, id).phase));
      const parts = certificateParts(id, round, keyHash, end.reveal);
      const signature = mallory.identity.sign("certificate", parts, testRng("m"));
      return codecs.dkgEnd.encode({ ...end, keyHash, signature });
    });
    hub.runDkg(id);
    for (const tab of honest) {
      expect(signer(tab, id).phase.tag).toBe("pending");
      expect(signer(tab, id).convictions).toEqual([]);
    }
  });

  test.each([
    ["that is malformed", () => Uint8Array.of(1)],
    [
      "with a false signature",
      (payload: Uint8Array) => {
        const end = value(codecs.dkgEnd.decode(payload));
        return codecs.dkgEnd.encode({ ...end, signature: new Uint8Array(64).fill(1) });
      },
    ],
    [
      "that reveals another r, well signed,",
      (payload: Uint8Array, mallory: Tab, id: GroupId) => {
        const end = value(codecs.dkgEnd.decode(payload));
        const reveal = new Uint8Array(32).fill(3);
        const round = some(roundOf(signer(mallory, id).phase));
        const signature = mallory.identity.sign(
          "certificate",
          certificateParts(id, round, end.keyHash, reveal),
          testRng("m"),
        );
        return codecs.dkgEnd.encode({ ...end, reveal, signature });
      },
    ],
  ])("%s convicts its seat", (_name, change) => {
    const { hub, id, mallory, honest } = started();
    corrupt(hub, mallory, "DKG_END", (payload) => change(payload, mallory, id));
    hub.runDkg(id);
    for (const tab of honest) {
      expect(signer(tab, id).phase.tag).toBe("pending");
      expect(signer(tab, id).convictions.map((one) => one.culprit)).toEqual([mallory.identity.id]);
    }
  });

  test("that claims another point as its verifying share convicts; the right one is derived, and the key kept", () => {
    const { hub, id, mallory } = started();
    corrupt(hub, mallory, "DKG_END", (payload) => {
      const end = value(codecs.dkgEnd.decode(payload));
      const { roster } = some(mallory.party.groups.get(id)).sealed;
      const [own] = identifiersOf(roster, mallory.identity.id);
      const [key] = verifyingSharesCodec.decode(end.verifyingShares).value.values();
      const claim = verifyingSharesCodec.encode({
        suite: secp256k1Tr,
        value: new Map([[some(own), some(key).negate()]]),
      });
      return codecs.dkgEnd.encode({ ...end, verifyingShares: claim });
    });
    hub.runDkg(id);
    expect(phases(hub, id)).toEqual(["ready", "ready", "ready"]);
    for (const tab of hub.signers) {
      expect(signer(tab, id).convictions.map(({ culprit }) => culprit)).toEqual([mallory.identity.id]);
    }
    const keys = hub.signers.map((tab) => some(certifiedOf(signer(tab, id))).key.publicKeyPackage);
    const all = keys.map((key) => Buffer.from(key.allVerifyingShares().allCompressed()).toString("hex"));
    expect(new Set(all).size).toBe(1);
  });
});

describe("a certificate", () => {
  test("of another round, with a false signature, or with other r than were committed to, is none", () => {
    const { hub, id, mallory, honest } = started();
    const [late] = honest;
    hub.network = (wire, reader) => (reader === late && isKind(wire, "DKG_END") ? [] : [wire.frame]);
    hub.runDkg(id);
    expect(signer(late, id).phase.tag).toBe("pending");
    const { certificate } = some(certifiedOf(signer(mallory, id)));
    const round = certificate.roundId;
    const [first, ...rest] = certificate.parts;
    const other = roundId(new Uint8Array(16).fill(2));
    const reveal = new Uint8Array(32).fill(7);
    const parts = certificateParts(id, round, some(certifiedOf(signer(mallory, id))).keyHash, reveal);
    const resigned = { reveal, signature: mallory.identity.sign("certificate", parts, testRng("m")) };
    expect(fingerprintCommitmentOf(mallory.identity.id, reveal)).toHaveLength(32);
    const bad = [
      { ...certificate, roundId: other },
      { ...certificate, parts: rest },
      { ...certificate, parts: [{ ...some(first), signature: new Uint8Array(64) }, ...rest] },
      // Signed anew by its own seat: only the commitment in PUBLIC_SHARES tells.
      { ...certificate, parts: [resigned, ...rest] },
    ];
    for (const one of bad) {
      const payload = certificateCodec.encode(one);
      late.receive(forge(mallory, id, { kind: "CERTIFICATE", roundId: round, to: ALL, payload }));
      hub.coordinator.receive(forge(mallory, id, { kind: "CERTIFICATE", roundId: round, to: ALL, payload }));
      expect(signer(late, id).phase.tag).toBe("pending");
    }
    const payload = certificateCodec.encode(certificate);
    late.receive(forge(mallory, id, { kind: "CERTIFICATE", roundId: round, to: ALL, payload }));
    expect(signer(late, id).phase.tag).not.toBe("pending");
  });

  test("reaches a coordinator that lacks the parts, and one that stopped the round", () => {
    for (const stops of [false, true]) {
      const { hub, id, mallory } = started();
      hub.network = (wire, reader) =>
        reader === hub.coordinator && isKind(wire, "DKG_END") ? [] : [wire.frame];
      hub.runDkg(id);
      if (stops)
        hub.coordinator.command({ tag: "coordinateKeygen", groupId: id, command: { tag: "stopKeygen" } });
      const { certificate } = some(certifiedOf(signer(mallory, id)));
      const payload = certificateCodec.encode(certificate);
      hub.network = (wire) => [wire.frame];
      hub.coordinator.receive(
        forge(mallory, id, { kind: "CERTIFICATE", roundId: certificate.roundId, to: ALL, payload }),
      );
      const coordinator = some(hub.coordinator.party.groups.get(id)?.keygenCoordinator);
      expect(certifiedOf(coordinator)?.keyHash).toBe(some(certifiedOf(signer(mallory, id))).keyHash);
    }
  });
});

describe("a copy of a seat that runs beside the original", () => {
  test("makes it try again with nonces of its own, and nobody is blamed", () => {
    const { hub, id, honest } = started();
    const [original, other] = honest;
    hub.network = (wire) => (isKind(wire, "LIFE_NONCE") ? [] : [wire.frame]);
    hub.runDkg(id);
    const copy = new Hub({ seats: 3, threshold: 2 }).signers[1];
    if (copy === undefined) throw new Error("no copy");
    copy.records = [...original.records];
    copy.epochs = 40;
    copy.reload();
    const said: Uint8Array[] = [];
    copy.hub.network = (wire) => {
      said.push(wire.frame);
      return [];
    };
    copy.tick();
    const nonces = said.filter((frame) => frame[1] === 0x08);
    expect(nonces.length).toBeGreaterThan(0);
    hub.network = (wire) => [wire.frame];
    for (const frame of nonces) for (const tab of [original, other]) tab.receive(frame);
    for (let minute = 0; minute < 12; minute++) hub.wait(61_000);
    for (const tab of hub.signers) expect(signer(tab, id).convictions).toEqual([]);
    const attempts = openOwn(copy, some(nonces[0])).payload[1];
    expect(attempts).toBeGreaterThan(0);
  });
});

describe("an abort over differing transcripts", () => {
  test("says nothing before there is anything to compare, and with frames that are none", () => {
    const { hub, id, mallory, honest } = started();
    const [tab] = honest;
    hub.network = (wire) => (isKind(wire, "DKG_PUBLIC_SHARES") ? [] : [wire.frame]);
    hub.runDkg(id);
    const round = some(roundOf(signer(tab, id).phase));
    const seen = ["0a", "0b", "0c"].map((byte) => byte.repeat(32) as never);
    const payload = codecs.abort.encode({
      reason: "transcripts-differ",
      missing: [],
      seen,
      frames: [new Uint8Array(8)],
    });
    tab.receive(forge(mallory, id, { kind: "ABORT", roundId: round, to: ALL, payload }));
    expect(signer(tab, id).phase).toMatchObject({ tag: "stopped", reason: "transcripts-differ" });
    expect(signer(tab, id).convictions).toEqual([]);
  });

  test("with a list of another length is answered by nothing", () => {
    const { hub, id, mallory, honest } = started();
    const [tab] = honest;
    hub.runDkg(id);
    const round = some(roundOf(signer(tab, id).phase));
    const before = hub.queue.length;
    const payload = codecs.abort.encode({ reason: "transcripts-differ", missing: [], seen: [], frames: [] });
    tab.receive(forge(mallory, id, { kind: "ABORT", roundId: round, to: ALL, payload }));
    expect(hub.queue.length).toBe(before);
    expect(signer(tab, id).phase.tag).toBe("ready");
  });
});

describe("PUBLIC_SHARES whose package is no package", () => {
  test("convict their seat", () => {
    const { hub, id, mallory, honest } = started();
    corrupt(hub, mallory, "DKG_PUBLIC_SHARES", (payload) => {
      const message = value(codecs.dkgPublicShares.decode(payload));
      return codecs.dkgPublicShares.encode({ ...message, package: new Uint8Array(20) });
    });
    hub.runDkg(id);
    for (const tab of honest) expect(signer(tab, id).phase).toMatchObject({ reason: "blamed" });
  });
});

describe("limits", () => {
  test("a query about a round nobody knows is answered by nothing", () => {
    const { hub, id, mallory, honest } = started();
    const [tab] = honest;
    const payload = codecs.dkgQuery.encode({ wanted: [{ kind: "LIFE_NONCE", seat: 1 }] });
    const before = hub.queue.length;
    tab.receive(
      forge(mallory, id, { kind: "DKG_QUERY", roundId: roundId(new Uint8Array(16)), to: ALL, payload }),
    );
    expect(hub.queue.length).toBe(before);
  });

  test("who asks twice within a second gets one answer", () => {
    const { hub, id, mallory, honest } = started();
    hub.runDkg(id);
    const round = some(roundOf(signer(mallory, id).phase));
    const ask = (): Uint8Array =>
      forge(mallory, id, {
        kind: "DKG_QUERY",
        roundId: round,
        to: ALL,
        payload: codecs.dkgQuery.encode({
          wanted: [
            { kind: "CERTIFIED", seat: 1 },
            { kind: "DKG_PUBLIC_SHARES", seat: 1 },
          ],
        }),
      });
    const [first] = honest;
    first.receive(ask());
    first.receive(ask());
    expect(first.party.ignored.get("flood")).toBe(1);
    hub.coordinator.receive(ask());
    expect(hub.queue.length).toBeGreaterThan(0);
  });

  test("convictions are kept to a bound; more are counted", () => {
    const { hub, id, mallory, honest } = started();
    hub.runDkg(id);
    const [tab] = honest;
    const group = some(tab.party.groups.get(id));
    const state = signer(tab, id);
    const one = {
      culprit: mallory.identity.id,
      roundId: roundId(new Uint8Array(16)),
      evidence: new Uint8Array(),
      at: 0,
    };
    const full = { ...state, convictions: Array.from({ length: 256 }, () => one) };
    const payload = codecs.blame.encode({ evidence: new Uint8Array(4) });
    const frame = forge(mallory, id, { kind: "BLAME", roundId: one.roundId, to: ALL, payload });
    const message = openOwn(mallory, frame);
    const context = keygenContext(tab.party, group);
    const outcome = keygenSigner.step(context, full, { tag: "message", now: hub.now, message }, testRng("x"));
    expect(outcome.out).toContainEqual({
      tag: "notify",
      notice: { tag: "ignored", reason: "flood", kind: "BLAME", from: mallory.identity.id },
    });
  });

  test("a round in which somebody was convicted before it began is not taken up", () => {
    const { hub, id, mallory, honest } = started();
    corrupt(hub, mallory, "DKG_PUBLIC_SHARES", () => Uint8Array.of(9));
    hub.runDkg(id);
    const [tab] = honest;
    const { evidence } = some(signer(tab, id).convictions[0]);
    const fresh = roundId(new Uint8Array(16).fill(5));
    const blame = {
      kind: "BLAME",
      roundId: fresh,
      to: ALL,
      payload: codecs.blame.encode({ evidence }),
    } as const;
    tab.receive(forge(mallory, id, blame));
    const approvals = some(hub.coordinator.party.groups.get(id)).sealed.approvals;
    const begin = {
      kind: "DKG_BEGIN",
      roundId: fresh,
      to: ALL,
      payload: codecs.dkgBegin.encode({ approvals }),
    } as const;
    tab.receive(forge(hub.coordinator, id, begin));
    expect(signer(tab, id).used.get(fresh)).toBe("blamed");
  });

  test("a beginning without everybody's approval begins nothing", () => {
    const { hub, id, honest } = started();
    const [tab] = honest;
    const approvals = some(hub.coordinator.party.groups.get(id)).sealed.approvals;
    const [first, ...rest] = approvals;
    const begin = (list: readonly Uint8Array[], n: number): Uint8Array =>
      forge(hub.coordinator, id, {
        kind: "DKG_BEGIN",
        roundId: roundId(new Uint8Array(16).fill(n)),
        to: ALL,
        payload: codecs.dkgBegin.encode({ approvals: list }),
      });
    tab.receive(begin(rest, 1));
    tab.receive(begin([new Uint8Array(64), ...rest], 2));
    expect(signer(tab, id).phase.tag).toBe("idle");
    // Signed again with other randomness it is an approval all the same.
    const again = some(hub.signers[0]).identity.sign("approval", [Buffer.from(id, "hex")], testRng("again"));
    expect(again).not.toEqual(first);
    tab.receive(begin([Uint8Array.from(again), ...rest], 3));
    expect(signer(tab, id).phase.tag).toBe("collectingPublicShares");
  });
});
