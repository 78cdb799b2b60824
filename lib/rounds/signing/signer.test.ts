import { beforeEach, describe, expect, test } from "vitest";
import { ALL, hashOf } from "../core/names.ts";
import { textMessage } from "../operation/text.ts";
import { digestReason, nonceRequest, signed } from "./messages.ts";
import { hashesOf } from "./stock.ts";
import { approvalId } from "./signer.ts";
import { Hand, kindsOf } from "./testing/forge.ts";
import { type Posted, type Seat, Table } from "./testing/table.ts";

let table: Table;
let hand: Hand;
let seat: Seat;
let other: Seat;

beforeEach(() => {
  table = new Table([1, 1, 1], 2);
  hand = new Hand(table, table.seat(0));
  seat = table.seat(1);
  other = table.seat(2);
});

const tagOf = (at: Seat, digest: ReturnType<Hand["digest"]>): string | undefined =>
  at.signer.requests.get(digest)?.tag;
const reasonOf = (said: readonly Posted[]): string | undefined => {
  const posted = said.findLast((item) => item.kind === "REFUSE");
  if (posted === undefined) return undefined;
  const message = table.open(posted);
  return digestReason.decode(message.payload, message)?.reason;
};

describe("nonces are used once", () => {
  test("the same nonces in a second package get no share", () => {
    const request = hand.request("pay Bob");
    const list = hand.nonces(request, [seat, other]);
    expect(hand.response(hand.package(seat, request, list, 1))).not.toBeNull();
    expect(hand.response(hand.package(seat, request, list, 2))).toBeNull();
    const [mine, theirs] = list;
    const fresh = hand.nonces(request, [table.seat(0)])[0]!;
    expect(
      hand.response(hand.package(seat, request, [mine!, { ...theirs!, pairs: fresh.pairs }], 3)),
    ).toBeNull();
    expect(hand.response(hand.package(seat, request, [mine!, fresh], 1))).toBeNull();
  });

  test("the very same package gets the very same frame", () => {
    const request = hand.request("pay Bob");
    const list = hand.nonces(request, [seat, other]);
    const first = hand.package(seat, request, list).findLast((item) => item.kind === "SIGN_SHARE_RESPONSE");
    const again = hand.package(seat, request, list).findLast((item) => item.kind === "SIGN_SHARE_RESPONSE");
    expect(first).toBeDefined();
    expect(again?.frame).toBe(first?.frame);
  });

  test("a reloaded signer says that its nonces are lost, and signs with fresh ones", () => {
    const request = hand.request("pay Bob");
    const list = hand.nonces(request, [seat, other]);
    seat.reload();
    const said = hand.package(seat, request, list);
    expect(hand.response(said)).toBeNull();
    expect(kindsOf(said)).toContain("NONCES_LOST");
    const fresh = hand.announced(said.findLast((item) => item.kind === "NONCE_RESPONSE")!);
    expect(hand.response(hand.package(seat, request, [fresh[0]!, list[1]!], 2))).not.toBeNull();
  });

  test("nonces made for one coordinator are none for another", () => {
    const request = hand.request("pay Bob");
    const list = hand.nonces(request, [seat, other]);
    const stranger = new Hand(table, other);
    const theirs = stranger.request("pay Bob");
    stranger.nonces(theirs, [seat]);
    expect(stranger.response(stranger.package(seat, theirs, list))).toBeNull();
  });

  test("all nonces of a package are spent, also when it cannot be signed", () => {
    const request = hand.request("pay Bob");
    const [mine, theirs] = hand.nonces(request, [seat, other]);
    const broken = { ...theirs!, pairs: [new Uint8Array(66)] };
    expect(hand.response(hand.package(seat, request, [mine!, broken], 1))).toBeNull();
    expect(seat.signer.memory?.stock.has(hashesOf([mine!])[0]!)).toBe(false);
    expect(hand.response(hand.package(seat, request, [mine!, theirs!], 2))).toBeNull();
  });

  test("a commitment on record for one package signs no other, even if its nonces come back", () => {
    const request = hand.request("pay Bob");
    const list = hand.nonces(request, [seat, other]);
    const before = seat.signer.memory!;
    expect(hand.response(hand.package(seat, request, list, 1))).not.toBeNull();
    seat.signer = { ...seat.signer, memory: before };
    expect(hand.response(hand.package(seat, request, list, 2))).toBeNull();
  });

  test("nonces are in no fact", () => {
    const request = hand.request("pay Bob");
    const list = hand.nonces(request, [seat, other]);
    hand.package(seat, request, list);
    const text = JSON.stringify(seat.facts, (_, value: unknown) =>
      value instanceof Uint8Array ? [...value] : value,
    );
    expect(text).not.toContain("nonces");
    expect(JSON.stringify([...seat.signer.memory!.stock])).not.toMatch(/hiding":"[0-9]/);
  });

  test("a coordinator's stock is bounded, and the oldest pairs go first", () => {
    const first = hand.nonces(null, [seat], 200)[0]!;
    hand.nonces(null, [seat], 200);
    expect(seat.signer.memory?.stock.size).toBe(256);
    expect(seat.signer.memory?.stock.has(hashesOf([first])[0]!)).toBe(false);
  });

  test("nonces made ahead are announced again while whole, and not once one is spent", () => {
    const round = table.newRound();
    const payload = nonceRequest.encode({ request: null, pairs: 2, certificate: new Uint8Array() });
    const ask = (): readonly Posted[] => {
      const before = seat.said.length;
      table.deliver(table.seat(0).write("NONCE_REQUEST", payload, round), seat);
      return seat.said.slice(before);
    };
    const [first, again] = [ask(), ask()];
    expect(hand.announced(again[0]!)).toEqual(hand.announced(first[0]!));
    const request = hand.request("pay Bob");
    const mine = hand.announced(first[0]!)[0]!;
    const theirs = hand.nonces(request, [other])[0]!;
    hand.package(seat, request, [{ ...mine, pairs: mine.pairs.slice(0, 1) }, theirs]);
    expect(ask()).toEqual([]);
  });
});

