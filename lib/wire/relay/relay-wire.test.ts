import fc from "fast-check";
import { schnorr } from "@noble/curves/secp256k1.js";
import { describe, expect, test } from "vitest";
import { makeFrame } from "../../../test/relay/people.ts";
import { isBroadcast, MIN_FRAME_BYTES, readHeader } from "../header.ts";
import { decodeBatch, decodePage, encodeBatch, encodePage, MAX_BATCH_FRAMES } from "./batch.ts";
import { parseChallenge, parseLoggedIn, parsePosted, parseRefusal } from "./events.ts";
import { decodeLogin, encodeLogin, loginDigest } from "./login.ts";
import {
  encodeStatement,
  roomOf,
  statementDigest,
  verifyStatement,
  type RoomStatement,
} from "./statement.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const frames = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: MAX_BATCH_FRAMES });

describe("frame headers", () => {
  test("the fields are where the layout puts them", () => {
    const [subject, from, to] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
    const msgId = new Uint8Array(16).fill(4);
    const frame = makeFrame({
      subject: subject!,
      from: from!,
      to: to!,
      msgId,
      kind: 0x45,
      payload: new Uint8Array(9),
    });
    expect(readHeader(frame)).toEqual({ kind: 0x45, groupId: subject, from, to, msgId });
    expect(isBroadcast(to!)).toBe(false);
    expect(isBroadcast(new Uint8Array(32))).toBe(true);
  });

  test("a frame cut anywhere, or with anything after it, is refused", () => {
    const frame = makeFrame({
      subject: new Uint8Array(32),
      from: new Uint8Array(32),
      payload: new Uint8Array(40),
    });
    for (let length = 0; length < frame.length; length++)
      expect(readHeader(frame.subarray(0, length))).toBe("truncated");
    expect(readHeader(new Uint8Array([...frame, 0]))).toBe("wrongLength");
    expect(readHeader(new Uint8Array(MIN_FRAME_BYTES))).toBe("unknownVersion");
  });

  test("any bytes are read or refused, never thrown at", () =>
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (any) => void readHeader(any))));
});

describe("batches and pages", () => {
  test("come back as they were", () =>
    fc.assert(
      fc.property(frames, fc.nat(1_000), fc.nat(1_000), (list, expiredThrough, more) => {
        expect(decodeBatch(encodeBatch(list))?.map((frame) => [...frame])).toEqual(
          list.map((frame) => [...frame]),
        );
        const page = {
          expiredThrough,
          first: expiredThrough + 1,
          head: expiredThrough + list.length + more,
          frames: list,
        };
        const read = decodePage(encodePage(page));
        expect({ ...read, frames: read?.frames.map((frame) => [...frame]) }).toEqual({
          ...page,
          frames: list.map((frame) => [...frame]),
        });
      }),
    ));

  test("whatever is accepted is written the same way again", () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (any) => {
        const [batch, page] = [decodeBatch(any), decodePage(any)];
        if (batch !== null) expect([...encodeBatch(batch)]).toEqual([...any]);
        if (page !== null) expect([...encodePage(page)]).toEqual([...any]);
      }),
    ));

  test("a page that contradicts itself is refused", () => {
    const page = { expiredThrough: 5, first: 6, head: 7, frames: [new Uint8Array(1), new Uint8Array(1)] };
    expect(decodePage(encodePage(page))).not.toBeNull();
    expect(decodePage(encodePage({ ...page, head: 6 }))).toBeNull();
    expect(decodePage(encodePage({ ...page, first: 5 }))).toBeNull();
  });

  test("more frames than a batch may hold are refused", () => {
    const many = Array.from({ length: MAX_BATCH_FRAMES + 1 }, () => new Uint8Array(1));
    expect(decodeBatch(encodeBatch(many))).toBeNull();
  });
});

