import { describe, expect, test } from "vitest";
import type { GroupId } from "../core/names.ts";
import { kinds } from "../core/kind.ts";
import { heardOf } from "../keygen/inbox.ts";
import { dkgPublicShares, dkgPrivateShares } from "../keygen/messages.ts";
import { dealtIn } from "../keygen/public-round.ts";
import { encryptionKeyPair } from "../keygen/share-sealing.ts";
import { certifiedOf, roundOf } from "../keygen/state.ts";
import { commitmentsOf } from "../keygen/life.ts";
import { Hub, type Tab, testRng } from "../party/testing/hub.ts";
import { openOwn } from "../party/testing/malice.ts";
import { type Evidence, evidenceCodec } from "./evidence.ts";
import { verifyBlame } from "./verify.ts";

/** A whole run among honest people, of which a liar holds every frame and its own secrets. */
const hub = new Hub({ seats: 3, threshold: 2 });
const id: GroupId = hub.seal();
const frames: { from: string; to: string; frame: Uint8Array }[] = [];
const secrets = new Map<string, Uint8Array>();
hub.network = (wire) => {
  frames.push(wire);
  for (const tab of hub.signers) {
    const phase = tab.party.groups.get(id)?.keygen?.phase;
    if (phase !== undefined && "secrets" in phase) secrets.set(tab.name, phase.secrets.encryption.reveal());
  }
  return [wire.frame];
};
hub.runDkg(id);

const seat = (i: number): Tab => {
  const tab = hub.signers[i];
  if (tab === undefined) throw new Error("no such seat");
  return tab;
};
const [liar, honest, third] = [seat(0), seat(1), seat(2)];
const state = liar.party.groups.get(id)?.keygen;
const sealed = liar.party.groups.get(id)?.sealed;
if (state == null || sealed === undefined) throw new Error("no group");
const { roster, broadcastKey } = sealed;
const roundId = roundOf(state.phase);
const inbox = roundId === null ? undefined : state.inboxes.get(roundId);
const accused = honest.identity.id;

const some = <T>(value: T | undefined | null): T => {
  if (value === undefined || value === null) throw new Error("nothing there");
  return value;
};
const frameOf = (tab: Tab, kind: keyof typeof kinds, to?: Tab): Uint8Array =>
  some(
    frames.find(
      (one) =>
        one.from === tab.identity.id &&
        one.frame[1] === kinds[kind] &&
        (to === undefined || one.to === to.identity.id),
    ),
  ).frame;
const payloadOf = (tab: Tab, kind: keyof typeof kinds): Uint8Array =>
  openOwn(tab, frameOf(tab, kind)).payload;
const verdict = (evidence: Evidence): unknown => verifyBlame(evidenceCodec.encode(evidence));
const charge = (tag: Evidence["tag"], body: unknown, whom = accused): Evidence =>
  ({ roster, accused: whom, tag, body }) as Evidence;

const contents = roster.seats.map(
  ({ identity }) => some(dealtIn(roster, some(heardOf(inbox, "DKG_PUBLIC_SHARES").get(identity)))).content,
);
const honestShares = {
  frame: frameOf(honest, "DKG_PRIVATE_SHARES", liar),
  encryptionSecret: some(secrets.get(liar.name)),
  contents,
  dealerShares: payloadOf(honest, "DKG_PUBLIC_SHARES"),
  accuserShares: payloadOf(liar, "DKG_PUBLIC_SHARES"),
};

/** PUBLIC_SHARES of the right form that its dealer never sent. */
function otherPolynomial(payload: Uint8Array): Uint8Array {
  const dealt = dkgPublicShares.decode(payload);
  if (!dealt.ok) throw new Error("not decoded");
  return dkgPublicShares.encode({ ...dealt.value, fingerprintCommitment: testRng("another r")(32) });
}

