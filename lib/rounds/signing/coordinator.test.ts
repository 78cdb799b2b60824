import { expect, test } from "vitest";
import { areSignatures } from "./checks.ts";
import { Table } from "./testing/table.ts";

test("two of three seats sign a text that all approve", () => {
  const table = new Table([1, 1, 1], 2);
  const digest = table.ask(0);
  table.run();
  const entry = table.seat(0).coordinator.requests.get(digest);
  expect(entry?.tag).toBe("signed");
  if (entry?.tag !== "signed") return;
  expect(areSignatures(table.seat(1).context, entry.request, entry.signatures)).toBe(true);
  for (const seat of table.seats) expect(seat.signer.requests.get(digest)?.tag).toBe("signed");
});