describe("a person decides once, before anything is given", () => {
  test("an undecided request gets no nonces; a package waits for the answer", () => {
    seat.policy = null;
    const ahead = hand.nonces(null, [seat, other]);
    const request = hand.request("pay Bob");
    expect(hand.nonces(request, [seat])).toEqual([]);
    expect(hand.response(hand.package(seat, request, ahead))).toBeNull();
    const before = seat.said.length;
    seat.decide(approvalId(hand.digest(request)), true);
    expect(kindsOf(seat.said.slice(before))).toEqual(["SIGN_SHARE_RESPONSE"]);
  });

  test("a refusal is a message with a reason, and is final", () => {
    seat.policy = null;
    const request = hand.request("pay Bob");
    hand.nonces(request, [seat]);
    const digest = hand.digest(request);
    seat.decide(approvalId(digest), false, "above-my-cap");
    expect(reasonOf(seat.said)).toBe("above-my-cap");
    seat.decide(approvalId(digest), true);
    expect(tagOf(seat, digest)).toBe("refused");
    expect(hand.nonces(request, [seat])).toEqual([]);
    expect(reasonOf(seat.said)).toBe("above-my-cap");
  });

  test.each([
    ["above my cap", "above my cap"],
    ["n".repeat(300), "n".repeat(200)],
    ["\u00e9".repeat(150), "\u00e9".repeat(100)],
    ["e\u0301t\u00e9", "\u00e9t\u00e9"],
    ["a\u202eb\u0000c", "abc"],
    ["", "unspecified"],
    ["\ud800", "unspecified"],
  ])("the reason %j is told as %j", (given, told) => {
    seat.policy = null;
    const request = hand.request("pay Bob");
    hand.nonces(request, [seat]);
    seat.decide(approvalId(hand.digest(request)), false, given);
    expect(reasonOf(seat.said)).toBe(told);
  });

  test("an approval can be taken back", () => {
    const request = hand.request("pay Bob");
    const list = hand.nonces(request, [seat, other]);
    const digest = hand.digest(request);
    seat.command({ tag: "refuse", digest, reason: "changed-my-mind" });
    expect(hand.response(hand.package(seat, request, list))).toBeNull();
    seat.command({ tag: "refuse", digest, reason: "twice" });
    expect(reasonOf(seat.said)).toBe("changed-my-mind");
  });

  test("after a reload an open question is asked again", () => {
    seat.policy = null;
    const request = hand.request("pay Bob");
    hand.nonces(request, [seat]);
    seat.decisions.length = 0;
    seat.reload();
    seat.tick();
    expect(seat.decisions.map(({ id }) => id)).toEqual([approvalId(hand.digest(request))]);
  });

  test("a halted seat refuses what is open and everything after, and has no nonces left", () => {
    const request = hand.request("pay Bob");
    const list = hand.nonces(request, [seat, other]);
    seat.command({ tag: "halt", reason: "fingerprint-mismatch" });
    seat.command({ tag: "halt", reason: "twice" });
    expect(tagOf(seat, hand.digest(request))).toBe("refused");
    expect(hand.response(hand.package(seat, request, list))).toBeNull();
    expect(seat.signer.memory?.stock.size).toBe(0);
    hand.nonces(hand.request("pay Carol"), [seat]);
    expect(reasonOf(seat.said)).toBe("halted");
    expect(hand.nonces(null, [seat])).toEqual([]);
    seat.reload();
    expect(seat.signer.mode).toEqual({ tag: "halted", reason: "fingerprint-mismatch" });
  });
});

