import { beforeEach, describe, expect, test } from "vitest";
import { verifyBlame } from "../blame/verify.ts";
import type { Hash, PartyId } from "../core/names.ts";
import { evidenceCodec } from "../blame/evidence.ts";
import { blame } from "../keygen/messages.ts";
import { areSignatures } from "./checks.ts";
import { noncesLost, signShareRequest, type SignShareResponse } from "./messages.ts";
import { bend, requestAt, sessionsOf } from "./testing/coordinating.ts";
import { type Posted, type Seat, Table } from "./testing/table.ts";

let table: Table;
let asker: Seat;
let second: Seat;
let third: Seat;

beforeEach(() => {
  table = new Table([1, 1, 1], 2);
  [asker, second, third] = [table.seat(0), table.seat(1), table.seat(2)];
});

const shares = (posted: Posted): boolean => posted.kind === "SIGN_SHARE_RESPONSE";
const spoiled = (response: SignShareResponse): SignShareResponse => ({
  ...response,
  entries: response.entries.map((entry) => ({
    ...entry,
    shares: entry.shares.map((share) => share.map((byte, i) => (i === 31 ? byte ^ 1 : byte))),
  })),
});
const tag = (digest: Hash): string | undefined => requestAt(asker, digest).tag;
const standing = (digest: Hash, seat: Seat) => requestAt(asker, digest).standings.get(seat.id);
const membersOf = (digest: Hash, session: number): readonly (PartyId | undefined)[] =>
  requestAt(asker, digest)
    .sessions.get(session)
    ?.members.map(({ seat }) => seat) ?? [];

describe("a seat that falls silent", () => {
  test("after its nonces is replaced once the session is no longer young", () => {
    const digest = table.ask(0);
    table.run((posted) => shares(posted) && posted.from === second.id);
    expect(membersOf(digest, 1)).toContain(second.id);
    expect(tag(digest)).toBe("collectingShares");
    table.wait(asker.context.times.hedge - 1);
    table.run();
    expect(sessionsOf(asker, digest)).toBe(1);
    table.wait(1);
    table.run();
    expect(membersOf(digest, 2)).not.toContain(second.id);
    expect(tag(digest)).toBe("signed");
  });

  test("from the beginning is not waited for: the first seats with enough keys are taken", () => {
    const digest = table.ask(0);
    table.run((_, to) => to === second);
    expect(membersOf(digest, 1)).toEqual([asker.id, third.id]);
    expect(tag(digest)).toBe("signed");
  });

  test("and comes back late still counts, in whichever session is complete first", () => {
    const held: Posted[] = [];
    const digest = table.ask(0);
    table.run((posted) => {
      if (!shares(posted) || posted.from === asker.id) return false;
      held.push(posted);
      return true;
    });
    table.wait(asker.context.times.hedge);
    table.run((posted) => shares(posted));
    for (const posted of held) table.deliver(posted, asker);
    expect(tag(digest)).toBe("signed");
  });

  test("is asked again, in frames of its own, at growing intervals", () => {
    table.ask(0);
    const { repeat, repeatMost } = asker.context.times;
    table.run((_, to) => to !== asker);
    const asked: number[] = [];
    let wait = repeat;
    for (let i = 0; i < 7; i++) {
      const before = asker.said.length;
      table.wait(wait - 1);
      expect(asker.said.slice(before)).toEqual([]);
      table.wait(1);
      const said = asker.said.slice(before).filter(({ kind }) => kind === "NONCE_REQUEST");
      expect(said.map(({ to }) => to).sort()).toEqual([second.id, third.id].sort());
      asked.push(wait);
      wait = i === 0 ? repeat : Math.min(2 * wait, repeatMost);
      table.posted = [];
    }
    expect(asked.at(-1)).toBe(repeatMost);
  });

  test("with a package in hand is shown it again, and answers with the same share", () => {
    const digest = table.ask(0);
    table.run((posted, to) => posted.kind === "SIGN_SHARE_REQUEST" && to !== asker);
    third.policy = null;
    table.wait(asker.context.times.repeat);
    table.run();
    expect(tag(digest)).toBe("signed");
    expect(sessionsOf(asker, digest)).toBeLessThanOrEqual(2);
  });
});

