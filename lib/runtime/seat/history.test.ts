import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameLog } from "./frame-log.ts";
import { History } from "./history.ts";
import { decodeHistory, encodeHistory } from "./history-codec.ts";
import { Table } from "./testing/people.ts";

test("a stored history reads as it was written", () => {
  const at = new Table(2, ["Ana", "Ben", "Cai"]).ready();
  at.coordinator.propose(["hello"]);
  at.signer("Cai").answer("approveOperation", "not now");
  at.signer("Ana").answer("approveOperation");
  at.signer("Ben").answer("approveOperation");
  for (const person of at.people) {
    const { requests } = person.history;
    expect(requests.size).toBe(1);
    expect(decodeHistory(encodeHistory(requests))).toEqual(requests);
    // Nothing new happened: nothing is to be stored.
    expect(person.history.observe(person.party, person.frames, at.now)).toBe(false);
  }
});

test("a history that cannot be read is an empty one", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(decodeHistory(bytes).size).toBe(0);
    }),
  );
  expect(decodeHistory(new TextEncoder().encode('[["00",{}]]')).size).toBe(0);
});

test("who refused is believed only where that seat signed it", () => {
  const at = new Table(2, ["Ana", "Ben", "Cai"]).ready();
  at.coordinator.propose(["hello"]);
  const seen: Uint8Array[] = [];
  at.network = (frame, to) => {
    if (to.name === "Ana") seen.push(frame);
    return to.name !== "Ana";
  };
  at.signer("Ben").answer("approveOperation", "no");
  const [refusal] = seen;
  if (refusal === undefined) throw new Error("Ben said nothing");
  const forged = refusal.slice();
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
  const ana = at.signer("Ana");
  ana.frames.heard(forged);
  const fresh = new History();
  fresh.observe(ana.party, ana.frames, at.now);
  const [record] = fresh.requests.values();
  expect(record?.seats.size).toBe(0);
  ana.frames = new FrameLog(at.clock);
  ana.frames.heard(refusal);
  fresh.observe(ana.party, ana.frames, at.now);
  const [after] = fresh.requests.values();
  expect(after?.seats.get(at.signer("Ben").identity.id)?.reason).toBe("no");
});
