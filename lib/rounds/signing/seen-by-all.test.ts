import { beforeEach, describe, expect, test } from "vitest";
import { ALL } from "../core/names.ts";
import { digestReason } from "./messages.ts";
import { requestAt } from "./testing/coordinating.ts";
import { type Seat, Table } from "./testing/table.ts";

let table: Table;
let asker: Seat;
let second: Seat;
let third: Seat;

beforeEach(() => {
  table = new Table([1, 1, 1], 2);
  [asker, second, third] = [table.seat(0), table.seat(1), table.seat(2)];
});

describe("everybody sees", () => {
  test("who refuses, and why; with too few keys left the request ends for all", () => {
    second.policy = third.policy = () => false;
    const digest = table.ask(0);
    table.run();
    expect(requestAt(asker, digest).standings.get(second.id)).toEqual({
      tag: "refused",
      reason: "no-thanks",
    });
    expect(requestAt(asker, digest).tag).toBe("failed");
    const cancel = asker.said.find(({ kind }) => kind === "CANCEL");
    expect(cancel?.to).toBe(ALL);
    if (cancel === undefined) return;
    const message = table.open(cancel);
    expect(digestReason.decode(message.payload, message)).toEqual({ digest, reason: "too-few-keys" });
    expect(asker.notices).toContainEqual({
      tag: "stopped",
      reason: "too-few-keys",
      roundId: requestAt(asker, digest).request.roundId,
    });
  });

  test("a request that its coordinator takes back", () => {
    second.policy = third.policy = null;
    const digest = table.ask(0);
    table.run();
    asker.coordinate({ tag: "cancel", digest, reason: "changed-my-mind" });
    table.run();
    expect(requestAt(asker, digest)).toMatchObject({ tag: "cancelled", reason: "changed-my-mind" });
    for (const seat of [second, third]) {
      expect(seat.signer.requests.get(digest)).toMatchObject({ tag: "cancelled", reason: "changed-my-mind" });
    }
    const before = asker.notices.length;
    asker.coordinate({ tag: "cancel", digest, reason: "twice" });
    expect(asker.notices.slice(before)).toEqual([expect.objectContaining({ reason: "too-late" })]);
  });

  test("the end of a request whose time is over, each by its own clock", () => {
    second.policy = third.policy = null;
    const digest = table.ask(0);
    table.run();
    table.wait(600_000);
    expect(requestAt(asker, digest).tag).toBe("expired");
    for (const seat of [second, third]) expect(seat.signer.requests.get(digest)?.tag).toBe("expired");
    expect(asker.said.map(({ kind }) => kind)).not.toContain("CANCEL");
  });
});