describe("a wrong share", () => {
  test("names its seat with evidence that convicts everywhere, and the others sign without it", () => {
    const digest = table.ask(0);
    bend(table, second, spoiled);
    table.run((_, to) => to === third);
    expect(standing(digest, second)?.tag).toBe("excluded");
    const said = asker.said.find(({ kind }) => kind === "BLAME");
    expect(said).toBeDefined();
    if (said === undefined) return;
    const shown = blame.decode(table.open(said).payload);
    expect(shown.ok && verifyBlame(shown.value.evidence)).toEqual({
      culprit: second.id,
      offence: "signing",
    });
    table.wait(asker.context.times.repeat);
    table.run();
    expect(tag(digest)).toBe("signed");
    expect(membersOf(digest, 2)).toEqual(expect.not.arrayContaining([second.id]));
  });

  test("in a session that another seat holds up is found before its seat is used again", () => {
    const wide = new Table([1, 1, 1, 1], 3);
    const [lead, liar, mute] = [wide.seat(0), wide.seat(1), wide.seat(2)];
    bend(wide, liar, spoiled);
    const digest = wide.ask(0);
    wide.run((posted) => shares(posted) && posted.from === mute.id);
    expect(requestAt(lead, digest).standings.get(liar.id)?.tag).toBe("asked");
    wide.wait(lead.context.times.hedge);
    expect(requestAt(lead, digest).standings.get(liar.id)?.tag).toBe("excluded");
    wide.wait(lead.context.times.repeat);
    wide.run();
    expect(requestAt(lead, digest).tag).toBe("signed");
  });

  test("of every other seat at once names them all, and the request ends with too few keys", () => {
    const all = new Table([1, 1, 1], 3);
    bend(all, all.seat(1), spoiled);
    bend(all, all.seat(2), spoiled);
    const digest = all.ask(0);
    all.run();
    const entry = requestAt(all.seat(0), digest);
    expect([all.seat(1), all.seat(2)].map(({ id }) => entry.standings.get(id)?.tag)).toEqual([
      "excluded",
      "excluded",
    ]);
    expect(entry.tag).toBe("failed");
    for (const seat of all.seats) expect(seat.signer.requests.get(digest)?.tag).toBe("cancelled");
  });

  test("whose seat's DKG_END is not known here excludes it, and accuses nobody", () => {
    const blind = new Table([1, 1, 1], 2);
    const { context } = blind.seat(0);
    Object.assign(blind.seat(0), { context: { ...context, ends: new Map() } });
    bend(blind, blind.seat(1), spoiled);
    const digest = blind.ask(0);
    blind.run();
    expect(requestAt(blind.seat(0), digest).standings.get(blind.seat(1).id)).toMatchObject({
      tag: "excluded",
      evidence: new Uint8Array(),
    });
    expect(blind.seat(0).said.map(({ kind }) => kind)).not.toContain("BLAME");
  });

  test("from an excluded seat, for another package, a session that is none, or twice counts for nothing", () => {
    const digest = table.ask(0);
    bend(table, second, (response) => ({ ...response, packageHash: digest }));
    table.run((_, to) => to === third);
    expect(tag(digest)).toBe("collectingShares");
    bend(table, second, (response) => ({ ...response, session: 9 }));
    table.wait(asker.context.times.repeat);
    table.run((_, to) => to === third);
    expect(tag(digest)).toBe("collectingShares");
    const own = asker.said.find(shares);
    if (own === undefined) throw new Error("the asker gave no share");
    const before = asker.notices.length;
    table.deliver(own, asker);
    expect(asker.notices.slice(before)).toEqual(
      [
        { tag: "ignored", reason: "duplicate", kind: "SIGN_SHARE_RESPONSE", from: asker.id },
        { tag: "ignored", reason: "not-for-me", kind: "SIGN_SHARE_RESPONSE", from: asker.id },
      ].reverse(),
    );
  });
});