describe("what is signed is what is shown", () => {
  test.each([
    [
      "other bytes",
      { messages: [{ message: textMessage("pay Mallory"), tweak: { kind: "none" } }] },
      "other-messages",
    ],
    [
      "another tweak",
      {
        messages: [
          {
            message: textMessage("pay Bob"),
            tweak: { kind: "merkleRoot", root: new Uint8Array(32).fill(1) },
          },
        ],
      },
      "other-messages",
    ],
    [
      "a kind this version does not know",
      { operation: { type: "pay/9", body: new Uint8Array(1) } },
      "unknown-operation",
    ],
    [
      "a text that is none",
      { operation: { type: "text/1", body: Uint8Array.of(0xff) } },
      "malformed-operation",
    ],
    ["a request that is over", { expiry: 999_999 }, "expired"],
    ["a request for next year", { expiry: 40 * 24 * 3_600_000 }, "expiry-too-far"],
  ] as const)("%s are refused at sight", (_, change, reason) => {
    const request = hand.request("pay Bob", change);
    expect(hand.nonces(request, [seat])).toEqual([]);
    expect(reasonOf(seat.said)).toBe(reason);
    expect(tagOf(seat, hand.digest(request))).toBeUndefined();
  });

  test("another operation under the name of an earlier request is refused", () => {
    const request = hand.request("pay Bob");
    hand.nonces(request, [seat]);
    const second = { ...hand.request("pay Mallory"), roundId: request.roundId };
    expect(hand.nonces(second, [seat])).toEqual([]);
    expect(reasonOf(seat.said)).toBe("used-round");
  });

  test("another coordinator may have used the same name", () => {
    const request = hand.request("pay Bob");
    hand.nonces(request, [seat]);
    const stranger = new Hand(table, other);
    expect(
      stranger.nonces({ ...stranger.request("pay Carol"), roundId: request.roundId }, [seat]),
    ).not.toEqual([]);
  });

  test("a coordinator with too many open requests is told to wait its turn", () => {
    for (let i = 0; i < 64; i++) hand.nonces(hand.request(`text ${i}`), [seat]);
    hand.nonces(hand.request("one more"), [seat]);
    expect(reasonOf(seat.said)).toBe("busy");
  });
});

