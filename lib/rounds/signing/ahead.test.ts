import { expect, test } from "vitest";
import type { Hash } from "../core/names.ts";
import { approvalId } from "./signer.ts";
import { requestAt, sessionsOf } from "./testing/coordinating.ts";
import { type Posted, Table } from "./testing/table.ts";

const shares = (posted: Posted): boolean => posted.kind === "SIGN_SHARE_RESPONSE";

/**
 * Five people, three of whom must sign. The first asks, with nonces of everybody in stock, so that seats are asked for shares before their
 * people have answered; then nobody does for longer than a session is young.
 */
function askedAhead() {
  const table = new Table([1, 1, 1, 1, 1], 3);
  const lead = table.seat(0);
  lead.coordinate({ tag: "prepare", roundId: table.newRound(), pairs: 4 });
  table.run();
  for (const seat of table.seats.slice(1)) seat.policy = null;
  const digest = table.ask(0);
  table.run();
  table.wait(lead.context.times.hedge);
  table.run();
  return { table, digest, lead };
}

const approve = (table: Table, seat: number, digest: Hash): void => {
  table.seat(seat).decide(approvalId(digest), true);
};

const pairs = [1, 2, 3, 4].flatMap((one) =>
  [1, 2, 3, 4].filter((other) => other !== one).map((other) => [one, other] as const),
);

test.each(pairs)("people %i and %i approve, and the signature is there without any wait", (one, other) => {
  const { table, digest, lead } = askedAhead();
  for (const seat of [one, other]) {
    approve(table, seat, digest);
    table.run();
  }
  expect(requestAt(lead, digest).tag).toBe("signed");
});

test.each(pairs)(
  "people %i and %i approve in the same moment, and nothing has to be waited for",
  (one, other) => {
    const { table, digest, lead } = askedAhead();
    approve(table, one, digest);
    approve(table, other, digest);
    table.run();
    expect(requestAt(lead, digest).tag).toBe("signed");
  },
);

test("who signed the last time is asked for a share first, and gives it with the approval itself", () => {
  const { table, digest, lead } = askedAhead();
  for (const seat of [2, 4]) approve(table, seat, digest);
  table.run();
  const next = table.ask(0, "again");
  table.run();
  const before = lead.said.length;
  for (const seat of [4, 2]) approve(table, seat, next);
  table.run();
  expect(requestAt(lead, next).tag).toBe("signed");
  expect(lead.said.slice(before).map(({ kind }) => kind)).toEqual(["SIGNED"]);
});

test("while a session of people who all approved is young, no other is opened", () => {
  const { table, digest, lead } = askedAhead();
  const before = sessionsOf(lead, digest);
  for (const seat of [1, 2, 3, 4]) approve(table, seat, digest);
  table.run((posted) => shares(posted) && posted.from !== lead.id);
  expect(sessionsOf(lead, digest) - before).toBeLessThanOrEqual(1);
});