describe("an honest dealer is not convicted", () => {
  test("by its right shares and the accuser's true key", () => {
    expect(verdict(charge("privateShares", honestShares))).toBeNull();
  });

  test("by a wrong key revealed as evidence", () => {
    for (const encryptionSecret of [testRng("other")(32), new Uint8Array(32), new Uint8Array(32).fill(255)]) {
      expect(verdict(charge("privateShares", { ...honestShares, encryptionSecret }))).toBeNull();
    }
  });

  test("by another encryption key under the accuser's name", () => {
    const pair = encryptionKeyPair(testRng("pair"));
    const own = dkgPublicShares.decode(honestShares.accuserShares);
    if (!own.ok) throw new Error("not decoded");
    const accuserShares = dkgPublicShares.encode({ ...own.value, encryptionKey: pair.publicKey });
    expect(
      verdict(charge("privateShares", { ...honestShares, encryptionSecret: pair.secret, accuserShares })),
    ).toBeNull();
    const forged = contents.map((content, i) => (i === 0 ? contents[1] : content));
    expect(verdict(charge("privateShares", { ...honestShares, contents: forged }))).toBeNull();
    expect(verdict(charge("privateShares", { ...honestShares, contents: contents.slice(1) }))).toBeNull();
  });

  test("by another dealer's polynomial under its name, or shares meant for somebody else", () => {
    const dealerShares = payloadOf(third, "DKG_PUBLIC_SHARES");
    expect(verdict(charge("privateShares", { ...honestShares, dealerShares }))).toBeNull();
    expect(verdict(charge("privateShares", { ...honestShares, dealerShares: Uint8Array.of(1) }))).toBeNull();
    const frame = frameOf(honest, "DKG_PRIVATE_SHARES", third);
    expect(verdict(charge("privateShares", { ...honestShares, frame }))).toBeNull();
    expect(
      verdict(charge("privateShares", { ...honestShares, frame: frameOf(honest, "DKG_END") })),
    ).toBeNull();
    expect(verdict(charge("privateShares", { ...honestShares, frame: new Uint8Array(3) }))).toBeNull();
  });

  test("by shares that somebody else signed in its name", () => {
    const frame = frameOf(liar, "DKG_PRIVATE_SHARES", third);
    expect(verdict(charge("privateShares", { ...honestShares, frame }))).toBeNull();
    const changed = honestShares.frame.slice();
    changed[200] = (changed[200] ?? 0) ^ 1;
    expect(verdict(charge("privateShares", { ...honestShares, frame: changed }))).toBeNull();
    expect(dkgPrivateShares.maxBytes).toBeGreaterThan(0);
  });

  test("by its right PUBLIC_SHARES, or under another broadcast key", () => {
    const frame = frameOf(honest, "DKG_PUBLIC_SHARES");
    expect(verdict(charge("publicShares", { broadcastKey, frame }))).toBeNull();
    expect(verdict(charge("publicShares", { broadcastKey: new Uint8Array(32), frame }))).toBeNull();
    expect(verdict(charge("publicShares", { broadcastKey, frame: frameOf(honest, "DKG_END") }))).toBeNull();
  });

  test("by one frame twice, or two frames that it may both sign", () => {
    const one = frameOf(honest, "DKG_PUBLIC_SHARES");
    expect(verdict(charge("equivocation", { first: one, second: one }))).toBeNull();
    const to = (tab: Tab): Uint8Array => frameOf(honest, "DKG_PRIVATE_SHARES", tab);
    expect(verdict(charge("equivocation", { first: to(liar), second: to(third) }))).toBeNull();
    const end = frameOf(honest, "DKG_END");
    expect(verdict(charge("equivocation", { first: one, second: end }))).toBeNull();
    expect(
      verdict(charge("equivocation", { first: one, second: frameOf(third, "DKG_PUBLIC_SHARES") })),
    ).toBeNull();
    const resigned = one.slice();
    resigned[resigned.length - 1] = (resigned.at(-1) ?? 0) ^ 1;
    expect(verdict(charge("equivocation", { first: one, second: resigned }))).toBeNull();
    expect(verdict(charge("equivocation", { first: one, second: new Uint8Array(5) }))).toBeNull();
  });

  test("by its right DKG_END", () => {
    const body = {
      broadcastKey,
      publicShares: frameOf(honest, "DKG_PUBLIC_SHARES"),
      end: frameOf(honest, "DKG_END"),
    };
    expect(verdict(charge("end", body))).toBeNull();
    expect(verdict(charge("end", { ...body, publicShares: frameOf(third, "DKG_PUBLIC_SHARES") }))).toBeNull();
    expect(verdict(charge("end", { ...body, end: frameOf(third, "DKG_END") }))).toBeNull();
    expect(verdict(charge("end", { ...body, end: new Uint8Array(4) }))).toBeNull();
  });

  test("by its right verifying shares, beside its own first round or another one", () => {
    const publicShares = roster.seats.map(
      ({ identity }) => some(heardOf(inbox, "DKG_PUBLIC_SHARES").get(identity)).payload,
    );
    const body = { broadcastKey, end: frameOf(honest, "DKG_END"), publicShares };
    expect(verdict(charge("verifyingShares", body))).toBeNull();
    const lies: readonly Partial<typeof body>[] = [
      { publicShares: [...publicShares].reverse() },
      { publicShares: publicShares.slice(1) },
      { publicShares: publicShares.map(() => Uint8Array.of(1)) },
      { publicShares: publicShares.map((payload, i) => (i === 0 ? otherPolynomial(payload) : payload)) },
      { end: frameOf(third, "DKG_END") },
      { end: frameOf(honest, "DKG_PUBLIC_SHARES") },
      { end: new Uint8Array(4) },
      { broadcastKey: new Uint8Array(32) },
    ];
    for (const lie of lies) expect(verdict(charge("verifyingShares", { ...body, ...lie }))).toBeNull();
  });

  test("by its right share of the proof of life beside another list, key or DKG_END", () => {
    const certificate = some(certifiedOf(state)).certificate;
    const commitments = some(commitmentsOf(roster, inbox, 1));
    const body = {
      broadcastKey,
      end: frameOf(honest, "DKG_END"),
      share: frameOf(honest, "LIFE_SHARE"),
      groupPublicKey: certificate.groupPublicKey,
      commitments,
    };
    expect(verdict(charge("lifeShare", body))).toBeNull();
    expect(verdict(charge("lifeShare", { ...body, commitments: [...commitments].reverse() }))).toBeNull();
    expect(verdict(charge("lifeShare", { ...body, groupPublicKey: new Uint8Array(33).fill(2) }))).toBeNull();
    expect(verdict(charge("lifeShare", { ...body, end: frameOf(third, "DKG_END") }))).toBeNull();
    expect(verdict(charge("lifeShare", { ...body, share: frameOf(third, "LIFE_SHARE") }))).toBeNull();
    expect(verdict(charge("lifeShare", { ...body, share: new Uint8Array(2) }))).toBeNull();
    expect(
      verdict(
        charge("signing", {
          broadcastKey,
          end: body.end,
          groupPublicKey: body.groupPublicKey,
          bytes: new Uint8Array(9),
        }),
      ),
    ).toBeNull();
  });

  test("by evidence about somebody who has no seat, or by no evidence", () => {
    const body = { broadcastKey, frame: frameOf(honest, "DKG_PUBLIC_SHARES") };
    expect(verdict(charge("publicShares", body, hub.coordinator.identity.id))).toBeNull();
    expect(verifyBlame(new Uint8Array())).toBeNull();
    expect(verifyBlame(new Uint8Array(500).fill(7))).toBeNull();
  });
});