describe("logins", () => {
  const login = fc.record({
    room: bytes(32),
    identity: bytes(32),
    signature: bytes(64),
    lobbySignature: fc.option(bytes(64)),
    statement: fc.option(fc.uint8Array({ minLength: 1, maxLength: 300 })),
  });

  test("come back as they were, and are refused when cut or longer", () =>
    fc.assert(
      fc.property(login, (one) => {
        const written = encodeLogin(one);
        expect(Buffer.from(encodeLogin(decodeLogin(written)!))).toEqual(Buffer.from(written));
        expect(decodeLogin(written.subarray(0, written.length - 1))).toBeNull();
        expect(decodeLogin(new Uint8Array([...written, 0]))).toBeNull();
      }),
    ));

  test("what is signed differs with every part of it", () => {
    const [room, identity] = [new Uint8Array(32), new Uint8Array(32).fill(1)];
    const challenge = { nonce: new Uint8Array(32), expiresAt: 1_000 };
    const digest = (...args: Parameters<typeof loginDigest>) =>
      Buffer.from(loginDigest(...args)).toString("hex");
    const digests = [
      digest("identity", "https://a.example", room, identity, challenge),
      digest("lobby", "https://a.example", room, identity, challenge),
      digest("identity", "https://b.example", room, identity, challenge),
      digest("identity", "https://a.example", identity, identity, challenge),
      digest("identity", "https://a.example", room, room, challenge),
      digest("identity", "https://a.example", room, identity, { ...challenge, nonce: identity }),
      digest("identity", "https://a.example", room, identity, { ...challenge, expiresAt: 1_001 }),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });
});

describe("statements", () => {
  const secret = new Uint8Array(32).fill(7);
  const coordinator = schnorr.getPublicKey(secret);
  const sign = (statement: RoomStatement) =>
    encodeStatement(statement, schnorr.sign(statementDigest(statement), secret));
  const group: RoomStatement = {
    type: "group",
    subject: new Uint8Array(32).fill(1),
    coordinator,
    version: 3,
    members: [coordinator, new Uint8Array(32).fill(2)],
  };
  const lobby: RoomStatement = {
    type: "lobby",
    subject: group.subject,
    coordinator,
    version: 1,
    lobbyKey: new Uint8Array(32).fill(9),
  };

  test("signed ones are read, and any changed byte is refused", () => {
    for (const statement of [group, lobby]) {
      const signed = sign(statement);
      expect(verifyStatement(signed)).toEqual(statement);
      for (let at = 0; at < signed.length; at += 7) {
        const changed = signed.slice();
        changed[at]! ^= 1;
        expect(verifyStatement(changed)).toBeNull();
      }
    }
  });

  test("nobody is listed twice, and nobody is not enough", () => {
    expect(verifyStatement(sign({ ...group, members: [coordinator, coordinator] }))).toBeNull();
    expect(verifyStatement(sign({ ...group, members: [] }))).toBeNull();
  });

  test("a room's name depends on type, subject, coordinator and lobby key, and not on version or members", () => {
    const name = (statement: RoomStatement) => Buffer.from(roomOf(statement)).toString("hex");
    const other = new Uint8Array(32).fill(5);
    const names = [
      group,
      lobby,
      { ...group, subject: other },
      { ...group, coordinator: other },
      { ...lobby, lobbyKey: other },
    ].map(name);
    expect(new Set(names).size).toBe(5);
    expect(name({ ...group, version: 4, members: [other] })).toBe(name(group));
  });
});

describe("answers of a relay", () => {
  test("anything else than an answer is null, never an exception", () =>
    fc.assert(
      fc.property(fc.anything(), (any) => {
        expect(parseLoggedIn(any)).toBeNull();
        expect(parsePosted(any, 1)).toBeNull();
        expect(parseChallenge(any)).toBeNull();
        expect(parseRefusal(any)).toBeNull();
      }),
    ));

  test("an answer with another number of results than frames is none", () => {
    const answer = { ok: true, results: [{ seq: 1, duplicate: false }] };
    expect(parsePosted(answer, 1)).toEqual(answer);
    expect(parsePosted(answer, 2)).toBeNull();
    expect(parsePosted({ ok: true, results: [{ seq: -1, duplicate: false }] }, 1)).toBeNull();
  });
});
