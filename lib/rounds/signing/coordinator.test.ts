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

test("a seat that was reloaded while its owner was still reading signs with fresh nonces", () => {
  const table = new Table([1, 1, 1], 2);
  const [asker, reader, away] = [table.seat(0), table.seat(1), table.seat(2)];
  asker.coordinate({ tag: "prepare", roundId: table.newRound(), pairs: 4 });
  table.run();
  away.policy = null;
  reader.policy = null;
  const digest = table.ask(0);
  table.run((_, to) => to === away);
  expect(reader.signer.requests.get(digest)?.tag).toBe("deciding");
  reader.decisions = [];
  reader.reload();
  reader.policy = () => true;
  reader.tick();
  table.run((_, to) => to === away);
  expect(asker.coordinator.requests.get(digest)?.tag).toBe("signed");
});
