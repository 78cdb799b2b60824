import { describe, expect, test } from "vitest";
import { verifySchnorr } from "../../frost/index.ts";
import { type GroupId, NO_ROUND, type PartyId, roundId } from "../core/names.ts";
import { textToSign } from "../operation/text.ts";
import { exportKeygen, exportSigning } from "../transcript/export.ts";
import { type Transcript, transcriptCodec } from "../transcript/transcript.ts";
import { verifyTranscript } from "../transcript/verify.ts";
import { backupOf } from "./backup.ts";
import { keygenBoard } from "./board.ts";
import { missingFrames } from "./gaps.ts";
import { replay } from "./replay.ts";
import { createParty } from "./state.ts";
import { step } from "./step.ts";
import { Hub, readiness, type Tab, testRng } from "./testing/hub.ts";
import { isKind, resign } from "./testing/malice.ts";
import { checkpoint } from "./work.ts";

function ready(): { hub: Hub; id: GroupId } {
  const hub = new Hub({ seats: 3, threshold: 2 });
  const id = hub.seal();
  hub.runDkg(id);
  return { hub, id };
}
const tabOf = (hub: Hub, i: number): Tab => {
  const tab = hub.signers[i];
  if (tab === undefined) throw new Error("no such signer");
  return tab;
};
const round = roundId(new Uint8Array(16).fill(0x51));
const sign = (hub: Hub, id: GroupId, by = hub.coordinator): void =>
  by.command({
    tag: "coordinateSigning",
    groupId: id,
    command: { tag: "sign", roundId: round, operation: textToSign("hello"), expiry: hub.now + 600_000 },
  });
const some = <T>(value: T | null | undefined): T => {
  if (value === null || value === undefined) throw new Error("nothing there");
  return value;
};

describe("a ready group", () => {
  test("signs, under any seat as coordinator, and the signed round verifies offline", () => {
    const { hub, id } = ready();
    sign(hub, id, tabOf(hub, 1));
    const transcript = some(exportSigning(tabOf(hub, 1).party, id, round));
    const decoded = transcriptCodec.decode(transcriptCodec.encode(transcript));
    expect(decoded).toEqual({ ok: true, value: transcript });
    const report = verifyTranscript(transcript);
    expect(report.approved).toBe(true);
    expect(report.signing.certified).toBe(true);
    const [request] = report.signing.requests;
    expect(request?.coordinator).toBe(tabOf(hub, 1).identity.id);
    expect(request?.answeredBy.length).toBeGreaterThanOrEqual(2);
    expect(request?.signatures).toHaveLength(1);
    expect(report.entries.every((entry) => entry.tag === "signed" && entry.valid)).toBe(true);
    const key = some(keygenBoard(hub.coordinator.party, id)?.groupPublicKey);
    expect(verifySchnorr(key, new Uint8Array(32), some(request?.signatures?.[0]))).toBe(false);
  });

  test("a request that overtook the last words of key generation is heard once the key is ready", () => {
    const hub = new Hub({ seats: 3, threshold: 3 });
    const id = hub.seal();
    const late = tabOf(hub, 2);
    const held: Uint8Array[] = [];
    hub.network = (wire, reader) => {
      if (reader !== late || !isKind(wire, "FINGERPRINT_VERDICT")) return [wire.frame];
      held.push(wire.frame);
      return [];
    };
    hub.runDkg(id);
    sign(hub, id);
    expect(keygenBoard(late.party, id)?.phase).toBe("confirming");
    late.reload();
    for (const frame of held) late.receive(frame);
    hub.run();
    expect(keygenBoard(late.party, id)?.phase).toBe("ready");
    const report = verifyTranscript(some(exportSigning(hub.coordinator.party, id, round)));
    expect(report.signing.requests[0]?.signatures).toHaveLength(1);
  });
});

