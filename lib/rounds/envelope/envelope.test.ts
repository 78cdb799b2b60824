import { schnorr } from "@noble/curves/secp256k1.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tagged } from "../core/hash.ts";
import type { Message } from "../core/machine.ts";
import { ALL, bytesOf, epochOf, groupId, msgId, type PartyId, roundId } from "../core/names.ts";
import { testRng } from "../party/testing/hub.ts";
import {
  hasValidSignature,
  type Letter,
  openBroadcast,
  openDirect,
  openSigned,
  readFrame,
  sealFrame,
} from "./frames.ts";
import { Identity, type Purpose, signatureTags, verifySignature } from "./identity.ts";
import { decodeInvite, encodeInvite, isIdentity, lobbyKeys } from "./invite.ts";

const secret = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const ann = new Identity(secret(1));
const bob = new Identity(secret(2));
const eve = new Identity(secret(3));
const roomKey = secret(9);
const room = groupId(secret(7));

const letter: Letter = {
  kind: "PRESENCE",
  groupId: room,
  roundId: roundId(new Uint8Array(16).fill(4)),
  to: ALL,
  epoch: epochOf(new Uint8Array(16).fill(5)),
  counter: 3n,
  msgId: msgId(new Uint8Array(16).fill(6)),
  payload: Uint8Array.of(1, 2, 3),
};

const sealed = (changes: Partial<Letter> = {}, by = ann): Uint8Array => {
  const frame = sealFrame(by, roomKey, { ...letter, ...changes }, testRng("seal"));
  if (frame === null) throw new Error("not sealed");
  return frame;
};

const read = (frame: Uint8Array) => {
  const signed = readFrame(frame);
  if (typeof signed === "string") throw new Error(signed);
  return signed;
};

describe("identities", () => {
  test("a signature for one purpose is none for another", () => {
    const purposes = Object.keys(signatureTags) as Purpose[];
    for (const made of purposes) {
      const signature = ann.sign(made, [secret(5)], testRng(made));
      for (const asked of purposes) {
        expect(verifySignature(asked, [secret(5)], signature, ann.id)).toBe(made === asked);
      }
    }
  });

  test("signatures are BIP-340 over a tagged hash of length-prefixed parts", () => {
    const signature = ann.sign("approval", [secret(5)], testRng("x"));
    const digest = tagged("hoarfrost/approval/1", secret(5));
    expect(schnorr.verify(signature, digest, bytesOf(ann.id))).toBe(true);
    expect(bytesToHex(digest)).toMatchInlineSnapshot(
      `"9c7c29f0c2290b8b8ce87299fa49881335260e480a992eca6b0bc6b7bab6b808"`,
    );
    expect(tagged("t", Uint8Array.of(1), Uint8Array.of(2))).not.toEqual(tagged("t", Uint8Array.of(1, 2)));
  });

  test("the static product is the same from both sides, and nothing for what is no key", () => {
    expect(ann.product(bob.id)).toEqual(bob.product(ann.id));
    expect(ann.product("00".repeat(32) as PartyId)).toBeNull();
    expect(ann.product("ff".repeat(32) as PartyId)).toBeNull();
  });

  test("an identity prints as redacted", () => {
    const text = [
      JSON.stringify({ ann }),
      String(ann),
      (ann as unknown as Record<symbol, () => string>)[Symbol.for("nodejs.util.inspect.custom")]?.() ?? "",
    ].join();
    expect(text).not.toContain(bytesToHex(secret(1)));
    expect(text).toContain(ann.id);
    expect(ann.reveal()).toEqual(secret(1));
  });
});

