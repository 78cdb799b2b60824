import { describe, expect, test } from "vitest";
import { type Evidence, evidenceCodec } from "../blame/evidence.ts";
import { verifyBlame } from "../blame/verify.ts";
import { requestAt, bend } from "./testing/coordinating.ts";
import { decodeShareEvidence, encodeShareEvidence, type ShareEvidence } from "./evidence.ts";
import { Hand } from "./testing/forge.ts";
import { type Posted, Table } from "./testing/table.ts";

/** A seat that sent a wrong share, and the evidence that its coordinator published. */
function conviction() {
  const table = new Table([1, 1, 1], 2);
  const liar = table.seat(1);
  bend(table, liar, (response) => ({
    ...response,
    entries: response.entries.map((entry) => ({
      ...entry,
      shares: entry.shares.map((share) => share.map((byte, i) => (i === 31 ? byte ^ 1 : byte))),
    })),
  }));
  const digest = table.ask(0);
  table.run((_, to) => to === table.seat(2));
  const standing = requestAt(table.seat(0), digest).standings.get(liar.id);
  if (standing?.tag !== "excluded") throw new Error("nobody was excluded");
  const decoded = evidenceCodec.decode(standing.evidence);
  if (!decoded.ok || decoded.value.tag !== "signing") throw new Error("no evidence");
  const evidence = decoded.value;
  const shares = decodeShareEvidence(evidence.body.bytes, table.group.groupId);
  if (shares === null) throw new Error("no evidence of shares");
  return { table, liar, digest, evidence, shares };
}

const { table, liar, evidence, shares } = conviction();
const verdict = (changed: Evidence) => verifyBlame(evidenceCodec.encode(changed));
const withShares = (change: Partial<ShareEvidence>) =>
  verdict({
    ...evidence,
    body: { ...evidence.body, bytes: encodeShareEvidence({ ...shares, ...change }) },
  });
const { signingPackage } = shares;
const { request, commitmentList } = signingPackage;
const frameOf = (kind: Posted["kind"], seat = liar): Uint8Array => {
  const posted = seat.said.find((item) => item.kind === kind);
  if (posted === undefined) throw new Error(`no ${kind}`);
  return posted.frame;
};

test("a wrong share, the package it is for and the announcement of its nonces convict", () => {
  expect(withShares({})).toEqual({ culprit: liar.id, offence: "signing" });
});

test("nonces announced with an earlier share are announced, too", () => {
  const again = new Table([1, 1], 2);
  const first = again.ask(0, "first");
  again.run();
  expect(requestAt(again.seat(0), first).tag).toBe("signed");
  bend(again, again.seat(1), (response) => ({
    ...response,
    entries: response.entries.map((entry) => ({ ...entry, shares: [new Uint8Array(32).fill(1)] })),
  }));
  const second = again.ask(0, "second");
  again.run();
  const standing = requestAt(again.seat(0), second).standings.get(again.seat(1).id);
  if (standing?.tag !== "excluded") throw new Error("nobody was excluded");
  expect(verifyBlame(standing.evidence)?.culprit).toBe(again.seat(1).id);
});

test("a share of another seat's identifier, or none at all, convicts", () => {
  for (const identifier of [1, 3, null]) {
    const other = new Table([1, 1, 1], 2);
    bend(other, other.seat(1), (response) => ({
      ...response,
      entries: identifier === null ? [] : response.entries.map((entry) => ({ ...entry, identifier })),
    }));
    const digest = other.ask(0);
    other.run((_, to) => to === other.seat(2));
    const standing = requestAt(other.seat(0), digest).standings.get(other.seat(1).id);
    expect(standing?.tag === "excluded" && verifyBlame(standing.evidence)?.culprit).toBe(other.seat(1).id);
  }
});

describe("nobody is convicted", () => {
  const [first, second] = commitmentList;
  if (first === undefined || second === undefined) throw new Error("two seats sign");
  const hand = new Hand(table, table.seat(2));

  test.each<[string, Partial<ShareEvidence>]>([
    [
      "beside another commitment list",
      { signingPackage: { ...signingPackage, commitmentList: [first, { ...second, pairs: first.pairs }] } },
    ],
    ["beside a list without its keys", { signingPackage: { ...signingPackage, commitmentList: [first] } }],
    [
      "beside a list out of order",
      { signingPackage: { ...signingPackage, commitmentList: [second, first] } },
    ],
    [
      "beside a list of points that are none",
      {
        signingPackage: {
          ...signingPackage,
          commitmentList: [{ ...first, pairs: [new Uint8Array(66)] }, second],
        },
      },
    ],
    ["in another session", { signingPackage: { ...signingPackage, session: 2 } }],
    [
      "for another request of the same coordinator",
      {
        signingPackage: {
          ...signingPackage,
          request: { ...hand.request("other"), coordinator: request.coordinator },
        },
      },
    ],
    [
      "for other bytes",
      {
        signingPackage: {
          ...signingPackage,
          request: { ...request, messages: hand.request("other").messages },
        },
      },
    ],
    [
      "beside a list with too few pairs",
      { signingPackage: { ...signingPackage, commitmentList: [first, { ...second, pairs: [] }] } },
    ],
    [
      "beside a list with a stranger in it",
      {
        signingPackage: { ...signingPackage, commitmentList: [first, second, { ...second, identifier: 9 }] },
      },
    ],
    [
      "for a request without a message",
      { signingPackage: { ...signingPackage, request: { ...request, messages: [] } } },
    ],
    [
      "by an announcement that cannot be read",
      { sources: [liar.write("NONCE_RESPONSE", new Uint8Array(3)).frame] },
    ],
    ["where its nonces were announced nowhere", { sources: [] }],
    ["by what another seat announced", { sources: [frameOf("NONCE_RESPONSE", table.seat(0))] }],
    ["by a frame that announces nothing", { sources: [frameOf("NONCE_REQUEST", table.seat(0))] }],
    ["by no frame", { sources: [new Uint8Array(9)] }],
    ["by another seat's share", { response: frameOf("SIGN_SHARE_RESPONSE", table.seat(0)) }],
    ["by a frame of its own that is no share", { response: frameOf("NONCE_RESPONSE") }],
  ])("%s", (_, change) => {
    expect(withShares(change)).toBeNull();
  });

  test("who has no seat, under another key, or by bytes that are no evidence", () => {
    expect(verdict({ ...evidence, accused: table.seat(2).id })).toBeNull();
    expect(verdict({ ...evidence, body: { ...evidence.body, bytes: new Uint8Array(40) } })).toBeNull();
    const groupPublicKey = first.pairs[0]?.slice(0, 33) ?? new Uint8Array(33);
    expect(verdict({ ...evidence, body: { ...evidence.body, groupPublicKey } })).toBeNull();
  });

  test("by an honest share", () => {
    const response = frameOf("SIGN_SHARE_RESPONSE", table.seat(0));
    const sources = [frameOf("NONCE_RESPONSE", table.seat(0))];
    const end = table.group.ends.get(table.seat(0).id) ?? new Uint8Array();
    const bytes = encodeShareEvidence({ signingPackage, sources, response });
    expect(
      verdict({ ...evidence, accused: table.seat(0).id, body: { ...evidence.body, end, bytes } }),
    ).toBeNull();
  });
});