describe("a transcript of key generation", () => {
  test("shows every step, the certificate, the fingerprint and that all shares work", () => {
    const { hub, id } = ready();
    const transcript = some(exportKeygen(tabOf(hub, 0).party, id));
    const { keygen, entries, culprits } = verifyTranscript(transcript);
    expect(keygen).toMatchObject({ alive: true, mismatches: [], aborts: [], wrong: [] });
    // Three seats, and the coordinator, which holds none here and compares all the same.
    expect(keygen.matches).toHaveLength(4);
    expect(keygen.fingerprint).toEqual(keygenBoard(tabOf(hub, 0).party, id)?.fingerprint);
    expect(keygen.groupPublicKey?.slice(1)).toEqual(keygenBoard(tabOf(hub, 0).party, id)?.groupPublicKey);
    expect(culprits).toEqual([]);
    expect(entries.map((entry) => (entry.tag === "signed" ? entry.name : ""))).toContain("Signer 2");
    const other = verifyTranscript(some(exportKeygen(hub.coordinator.party, id)));
    expect(other.keygen.keyHash).toBe(keygen.keyHash);
  });

  test("tells forged, foreign and tampered frames apart from what members said", () => {
    const { hub, id } = ready();
    const { party } = tabOf(hub, 0);
    const transcript = some(exportKeygen(party, id));
    const changed: Transcript = {
      ...transcript,
      frames: [
        ...transcript.frames.map((frame, i) =>
          i === 1 ? frame.map((byte, at) => (at === 200 ? byte ^ 1 : byte)) : frame,
        ),
        Uint8Array.of(1, 2, 3),
      ],
    };
    const report = verifyTranscript(changed);
    expect(report.entries[1]).toEqual({ tag: "refused", reason: "bad-signature" });
    expect(report.entries.at(-1)).toEqual({ tag: "refused", reason: "malformed-frame" });
    expect(verifyTranscript({ ...transcript, approvals: [] }).approved).toBe(false);
    expect(verifyTranscript({ ...transcript, roundId: NO_ROUND }).entries[0]).toMatchObject({
      reason: "wrong-round",
    });
    expect(verifyTranscript({ ...transcript, broadcastKey: new Uint8Array(32) }).entries[0]).toMatchObject({
      reason: "cannot-open",
    });
    expect(exportKeygen(party, "00".repeat(32) as GroupId)).toBeNull();
    expect(exportSigning(party, id, round)).toBeNull();
  });

  test("names the culprit of a round that ended in blame, and the message that was wrong", () => {
    const hub = new Hub({ seats: 3, threshold: 2 });
    const id = hub.seal();
    const mallory = tabOf(hub, 0);
    hub.network = (wire) =>
      wire.from === mallory.identity.id && isKind(wire, "DKG_PUBLIC_SHARES")
        ? [
            resign(mallory, wire.frame, (payload) =>
              payload.map((byte, i) => (i === payload.length - 66 ? byte ^ 1 : byte)),
            ),
          ]
        : [wire.frame];
    hub.runDkg(id);
    const honest = tabOf(hub, 1).party;
    const board = some(keygenBoard(honest, id));
    expect(board).toMatchObject({ phase: "stopped", reason: "blamed", can: { stop: false } });
    expect(board.convictions.map((one) => one.culprit)).toEqual([mallory.identity.id]);
    const report = verifyTranscript(some(exportKeygen(honest, id)));
    expect(report.keygen.wrong.length).toBeGreaterThan(0);
    expect(report.keygen.certificate).toBeNull();
  });
});

describe("a backup", () => {
  test("brings a seat back with its share and certificate, and nothing unfinished", () => {
    const { hub, id } = ready();
    const tab = tabOf(hub, 0);
    hub.coordinator.command({ tag: "lobby", command: { tag: "propose" } });
    expect(tab.party.groups.size).toBe(2);
    const restored = replay(tab.config(), [some(backupOf(tab.party))]);
    expect([...restored.groups.keys()]).toEqual([id]);
    expect(restored.groups.get(id)?.keygen?.phase).toMatchObject({ tag: "ready" });
    expect(restored.outbox.size).toBe(0);
    expect(keygenBoard(restored, id)?.groupPublicKey).toEqual(keygenBoard(tab.party, id)?.groupPublicKey);
    tab.party = restored;
    hub.signers.slice(2).forEach((other) => (other.party = createParty(other.config())));
    sign(hub, id);
    const report = verifyTranscript(some(exportSigning(hub.coordinator.party, id, round)));
    expect(report.signing.requests[0]?.signatures).toHaveLength(1);
  });

  test("is not made while there is nothing to bring back", () => {
    const hub = new Hub({ seats: 3, threshold: 2 });
    hub.seal();
    expect(backupOf(tabOf(hub, 0).party)).toBeNull();
  });

  test("brings the coordinator back too", () => {
    const { hub, id } = ready();
    const restored = replay(hub.coordinator.config(), [some(backupOf(hub.coordinator.party))]);
    expect(restored.groups.get(id)?.keygenCoordinator?.phase.tag).toBe("ready");
    expect(() => replay(tabOf(hub, 0).config(), [some(backupOf(hub.coordinator.party))])).toThrow();
  });
});