describe("frames", () => {
  test("a broadcast opens with the room's key, says what was said, and carries a valid signature", () => {
    const frame = sealed();
    const signed = read(frame);
    expect(hasValidSignature(signed)).toBe(true);
    expect(openBroadcast(signed, roomKey)).toEqual({ ...letter, from: ann.id, frame } satisfies Message);
    expect(openBroadcast(signed, secret(8))).toBe("cannot-open");
  });

  test("a direct frame opens for its two parties alone", () => {
    const signed = read(sealed({ to: bob.id }));
    expect(openDirect(signed, bob)).toMatchObject({ payload: letter.payload, to: bob.id });
    expect(openDirect(signed, ann)).toMatchObject({ payload: letter.payload });
    expect(openDirect(signed, eve)).toBe("not-for-me");
    expect(openBroadcast(signed, roomKey)).toBe("not-for-me");
  });

  test("shares are sealed inside: the envelope leaves their payload as it is", () => {
    const signed = read(sealed({ kind: "DKG_PRIVATE_SHARES", to: bob.id }));
    expect(signed.parts.payload).toEqual(letter.payload);
    expect(openSigned(signed.frame, room, roomKey)).toMatchObject({ payload: letter.payload });
  });

  test("a frame for somebody who is no key is not made", () => {
    expect(sealFrame(ann, roomKey, { ...letter, to: "ff".repeat(32) as PartyId }, testRng("x"))).toBeNull();
  });

  test("no changed byte of a frame is accepted", () => {
    const frame = sealed();
    fc.assert(
      fc.property(fc.nat(frame.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = frame.slice();
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(typeof openSigned(changed, room, roomKey)).toBe("string");
      }),
      { numRuns: 60 },
    );
  });

  test("a sealed payload moved under another header does not open, even signed anew", () => {
    const signed = read(sealed());
    const moved = { ...signed, parts: { ...signed.parts, counter: 4n } };
    expect(openBroadcast(moved, roomKey)).toBe("cannot-open");
  });

  test("unknown kinds and versions, and other groups, are named as such", () => {
    const frame = sealed();
    const version = frame.slice();
    version[0] = 9;
    expect(openSigned(version, room, roomKey)).toBe("unknown-version");
    const kind = frame.slice();
    kind[1] = 0xff;
    expect(openSigned(kind, room, roomKey)).toBe("unknown-kind");
    expect(openSigned(frame.slice(3), room, roomKey)).toBe("unknown-version");
    expect(openSigned(frame.slice(0, 99), room, roomKey)).toBe("malformed-frame");
    expect(openSigned(frame, groupId(secret(1)), roomKey)).toBe("wrong-group");
  });

  test("the same letter with the same randomness is the same frame, for ever", () => {
    expect(bytesToHex(sealed({ payload: new Uint8Array() }))).toMatchInlineSnapshot(
      `"01510707070707070707070707070707070707070707070707070707070707070707040404040404040404040404040404041b84c5567b126440995d3ed5aaba0565d71e1834604819ff9c17f5e9d5dd078f000000000000000000000000000000000000000000000000000000000000000005050505050505050505050505050505000000000000000306060606060606060606060606060606000000282006acacaecce4d653bc40e1c651f0e364aaccc00d7f0ee596eb3497c667489dba9abf84875f91de3cfea29bddb32dcaaad2e5f7db1daf07a85e74a82c682644fe6065718837ef5053576cf797d70cdd77c6da3eb011435e2dbdaa831757ee23cb100f4c8e0512ca"`,
    );
  });
});

describe("invites", () => {
  const invite = { relay: "https://relay.example:3000/x", coordinator: ann.id, lobbySecret: secret(4) };

  test("a link gives back what it was made of, with or without #", () => {
    const link = encodeInvite(invite);
    expect(decodeInvite(link)).toEqual(invite);
    expect(decodeInvite(` #${link}\n`)).toEqual(invite);
    expect(link).toMatchInlineSnapshot(
      `"join=ARuExVZ7EmRAmV0-1aq6BWXXHhg0YEgZ_5wX9enV3QePBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQAHGh0dHBzOi8vcmVsYXkuZXhhbXBsZTozMDAwL3hjlvft"`,
    );
  });

  test("a cut or mistyped link is damaged, and no other invite", () => {
    const link = encodeInvite(invite);
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: link.length - 1 }),
        fc.constantFrom("A", "z", "7", "_", ""),
        (at, char) => {
          const changed = link.slice(0, at) + char + link.slice(at + 1);
          if (changed !== link) expect(typeof decodeInvite(changed)).toBe("string");
        },
      ),
    );
  });

  test("what is wrong is named", () => {
    expect(decodeInvite("join=%%%")).toBe("not-an-invite");
    expect(decodeInvite("")).toBe("not-an-invite");
    expect(decodeInvite("join=AAAA")).toBe("damaged");
    expect(decodeInvite("join=A")).toBe("damaged");
    expect(decodeInvite("join=_w")).toBe("newer-version");
    expect(() => encodeInvite({ ...invite, relay: "javascript:alert(1)" })).toThrow(RangeError);
    expect(decodeInvite(encodeInvite({ ...invite, coordinator: "ff".repeat(32) as PartyId }))).toBe(
      "coordinator",
    );
    expect(isIdentity(ann.id)).toBe(true);
  });

  test("a lobby's keys follow from secret and coordinator, and from nothing less", () => {
    const keys = lobbyKeys(invite);
    expect(keys.lobbyId).toMatchInlineSnapshot(
      `"dc96dfd7f1aa9c070a9df1e75d59f1b2c8865c2e8907ff838856637ab20c823f"`,
    );
    expect(bytesToHex(keys.lobbyKey)).toMatchInlineSnapshot(
      `"d73c1d9e9d203b8ab924e25a17c8ef27c7f5a903c4dedc5fdc34121338805297"`,
    );
    expect(keys.login.id).toMatchInlineSnapshot(
      `"05044151b6a3228f2461e2a12b068153128806e396d3c04e3f623192aa586ec4"`,
    );
    expect(lobbyKeys({ ...invite, coordinator: bob.id }).lobbyId).not.toBe(keys.lobbyId);
    expect(lobbyKeys({ ...invite, lobbySecret: secret(5) }).lobbyKey).not.toEqual(keys.lobbyKey);
    expect(hexToBytes(keys.lobbyId)).toHaveLength(32);
  });
});