describe("lost nonces", () => {
  test("are accepted once per seat; whoever loses them again is not asked any more, and not blamed", () => {
    const two = new Table([1, 1], 2);
    const [lead, loser] = [two.seat(0), two.seat(1)];
    const digest = two.ask(0);
    const lose = (session: number): void => {
      two.run((posted) => shares(posted) && posted.from === loser.id);
      const generation = loser.signer.generation;
      const payload = noncesLost.encode({ generation, digest, session });
      two.deliver(loser.write("NONCES_LOST", payload, requestAt(lead, digest).request.roundId), lead);
    };
    lose(1);
    expect(requestAt(lead, digest).standings.get(loser.id)).toEqual({ tag: "asked", reloads: 1 });
    two.wait(lead.context.times.repeat);
    two.run((posted) => shares(posted) && posted.from === loser.id);
    expect(sessionsOf(lead, digest)).toBe(2);
    lose(2);
    expect(requestAt(lead, digest).standings.get(loser.id)).toEqual({ tag: "unresponsive" });
    expect(requestAt(lead, digest).tag).toBe("failed");
    expect(lead.said.map(({ kind }) => kind)).not.toContain("BLAME");
  });

  test("of a request nobody here made change nothing", () => {
    const before = asker.notices.length;
    const payload = noncesLost.encode({ generation: 5, digest: "00".repeat(32) as Hash, session: 1 });
    table.deliver(second.write("NONCES_LOST", payload), asker);
    expect(asker.notices.slice(before)).toContainEqual(
      expect.objectContaining({ tag: "ignored", reason: "wrong-round" }),
    );
  });

  test("told by an earlier process than the one that speaks now are old news", () => {
    table.ask(0);
    table.run((posted) => shares(posted));
    const [digest] = asker.coordinator.requests.keys();
    if (digest === undefined) throw new Error("no request");
    const payload = noncesLost.encode({ generation: 0, digest, session: 1 });
    table.deliver(second.write("NONCES_LOST", payload), asker);
    expect(standing(digest, second)).toEqual({ tag: "asked", reloads: 0 });
  });
});

describe("bounds", () => {
  test("with every other seat silent after its nonces, one request opens n − t + 1 sessions and no more", () => {
    const wide = new Table([1, 1, 1, 1, 1], 2);
    const digest = wide.ask(0);
    for (let i = 0; i < 12; i++) {
      wide.run((posted, to) => shares(posted) && to === wide.seat(0) && posted.from !== to.id);
      wide.wait(wide.seat(0).context.times.hedge);
    }
    expect(sessionsOf(wide.seat(0), digest)).toBeLessThanOrEqual(4);
    expect(sessionsOf(wide.seat(0), digest)).toBeGreaterThan(1);
  });

  test("a heavy seat makes lighter ones before it superfluous", () => {
    const heavy = new Table([1, 1, 3], 3);
    const digest = heavy.ask(0);
    heavy.run();
    const entry = requestAt(heavy.seat(0), digest);
    expect(entry.tag).toBe("signed");
    expect(entry.sessions.get(1)?.members.map(({ seat }) => seat)).toEqual([heavy.seat(2).id]);
    expect(entry.sessions.get(1)?.commitmentList.map(({ identifier }) => identifier)).toEqual([3, 4, 5]);
  });

  test("the threshold is counted in keys", () => {
    const heavy = new Table([2, 1, 1], 3);
    heavy.seat(0).policy = () => false;
    const digest = heavy.ask(1);
    heavy.run();
    expect(requestAt(heavy.seat(1), digest).tag).toBe("failed");
  });
});

