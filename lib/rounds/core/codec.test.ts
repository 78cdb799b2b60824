import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeFrame, encodeFrame, MAX_FRAME_BYTES } from "../../wire/frame.ts";
import { evidenceCodec } from "../blame/evidence.ts";
import { certificateCodec } from "../keygen/certificate.ts";
import * as keygen from "../keygen/messages.ts";
import * as lobby from "../lobby/messages.ts";
import { transcriptCodec } from "../transcript/transcript.ts";
import { type Codec, isPlainText } from "./codec.ts";
import { decodeJournal, encodeJournal, type JournalValue } from "./journal.ts";
import { type GroupId, type Hash, type MsgId, type PartyId } from "./names.ts";
import { rosterCodec } from "./roster.ts";

const bytes = (length: number, fill = 7): Uint8Array => new Uint8Array(length).fill(fill);
const hex = (length: number): string => "0b".repeat(length);
const hash = hex(32) as Hash;
const readiness = { software: "1.0", storageProtected: true, backupVerified: false };

/** One value per payload kind, with every list filled. */
const samples: Record<string, readonly [Codec<never>, unknown]> = Object.fromEntries(
  (
    [
      ["dkgBegin", keygen.dkgBegin, { approvals: [bytes(64), bytes(64, 8)] }],
      [
        "dkgPublicShares",
        keygen.dkgPublicShares,
        { package: bytes(300), encryptionKey: bytes(33), fingerprintCommitment: bytes(32) },
      ],
      ["dkgPrivateShares", keygen.dkgPrivateShares, { round1Hash: hash, sealed: bytes(72) }],
      [
        "dkgEnd",
        keygen.dkgEnd,
        {
          round1Hash: hash,
          keyHash: hash,
          signature: bytes(64),
          reveal: bytes(32),
          verifyingShares: bytes(102),
        },
      ],
      ["dkgQuery", keygen.dkgQuery, { wanted: [{ kind: "DKG_END", seat: 3 }] }],
      ["certified", keygen.certified, { keyHash: hash }],
      ["lifeNonce", keygen.lifeNonce, { attempt: 2, commitments: [bytes(165)] }],
      ["lifeShare", keygen.lifeShare, { attempt: 2, packageHash: hash, shares: [bytes(67)] }],
      ["fingerprintVerdict", keygen.fingerprintVerdict, { keyHash: hash, matches: true }],
      ["abort", keygen.abort, { reason: "deadline", missing: [1], seen: [hash], frames: [bytes(400)] }],
      ["blame", keygen.blame, { evidence: bytes(500) }],
      ["lobbyJoin", lobby.lobbyJoin, { name: "Zoë", readiness }],
      [
        "lobbyState",
        lobby.lobbyState,
        {
          settings: { name: "Group", network: "devnet", threshold: 2, seats: 3 },
          phase: "open",
          version: 1,
          seats: [{ identity: hex(32) as PartyId, name: "Ann", weight: 2, readiness, joinedAt: 5 }],
          approved: [0],
        },
      ],
      ["lobbyRefuse", lobby.lobbyRefuse, { reason: "lobby-full" }],
      ["lobbyRoster", lobby.lobbyRoster, { roster: bytes(200) }],
      ["approve", lobby.approve, { groupId: hex(32) as GroupId, signature: bytes(64) }],
      ["decline", lobby.decline, { groupId: hex(32) as GroupId, reason: "not me" }],
      [
        "lobbySealed",
        lobby.lobbySealed,
        { roster: bytes(200), approvals: [bytes(64)], broadcastKey: bytes(32), statement: bytes(170) },
      ],
      ["lobbyClosed", lobby.lobbyClosed, { version: 3 }],
      ["receipt", lobby.receipt, { applied: [hex(16) as MsgId] }],
      ["presence", lobby.presence, { readiness }],
      [
        "roster",
        rosterCodec,
        {
          version: 1,
          suite: "FROST-secp256k1-SHA256-TR-v1",
          lobbyId: hex(32) as GroupId,
          name: "Group",
          network: "signet",
          threshold: 2,
          seats: [
            { identity: "0c".repeat(32) as PartyId, name: "Ann", weight: 1 },
            { identity: "0d".repeat(32) as PartyId, name: "Bob", weight: 2 },
          ],
          coordinator: hex(32) as PartyId,
        },
      ],
      [
        "certificate",
        certificateCodec,
        {
          groupId: hex(32) as GroupId,
          roundId: hex(16),
          round1Hash: hash,
          groupPublicKey: bytes(33),
          parts: [{ signature: bytes(64), reveal: bytes(32) }],
        },
      ],
    ] as const
  ).map(([name, codec, value]) => [name, [codec as unknown as Codec<never>, value]]),
);

const cases = Object.entries(samples).map(([name, [codec, value]]) => ({ name, codec, value }));

