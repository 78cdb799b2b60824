import { describe, expect, test } from "vitest";
import { kinds, type Kind } from "../core/kind.ts";
import type { MachineEvent, Message } from "../core/machine.ts";
import { ALL, type GroupId, type Hash, msgId, NO_ROUND, type PartyId } from "../core/names.ts";
import { textToSign } from "../operation/text.ts";
import { stepCoordinator } from "./coordinator.ts";
import { replayCoordinator } from "./coordinator-replay.ts";
import type { CoordinatorCommand, CoordinatorState } from "./coordinator-state.ts";
import { approvalId, stepSigner } from "./signer.ts";
import { replaySigner } from "./signer-replay.ts";
import type { SignerCommand, SignerState } from "./signer-state.ts";
import { Hand } from "./testing/forge.ts";
import { type Posted, Table } from "./testing/table.ts";

interface Found<S> {
  readonly state: S;
  readonly digest: Hash;
  /** When it was so, by everybody's clock (ms). */
  readonly now: number;
}

/** Every state that a request goes through at a seat and at its coordinator, by tag, and every message said. */
function harvest() {
  const table = new Table([1, 1, 1], 2);
  const [asker, seat] = [table.seat(0), table.seat(1)];
  const signers = new Map<string, Found<SignerState>>();
  const coordinators = new Map<string, Found<CoordinatorState>>();
  const messages: Message[] = [];
  const look = (): void => {
    for (const [digest, entry] of seat.signer.requests)
      signers.set(entry.tag, { state: seat.signer, digest, now: table.now });
    for (const [digest, entry] of asker.coordinator.requests)
      coordinators.set(entry.tag, { state: asker.coordinator, digest, now: table.now });
  };
  const run = (drop: (posted: Posted) => boolean = () => false): void =>
    table.run((posted) => {
      messages.push(table.open(posted));
      look();
      return drop(posted);
    });
  const everybody = (policy: (() => boolean) | null): void => {
    for (const one of table.seats) one.policy = policy;
  };
  const nothing = { digest: "00".repeat(32) as Hash, now: table.now };
  signers.set("unknown", { state: seat.signer, ...nothing });
  coordinators.set("unknown", { state: asker.coordinator, ...nothing });
  asker.coordinate({ tag: "prepare", roundId: table.newRound(), pairs: 1 });
  run();
  table.ask(0, "signed");
  look();
  run();
  look();
  everybody(() => false);
  table.ask(0, "refused");
  run();
  look();
  everybody(null);
  const cancelled = table.ask(0, "cancelled");
  run();
  asker.coordinate({ tag: "cancel", digest: cancelled, reason: "over" });
  run();
  look();
  everybody(() => true);
  table.ask(0, "half way");
  run(({ kind }) => kind === "SIGN_SHARE_RESPONSE");
  look();
  table.wait(asker.context.times.repeat);
  run(({ kind }) => kind === "SIGN_SHARE_RESPONSE" || kind === "SIGN_SHARE_REQUEST");
  seat.reload();
  seat.tick();
  run(({ kind }) => kind === "SIGN_SHARE_RESPONSE");
  look();
  table.wait(600_000);
  look();
  seat.command({ tag: "halt", reason: "stop" });
  signers.set("halted", { state: seat.signer, digest: cancelled, now: table.now });
  return { table, asker, seat, signers, coordinators, messages };
}

const { table, asker, seat, signers, coordinators, messages } = harvest();
const hand = new Hand(table, asker);
const { groupId } = asker.context;
const senders: readonly PartyId[] = [...table.seats.map(({ id }) => id), "0e".repeat(32) as PartyId];
const rubbish = [new Uint8Array(), new Uint8Array(200).fill(1), new Uint8Array(68), new Uint8Array(4)];

/** What was said, by everybody and in another round; what was said under every other kind's name; and rubbish. */
function* everyMessage(): Generator<Message> {
  const seen = new Map<string, Message>();
  for (const message of messages) {
    if (!seen.has(message.kind) || message.kind === "NONCE_REQUEST") seen.set(message.kind, message);
    for (const from of senders) yield { ...message, from };
    yield { ...message, roundId: NO_ROUND };
  }
  for (const kind of Object.keys(kinds) as Kind[]) {
    for (const message of seen.values()) yield { ...message, kind };
    for (const from of senders) {
      for (const payload of rubbish) {
        yield {
          kind,
          groupId: groupId satisfies GroupId,
          roundId: NO_ROUND,
          from,
          to: ALL,
          epoch: seat.epoch,
          counter: 0n,
          msgId: msgId(new Uint8Array(16).fill(9)),
          payload,
          frame: new Uint8Array(300),
        };
      }
    }
  }
}

