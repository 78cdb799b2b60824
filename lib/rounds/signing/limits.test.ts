import { beforeEach, describe, expect, test } from "vitest";
import { noTweak } from "../../frost/index.ts";
import { batchToSign } from "../operation/batch.ts";
import { operationRegistry } from "../operation/operation.ts";
import { textMessage, textToSign } from "../operation/text.ts";
import { digestReason, nonceResponse, noncesLost } from "./messages.ts";
import type { SigningRequest } from "./request.ts";
import { bend, requestAt, sessionsOf } from "./testing/coordinating.ts";
import { Hand } from "./testing/forge.ts";
import { type Seat, Table } from "./testing/table.ts";

let table: Table;
let asker: Seat;
let seat: Seat;
let hand: Hand;

beforeEach(() => {
  table = new Table([1, 1, 1], 2);
  [asker, seat] = [table.seat(0), table.seat(1)];
  hand = new Hand(table, asker);
});

const textsOf = (count: number): Partial<SigningRequest> => {
  const texts = Array.from({ length: count }, (_, i) => `text ${i}`);
  return {
    operation: batchToSign(texts.map(textToSign)),
    messages: texts.map((text) => ({ message: textMessage(text), tweak: noTweak })),
  };
};
const lastReason = (at: Seat): string | undefined => {
  const posted = at.said.findLast(({ kind }) => kind === "REFUSE");
  if (posted === undefined) return undefined;
  const message = table.open(posted);
  return digestReason.decode(message.payload, message)?.reason;
};

describe("a seat's nonces", () => {
  test("of many keys at once are bounded: a request with more messages than they allow is refused", () => {
    table = new Table([1, 5], 2);
    hand = new Hand(table, table.seat(0));
    expect(hand.nonces(hand.request("many", textsOf(52)), [table.seat(1)])).toEqual([]);
    expect(lastReason(table.seat(1))).toBe("too-many-messages");
    expect(hand.nonces(hand.request("many", textsOf(51)), [table.seat(1)])).toHaveLength(5);
  });

  test("made ahead in many rounds are announced again for the latest of them", () => {
    for (let i = 0; i < 66; i++) hand.nonces(null, [seat]);
    expect([...(seat.signer.memory?.offers.keys() ?? [])]).toHaveLength(64);
  });

  test("named twice in one package sign nothing", () => {
    const request = hand.request("many", textsOf(2));
    const list = hand.nonces(request, [seat, table.seat(2)], 2);
    const twice = list.map((entry) => ({ ...entry, pairs: entry.pairs.map(() => entry.pairs[0]!) }));
    expect(hand.response(hand.package(seat, request, twice))).toBeNull();
    expect(hand.response(hand.package(seat, request, list, 2))?.entries[0]?.shares).toHaveLength(2);
  });
});

describe("an announcement", () => {
  test("without a seat's keys, or of points that are none, is as good as silence", () => {
    const digest = table.ask(0);
    table.run((_, to) => to !== asker);
    for (const entries of [[], [{ identifier: 2, pairs: [new Uint8Array(66)] }]]) {
      const payload = nonceResponse.encode({ generation: 9, digest, entries });
      table.deliver(seat.write("NONCE_RESPONSE", payload, undefined, asker.id), asker);
    }
    expect(requestAt(asker, digest).tag).toBe("collectingCommitments");
    expect(requestAt(asker, digest).standings.get(seat.id)).toEqual({ tag: "asked", reloads: 0 });
  });
});

describe("a coordinator", () => {
  test("goes on without a seat that lost its nonces twice", () => {
    const third = table.seat(2);
    third.policy = null;
    const digest = table.ask(0);
    for (const session of [1, 2]) {
      table.run((posted) => posted.kind === "SIGN_SHARE_RESPONSE" && posted.from === seat.id);
      expect(sessionsOf(asker, digest)).toBe(session);
      const lost = noncesLost.encode({ generation: seat.signer.generation, digest, session });
      table.deliver(seat.write("NONCES_LOST", lost), asker);
      table.wait(asker.context.times.repeat);
    }
    expect(requestAt(asker, digest).standings.get(seat.id)).toEqual({ tag: "unresponsive" });
    third.policy = () => true;
    table.run();
    table.wait(asker.context.times.repeatMost);
    table.run();
    expect(requestAt(asker, digest).tag).toBe("signed");
    expect(
      requestAt(asker, digest)
        .sessions.get(3)
        ?.members.map((member) => member.seat),
    ).toEqual([asker.id, third.id]);
  });

  test("ends a request with a wrong share and a silent seat at the very tick that finds it, and says no more", () => {
    table = new Table([1, 1, 1], 3);
    const [lead, liar, mute] = [table.seat(0), table.seat(1), table.seat(2)];
    bend(table, liar, (response) => ({
      ...response,
      entries: response.entries.map((entry) => ({ ...entry, shares: [new Uint8Array(32).fill(1)] })),
    }));
    const digest = table.ask(0);
    table.run((posted) => posted.kind === "SIGN_SHARE_RESPONSE" && posted.from === mute.id);
    const before = lead.said.length;
    table.wait(lead.context.times.repeat);
    expect(requestAt(lead, digest).tag).toBe("failed");
    expect(lead.said.slice(before).map(({ kind }) => kind)).toEqual(["BLAME", "CANCEL"]);
  });

  test("whose evidence would be longer than a frame excludes the seat, and accuses nobody", () => {
    Object.assign(asker, {
      context: { ...asker.context, ends: new Map([[seat.id, new Uint8Array(600_000)]]) },
    });
    bend(table, seat, (response) => ({
      ...response,
      entries: response.entries.map((entry) => ({ ...entry, shares: [] })),
    }));
    const digest = table.ask(0);
    table.run((_, to) => to === table.seat(2));
    expect(requestAt(asker, digest).standings.get(seat.id)).toEqual({
      tag: "excluded",
      evidence: new Uint8Array(),
    });
  });

  test("forgets requests long over, many at once; what remains replays to the same state", () => {
    seat.policy = table.seat(2).policy = null;
    for (let i = 0; i < 40; i++) {
      const digest = table.ask(0, `text ${i}`);
      asker.coordinate({ tag: "cancel", digest, reason: "over" });
    }
    const later = table.ask(0, "later", 30 * 60);
    table.posted = [];
    table.wait(25 * 3_600_000);
    expect([...asker.coordinator.requests.keys()]).toEqual([later]);
    const kept = { ...asker.coordinator, memory: null };
    asker.reload();
    expect({ ...asker.coordinator, memory: null }).toEqual(kept);
  });
});

test("an open question about a kind of operation that this version no longer knows is answered with a refusal", () => {
  seat.policy = null;
  const request = hand.request("pay Bob");
  hand.nonces(request, [seat]);
  Object.assign(seat, { context: { ...seat.context, operations: operationRegistry([]) } });
  seat.reload();
  seat.tick();
  expect(seat.signer.requests.get(hand.digest(request))).toMatchObject({
    tag: "refused",
    reason: "unknown-operation",
  });
});