describe("every payload codec", () => {
  test.each(cases)("$name: what was encoded is what is decoded", ({ codec, value }) => {
    const encoded = codec.encode(value as never);
    expect(codec.decode(encoded)).toEqual({ ok: true, value });
    expect(encoded.length).toBeLessThanOrEqual(codec.maxBytes);
  });

  test.each(cases)(
    "$name: trailing bytes, missing bytes and excess length are refused",
    ({ codec, value }) => {
      const encoded = codec.encode(value as never);
      expect(codec.decode(Uint8Array.from([...encoded, 0])).ok).toBe(false);
      expect(codec.decode(encoded.slice(0, -1)).ok).toBe(false);
      expect(codec.decode(new Uint8Array(codec.maxBytes + 1))).toEqual({ ok: false, fault: "too-long" });
    },
  );

  test.each(cases)(
    "$name: any bytes are a fault, or a value that encodes to the very same bytes",
    ({ codec, value }) => {
      const encoded = codec.encode(value as never);
      const mutated = fc
        .array(fc.tuple(fc.nat(encoded.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
        .map((changes) => {
          const out = encoded.slice();
          for (const [at, byte] of changes) out[at] = byte;
          return out;
        });
      fc.assert(
        fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 300 })), (input) => {
          const decoded = codec.decode(input);
          if (decoded.ok) expect(codec.encode(decoded.value)).toEqual(input);
        }),
        { numRuns: 150 },
      );
    },
  );

  test("evidence and transcripts take any bytes without throwing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (input) => {
        for (const codec of [evidenceCodec, transcriptCodec] as Codec<never>[]) {
          const decoded = codec.decode(input);
          if (decoded.ok) expect(codec.encode(decoded.value)).toEqual(input);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("text that people read", () => {
  test.each(["a\u202eb", "a\u200bb", "line\nbreak", "e\u0301", "\ud800", "\ue000"])(
    "%j is not plain",
    (value) => {
      expect(isPlainText(value)).toBe(false);
    },
  );
  test.each(["Zoë", "José 2", "Ω ≈ 3", ""])("%j is plain", (value) => {
    expect(isPlainText(value)).toBe(true);
  });
});

describe("a frame", () => {
  const frame = {
    kind: 2,
    groupId: bytes(32, 1),
    roundId: bytes(16, 2),
    from: bytes(32, 3),
    to: bytes(32, 0),
    epoch: bytes(16, 5),
    counter: 258n,
    msgId: bytes(16, 6),
    payload: Uint8Array.of(0xaa, 0xbb),
    signature: bytes(64, 9),
  };

  test("has the layout of DESIGN §4, byte for byte", () => {
    const expected = [
      "01",
      "02",
      "01".repeat(32),
      "02".repeat(16),
      "03".repeat(32),
      "00".repeat(32),
      "05".repeat(16),
      "0000000000000102",
      "06".repeat(16),
      "00000002",
      "aabb",
      "09".repeat(64),
    ].join("");
    expect(Buffer.from(encodeFrame(frame)).toString("hex")).toBe(expected);
    expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
  });

  test("of another version, length or with trailing bytes is none", () => {
    const encoded = encodeFrame(frame);
    const other = encoded.slice();
    other[0] = 2;
    expect(decodeFrame(other)).toBe("unknownVersion");
    expect(decodeFrame(Uint8Array.from([...encoded, 0]))).toBe("wrongLength");
    expect(decodeFrame(encoded.slice(0, -1))).toBe("truncated");
    expect(decodeFrame(encoded.slice(0, 10))).toBe("truncated");
    expect(decodeFrame(new Uint8Array(MAX_FRAME_BYTES + 1))).toBe("tooLong");
  });

  test("with a field of another length is not written", () => {
    expect(() => encodeFrame({ ...frame, from: bytes(31) })).toThrow(RangeError);
    expect(() => encodeFrame({ ...frame, signature: bytes(63) })).toThrow(RangeError);
    expect(() => encodeFrame({ ...frame, kind: 256 })).toThrow(RangeError);
    expect(() => encodeFrame({ ...frame, counter: -1n })).toThrow(RangeError);
    expect(() => encodeFrame({ ...frame, payload: new Uint8Array(MAX_FRAME_BYTES) })).toThrow(RangeError);
  });

  test("any bytes are a fault or a frame that encodes to the same bytes", () => {
    const encoded = encodeFrame(frame);
    fc.assert(
      fc.property(fc.nat(encoded.length - 1), fc.nat(255), (at, byte) => {
        const input = encoded.slice();
        input[at] = byte;
        const decoded = decodeFrame(input);
        if (typeof decoded !== "string") expect(encodeFrame(decoded)).toEqual(input);
      }),
    );
  });
});

describe("a journal record", () => {
  const { tie } = fc.letrec<{ tie: JournalValue }>((tie) => ({
    tie: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, false),
      fc.double({ noNaN: true }),
      fc.bigInt(),
      fc.string(),
      fc.uint8Array({ maxLength: 40 }),
      fc.array(tie("tie"), { maxLength: 4 }),
      fc.dictionary(
        fc.string({ minLength: 1 }).filter((key) => key !== "__proto__"),
        tie("tie"),
        { maxKeys: 4, noNullPrototype: true },
      ),
    ),
  }));

  test("gives back what was put in", () => {
    fc.assert(
      fc.property(tie, (value) => {
        expect(decodeJournal(encodeJournal(value))).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  test("of other bytes throws a JournalError and nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (rest) => {
        const input = Uint8Array.of(1, ...rest.map((byte, i) => (i === 0 ? byte % 9 : byte)));
        try {
          decodeJournal(input);
        } catch (error) {
          expect((error as Error).name).toBe("JournalError");
        }
      }),
      { numRuns: 500 },
    );
  });
});