function* everyEvent<Command>(
  { digest, now }: Found<unknown>,
  commands: readonly Command[],
): Generator<MachineEvent<Command>> {
  for (const message of everyMessage()) yield { tag: "message", now, message };
  for (const command of commands) yield { tag: "command", now, command };
  for (const at of [now, now + 3_600_000, now + 40 * 24 * 3_600_000, 0]) yield { tag: "tick", now: at };
  for (const verdict of [{ tag: "yes" }, { tag: "no", reason: "\u0000" }] as const) {
    for (const id of ["nobody asked", approvalId(digest), approvalId("00" as Hash)])
      yield { tag: "decided", now, id, verdict };
  }
}

describe("every state answers every event, by what it keeps alone", () => {
  test.each([...signers])("a request at a seat: %s", (_tag, found) => {
    const { state, digest } = found;
    const commands: readonly SignerCommand[] = [
      { tag: "refuse", digest, reason: "no" },
      { tag: "refuse", digest, reason: "\ud800".repeat(300) },
      { tag: "halt", reason: "stop" },
    ];
    const awake = { ...seat.context, epoch: state.memory?.epoch ?? seat.epoch };
    for (const [context, memory] of [
      [awake, state.memory],
      [seat.context, null],
      [{ ...seat.context, me: senders.at(-1) ?? seat.id }, null],
    ] as const) {
      const before = { ...state, memory };
      for (const event of everyEvent(found, commands)) {
        const { state: after, facts } = stepSigner(context, before, event, table.rng);
        if (after.requests.size < before.requests.size) continue;
        const replayed = facts.reduce((one, fact) => replaySigner(context, one, fact), before);
        expect({ ...replayed, memory: null }).toEqual({ ...after, memory: null });
      }
    }
  });

  test.each([...coordinators])("a request at its coordinator: %s", (_tag, found) => {
    const { state, digest, now } = found;
    const sign = (operation: ReturnType<typeof textToSign>, expiry: number): CoordinatorCommand => ({
      tag: "sign",
      roundId: hand.request("x").roundId,
      operation,
      expiry,
    });
    const taken = state.requests.get(digest)?.request.roundId ?? NO_ROUND;
    const commands: readonly CoordinatorCommand[] = [
      sign(textToSign("more"), now + 60_000),
      sign(textToSign("late"), now),
      sign(textToSign("never"), NaN),
      sign(textToSign("between"), now + 0.5),
      sign({ type: "pay/9", body: new Uint8Array() }, now + 60_000),
      { tag: "sign", roundId: taken, operation: textToSign("again"), expiry: now + 60_000 },
      { tag: "prepare", roundId: NO_ROUND, pairs: 1_000_000 },
      { tag: "prepare", roundId: NO_ROUND, pairs: NaN },
      { tag: "cancel", digest, reason: "\u202e" },
      { tag: "cancel", digest, reason: "over" },
      { tag: "cancel", digest: "00" as Hash, reason: "over" },
    ];
    for (const context of [asker.context, { ...asker.context, me: senders.at(-1) ?? asker.id }]) {
      for (const memory of [state.memory, null]) {
        const before = { ...state, memory };
        for (const event of everyEvent(found, commands)) {
          const { state: after, facts } = stepCoordinator(context, before, event, table.rng);
          if (after.requests.size < before.requests.size) continue;
          const replayed = facts.reduce((one, fact) => replayCoordinator(context, one, fact), before);
          expect({ ...replayed, memory: null }).toEqual({ ...after, memory: null });
        }
      }
    }
  });

  test("no state was left out", () => {
    expect([...signers.keys()].sort()).toEqual([
      "approved",
      "cancelled",
      "deciding",
      "expired",
      "halted",
      "refused",
      "signed",
      "unknown",
    ]);
    expect([...coordinators.keys()].sort()).toEqual([
      "cancelled",
      "collectingCommitments",
      "collectingShares",
      "expired",
      "failed",
      "signed",
      "unknown",
    ]);
  });
});