describe("a party", () => {
  test("that was superseded answers nothing any more", () => {
    const { hub, id } = ready();
    const tab = tabOf(hub, 0);
    tab.do({ tag: "superseded", now: hub.now });
    expect(tab.party.stopped).toBe("superseded");
    expect(tab.party.groups.get(id)?.signer).toBeNull();
    expect(tab.do({ tag: "tick", now: hub.now })).toEqual([]);
  });

  test("ignores what is not for it, and says why", () => {
    const { hub, id } = ready();
    const tab = tabOf(hub, 0);
    const nobody = {
      tag: "keygen",
      groupId: "00".repeat(32) as GroupId,
      command: { tag: "stopKeygen" },
    } as const;
    for (const command of [
      nobody,
      { ...nobody, tag: "coordinateKeygen" } as const,
      { ...nobody, tag: "coordinateKeygen", groupId: id } as const,
      { tag: "lobby", command: { tag: "close" } } as const,
      { tag: "signer", groupId: nobody.groupId, command: { tag: "halt", reason: "x" } } as const,
      {
        tag: "coordinateSigning",
        groupId: nobody.groupId,
        command: { tag: "prepare", roundId: round, pairs: 1 },
      } as const,
    ]) {
      const before = tab.party.ignored.get("not-now") ?? 0;
      tab.command(command);
      expect(tab.party.ignored.get("not-now")).toBe(before + 1);
    }
    hub.coordinator.command({ ...nobody, groupId: id });
    expect(hub.coordinator.party.ignored.get("not-now")).toBe(1);
  });

  test("shows who is present, who was last heard when, and what is missing between", () => {
    const { hub, id } = ready();
    tabOf(hub, 1).command({ tag: "present", readiness: { ...readiness, backupVerified: true } });
    const { party } = tabOf(hub, 0);
    const who = tabOf(hub, 1).identity.id;
    expect(party.readiness.get(who)).toMatchObject({ backupVerified: true });
    const row = some(keygenBoard(party, id)?.rows.find((one) => one.identity === who));
    expect(row.lastHeard).toBeGreaterThan(1_000_000);
    expect(row.missingFrames).toBe(0);
    expect(Object.values(row.cells).map((cell) => cell.tag)).toEqual(Array(6).fill("verified"));
    hub.network = () => [];
    tabOf(hub, 1).command({ tag: "present", readiness });
    hub.network = (wire) => [wire.frame];
    tabOf(hub, 1).command({ tag: "present", readiness });
    // One lost in the lobby, which counts on its own, and one in the group.
    expect(missingFrames(tabOf(hub, 0).party.gaps, who)).toBeGreaterThan(0);
  });

  test("waits for people by name", () => {
    const hub = new Hub({ seats: 3, threshold: 2 });
    const id = hub.seal();
    const silent = tabOf(hub, 2);
    hub.network = (wire) => (wire.from === silent.identity.id ? [] : [wire.frame]);
    hub.runDkg(id);
    const board = some(keygenBoard(tabOf(hub, 0).party, id));
    expect(board.waitingFor).toEqual([{ step: "publicShares", from: [silent.identity.id] }]);
    expect(board.rows[2]?.cells.publicShares).toMatchObject({ tag: "waiting" });
    expect(board.rows[1]?.cells.publicShares).toMatchObject({ tag: "sent" });
    expect(board.groupPublicKey).toBeNull();
    expect(board.fingerprint).toBeNull();
    expect(keygenBoard(tabOf(hub, 0).party, "00".repeat(32) as GroupId)).toBeNull();
  });

  test("prints no secret", () => {
    const { hub } = ready();
    const { party } = tabOf(hub, 0);
    const printed = JSON.stringify(party, (_key, value: unknown) =>
      value instanceof Map
        ? [...(value as Map<unknown, unknown>)]
        : typeof value === "bigint"
          ? value.toString()
          : value,
    );
    for (const { fact } of party.log.reveal()) {
      if (fact.tag !== "certified" || !Array.isArray(fact["keyPackages"])) continue;
      for (const bytes of fact["keyPackages"] as Uint8Array[]) {
        expect(printed).not.toContain(Buffer.from(bytes.slice(38, 70)).toString("hex"));
        expect(printed).not.toContain([...bytes.slice(38, 70)].join(","));
      }
    }
    expect(checkpoint(party).length).toBeGreaterThan(1_000);
  });

  test("gives the same answer to the same event, state and randomness", () => {
    const hub = new Hub({ seats: 3, threshold: 2 });
    const id = hub.seal();
    const { party } = hub.coordinator;
    const event = {
      tag: "command",
      now: 5,
      command: { tag: "coordinateKeygen", groupId: id, command: { tag: "runDkg" } },
    } as const;
    expect(step(party, event, testRng("same")).effects).toEqual(step(party, event, testRng("same")).effects);
    const stranger = step(party, { tag: "frame", now: 5, frame: new Uint8Array(9) }, testRng("x"));
    expect(stranger.state.ignored.get("malformed-frame")).toBe(1);
    expect("0".repeat(64) as PartyId).toHaveLength(64);
  });
});
