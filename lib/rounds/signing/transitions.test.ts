import { beforeAll, describe, expect, test } from "vitest";
import type { TransitionTable } from "../core/table.ts";
import { createPrng, type Prng } from "../simulation/prng.ts";
import { digestReason, noncesLost } from "./messages.ts";
import { signerTable, signingCoordinatorTable } from "./table.ts";
import { bend } from "./testing/coordinating.ts";
import { type Posted, Table } from "./testing/table.ts";

const observed = { signer: new Set<string>(), coordinator: new Set<string>() };

const shapes = [
  [1, 1],
  [1, 1, 1],
  [1, 1, 1],
  [1, 2, 1],
  [1, 1, 1, 1],
];

function watched(prng: Prng, seed: number, weights = prng.pick(shapes), threshold?: number): Table {
  const keys = weights.reduce((sum, weight) => sum + weight, 0);
  const table = new Table(weights, threshold ?? prng.between(2, keys), seed);
  table.observe = (machine, fact, from, to) => {
    const end = fact["end"];
    const on = typeof end === "string" ? `${fact.tag} (${end})` : fact.tag;
    observed[machine].add(`${from} --${on}--> ${to}`);
  };
  return table;
}

/** A few requests among people who refuse, lie, fall silent, reload, take back and come late. */
function play(seed: number): void {
  const prng = createPrng(seed, "transitions");
  const table = watched(prng, seed);
  const held: Posted[] = [];
  const mood = prng.below(3);
  for (const seat of table.seats) {
    const patience = prng.below(10);
    seat.policy = patience < 6 ? () => true : patience < 8 ? () => prng.chance(0.5) : null;
  }
  if (prng.chance(0.4)) {
    const liar = table.seat(prng.between(1, table.seats.length - 1));
    bend(table, liar, (response) => ({
      ...response,
      entries: response.entries.map((entry) => ({
        ...entry,
        shares: entry.shares.map(() => prng.bytes(32)),
      })),
    }));
  }
  if (prng.chance(0.3)) table.seat(0).coordinate({ tag: "prepare", roundId: table.newRound(), pairs: 2 });
  const digests = [table.ask(0, "one")];
  for (let turn = 0; turn < 10; turn++) {
    table.run((posted, to) => {
      if (to.id === posted.from || !prng.chance([0, 0.25, 0.5][mood] ?? 0)) return false;
      if (prng.chance(0.7)) held.push(posted);
      return true;
    });
    const seat = prng.pick(table.seats);
    const [digest] = prng.shuffle(digests);
    switch (prng.below(9)) {
      case 0:
        seat.reload();
        break;
      case 1:
        if (digest !== undefined && prng.chance(0.5))
          table.seat(0).coordinate({ tag: "cancel", digest, reason: "over" });
        break;
      case 2:
        if (digest !== undefined) seat.command({ tag: "refuse", digest, reason: "no" });
        break;
      case 3:
        digests.push(table.ask(0, `text ${turn}`, prng.pick([1, 10])));
        break;
      case 4:
      case 5:
        for (const posted of prng.shuffle(held.splice(0))) table.deliver(posted);
        break;
      case 6:
        seat.policy = () => true;
        for (const decision of seat.decisions.splice(0)) seat.decide(decision.id, true);
        break;
    }
    table.wait(prng.pick([0, 4_000, 10_000, 40_000]));
  }
  table.wait(600_000);
  table.run();
  for (const posted of held) table.deliver(posted);
}

/** Ways that need several things to happen in one order. */
function rare(): void {
  const prng = createPrng(0, "transitions");
  const late = watched(prng, 1, [1, 1, 1], 2);
  const digest = late.ask(0);
  const signed: Posted[] = [];
  late.run((posted, to) => {
    if (posted.kind === "SIGNED" && to === late.seat(1)) signed.push(posted);
    return posted.kind === "SIGNED";
  });
  const over = digestReason.encode({ digest, reason: "over" });
  late.deliver(late.seat(0).write("CANCEL", over), late.seat(1));
  for (const posted of signed) late.deliver(posted, late.seat(1));

  // Nonces reported lost, then the share that was made before they were.
  const back = watched(prng, 2, [1, 1, 1], 3);
  const [lead, loser] = [back.seat(0), back.seat(1)];
  const held: Posted[] = [];
  const asked = back.ask(0);
  back.run((posted) => {
    if (posted.kind === "SIGN_SHARE_RESPONSE" && posted.from === loser.id) held.push(posted);
    return posted.kind === "SIGN_SHARE_RESPONSE" && posted.from !== lead.id;
  });
  const lost = { generation: loser.signer.generation, digest: asked, session: 1 };
  back.deliver(loser.write("NONCES_LOST", noncesLost.encode(lost)), lead);
  for (const posted of held) back.deliver(posted, lead);

  // A wrong share in a session that another seat holds up.
  const wide = watched(prng, 3, [1, 1, 1, 1], 3);
  bend(wide, wide.seat(1), (response) => ({
    ...response,
    entries: response.entries.map((entry) => ({ ...entry, shares: [prng.bytes(32)] })),
  }));
  wide.ask(0);
  wide.run((posted) => posted.kind === "SIGN_SHARE_RESPONSE" && posted.from === wide.seat(2).id);
  wide.wait(4_000);
}

const rowsOf = ({ transitions }: TransitionTable): string[] =>
  transitions.map(({ from, on, to }) => `${from} --${on}--> ${to}`).sort();

describe("requests go only where the tables say, and everywhere they say", () => {
  beforeAll(() => {
    rare();
    for (let seed = 1; seed <= 60; seed++) play(seed);
  });

  test("at a seat", () => {
    expect([...observed.signer].sort()).toEqual(rowsOf(signerTable));
  });

  test("at a coordinator", () => {
    expect([...observed.coordinator].sort()).toEqual(rowsOf(signingCoordinatorTable));
  });
});