describe("nonces ahead", () => {
  test("make a request one round trip: a package, shares, and nothing before", () => {
    asker.coordinate({ tag: "prepare", roundId: table.newRound(), pairs: 2 });
    table.run();
    const before = table.seats.map((seat) => seat.said.length);
    const digest = table.ask(0);
    table.run();
    expect(tag(digest)).toBe("signed");
    const said = table.seats.flatMap((seat, i) => seat.said.slice(before[i]).map(({ kind }) => kind));
    expect(said).not.toContain("NONCE_REQUEST");
    // Only the seat that is in no package offers nonces, for a session that may come.
    expect(said.filter((kind) => kind === "NONCE_RESPONSE")).toHaveLength(1);
  });

  test("are replaced with each share, so that the next request needs one round trip too", () => {
    asker.coordinate({ tag: "prepare", roundId: table.newRound(), pairs: 1 });
    table.run();
    for (const text of ["one", "two", "three"]) {
      const before = asker.said.length;
      const digest = table.ask(0, text);
      table.run((posted, to) => to === third && posted.kind === "SIGN_SHARE_REQUEST");
      expect(tag(digest)).toBe("signed");
      expect(asker.said.slice(before).map(({ kind }) => kind)).not.toContain("NONCE_REQUEST");
    }
  });

  test("that were promised to one request are not taken by another that lives", () => {
    second.policy = (decision) => decision.tag === "approveOperation" && decision.view.title !== "x";
    const first = table.ask(0, "first");
    table.run((posted) => shares(posted) || posted.kind === "SIGN_SHARE_REQUEST");
    const other = table.ask(0, "second");
    expect(sessionsOf(asker, other)).toBe(0);
    table.run();
    expect(tag(other)).toBe("signed");
    table.wait(asker.context.times.repeat);
    table.run();
    expect(tag(first)).toBe("signed");
  });
});

describe("a coordinator that was reloaded", () => {
  test("says its open sessions again as they were, and takes the same shares", () => {
    const digest = table.ask(0);
    table.run((posted) => shares(posted));
    const first = asker.said.find(({ kind }) => kind === "SIGN_SHARE_REQUEST");
    asker.reload();
    table.wait(0);
    const again = asker.said.filter(({ kind }) => kind === "SIGN_SHARE_REQUEST");
    expect(again.at(-1)?.frame).toBe(first?.frame);
    table.run();
    expect(tag(digest)).toBe("signed");
    expect(sessionsOf(asker, digest)).toBeLessThanOrEqual(2);
  });

  test("has every request, standing and signature that it had", () => {
    const digest = table.ask(0);
    table.run();
    const refused = table.ask(0, "nobody wants this");
    second.policy = third.policy = () => false;
    table.run();
    const kept = { ...asker.coordinator, memory: null };
    asker.reload();
    expect({ ...asker.coordinator, memory: null }).toEqual(kept);
    expect(tag(refused)).toBe("failed");
    const entry = requestAt(asker, digest);
    expect(entry.tag === "signed" && areSignatures(asker.context, entry.request, entry.signatures)).toBe(
      true,
    );
  });

  test("uses no commitment twice", () => {
    const digest = table.ask(0);
    table.run((posted) => shares(posted));
    asker.reload();
    for (let i = 0; i < 3; i++) {
      table.wait(asker.context.times.repeat);
      table.run((posted) => shares(posted) && posted.from !== asker.id && i < 2);
    }
    const seen = asker.said
      .filter(({ kind }) => kind === "SIGN_SHARE_REQUEST")
      .flatMap((posted) => {
        const message = table.open(posted);
        const asked = signShareRequest.decode(message.payload, message);
        return asked === null ? [] : [[asked.session, JSON.stringify(asked.commitmentList)] as const];
      });
    expect(new Map(seen).size).toBe(new Set(seen.map(([, list]) => list)).size);
    expect(tag(digest)).toBe("signed");
  });
});

test("evidence names the seat whose share was wrong", () => {
  const digest = table.ask(0);
  bend(table, second, spoiled);
  table.run((_, to) => to === third);
  const entry = standing(digest, second);
  if (entry?.tag !== "excluded") throw new Error("not excluded");
  const evidence = evidenceCodec.decode(entry.evidence);
  expect(evidence.ok && evidence.value.accused).toBe(second.id);
});