describe("lists a signer does not sign", () => {
  test.each([
    ["fewer keys than the threshold", (list: Entries) => list.slice(0, 1)],
    ["an entry twice", (list: Entries) => [list[0]!, list[0]!, list[1]!]],
    ["a stranger's identifier", (list: Entries) => [...list, { identifier: 9, pairs: list[1]!.pairs }]],
    ["identifier zero", (list: Entries) => [{ identifier: 0, pairs: list[1]!.pairs }, ...list]],
    ["too few pairs for its messages", (list: Entries) => [list[0]!, { ...list[1]!, pairs: [] }]],
    ["the own pair under another identifier", (list: Entries) => [{ ...list[0]!, identifier: 1 }, list[1]!]],
    ["a pair that is not ours", (list: Entries) => [{ ...list[0]!, pairs: list[1]!.pairs }, list[1]!]],
  ] as const)("%s", (_, change) => {
    const request = hand.request("pay Bob");
    const list = hand.nonces(request, [seat, other]);
    expect(hand.response(hand.package(seat, request, change(list)))).toBeNull();
  });

  test("a list without this seat is none of its business", () => {
    const request = hand.request("pay Bob");
    const list = hand.nonces(request, [table.seat(0), other]);
    hand.nonces(request, [seat]);
    expect(kindsOf(hand.package(seat, request, list))).toEqual([]);
  });

  test("one seat answers only as many sessions as an honest coordinator can need", () => {
    const request = hand.request("pay Bob");
    const theirs = hand.nonces(request, [other])[0]!;
    let answered = 0;
    for (let session = 1; session < 40; session++) {
      const mine = hand.nonces(request, [seat])[0]!;
      if (hand.response(hand.package(seat, request, [mine, theirs], session)) !== null) answered++;
    }
    expect(answered).toBe(9);
  });
});

type Entries = ReturnType<Hand["nonces"]>;

describe("a request ends", () => {
  const cancel = (by: Seat, digest: ReturnType<Hand["digest"]>): void =>
    table.deliver(by.write("CANCEL", digestReason.encode({ digest, reason: "over" }), undefined, ALL));

  test("cancelled: no share, not even the cached one", () => {
    const request = hand.request("pay Bob");
    const list = hand.nonces(request, [seat, other]);
    hand.package(seat, request, list);
    cancel(table.seat(0), hand.digest(request));
    expect(tagOf(seat, hand.digest(request))).toBe("cancelled");
    expect(hand.package(seat, request, list)).toEqual([]);
    cancel(table.seat(0), hand.digest(request));
  });

  test("only its own coordinator cancels", () => {
    const request = hand.request("pay Bob");
    hand.nonces(request, [seat]);
    cancel(other, hand.digest(request));
    expect(tagOf(seat, hand.digest(request))).toBe("approved");
    cancel(table.seat(0), hashOf(new Uint8Array(32)));
  });

  test("expired: no share, not even the cached one, and the coordinator hears why", () => {
    const request = hand.request("pay Bob");
    const list = hand.nonces(request, [seat, other]);
    hand.package(seat, request, list);
    table.wait(600_000);
    expect(tagOf(seat, hand.digest(request))).toBe("expired");
    const said = hand.package(seat, request, list);
    expect(hand.response(said)).toBeNull();
    expect(reasonOf(said)).toBe("expired");
  });

  test("signed: signatures that hold end it, whatever was answered; others do not", () => {
    seat.policy = () => false;
    const digest = table.ask(0, "pay Bob");
    table.run();
    expect(tagOf(seat, digest)).toBe("signed");
    const request = hand.request("pay Carol");
    other.policy = null;
    hand.nonces(request, [other]);
    const false1 = signed.encode({ digest: hand.digest(request), signatures: [new Uint8Array(64)] });
    table.deliver(table.seat(0).write("SIGNED", false1));
    expect(tagOf(other, hand.digest(request))).toBe("deciding");
    const unknown = signed.encode({ digest: hashOf(new Uint8Array(32)), signatures: [new Uint8Array(64)] });
    table.deliver(table.seat(0).write("SIGNED", unknown));
  });

  test("requests long over are forgotten, many at once, and what remains replays to the same state", () => {
    for (let i = 0; i < 40; i++) hand.nonces(hand.request(`text ${i}`), [seat]);
    const request = hand.request("later", { expiry: table.now + 26 * 3_600_000 });
    hand.nonces(request, [seat]);
    table.wait(25 * 3_600_000);
    expect(seat.signer.requests.size).toBe(1);
    const kept = { ...seat.signer, memory: null };
    seat.reload();
    const replayed = { ...seat.signer, memory: null };
    expect(replayed).toEqual(kept);
  });
});
