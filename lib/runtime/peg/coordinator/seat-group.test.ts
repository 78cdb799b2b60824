import { expect, test } from "vitest";
import { verifySchnorr } from "../../../frost/index.ts";
import { signingContext } from "../../../rounds/index.ts";
import { actionDigest } from "../../../sbtc/contract/digest.ts";
import type { Round } from "../../../sbtc/peg/coordinator/rounds.ts";
import { Table } from "../../seat/testing/people.ts";
import { seatGroup, type AskingSeat } from "./seat-group.ts";

// Real parties on a network that delivers in order: what comes back is a signature that verifies, or why there is none.

const contract = "ST1TNW5XKBHTZPN9M345JC8M1GZR5F0DJGAYMD3R6.sbtc";
const context = { contract, chainId: 0x80000000, epoch: 1n };
const action = (amount: bigint) =>
  ({
    tag: "settle",
    txid: "11".repeat(32),
    payoutTxid: amount.toString(16).padStart(64, "0"),
    burnBlock: { height: 7, hash: "22".repeat(32) },
  }) as const;
const round = (...amounts: readonly bigint[]): Round => ({
  number: 1,
  byHand: false,
  items: amounts.map((amount) => ({
    id: `pegOut:${amount.toString()}`,
    proposal: { tag: "action", action: action(amount), ...context },
  })),
});

/** The coordinator's tab; each turn of its clock is a chance for the others to answer. */
function tab(table: Table, turn: () => void) {
  let random = 0;
  const seat: AskingSeat = {
    party: () => table.coordinator.party,
    command: (command) => {
      table.coordinator.command(command);
      return Promise.resolve();
    },
    rng: { bytes: (length) => new Uint8Array(length).fill(++random) },
    clock: {
      now: () => table.now,
      after: (_ms, run) => {
        turn();
        queueMicrotask(run);
        return () => undefined;
      },
    },
  };
  const { groupId } = table.coordinator.group.sealed;
  const key = signingContext(table.coordinator.party, table.coordinator.group)!.key.publicKeyPackage.xOnly;
  return { group: seatGroup(seat, groupId), key };
}

const asked = (table: Table) => table.coordinator.group.signing?.requests.size ?? 0;

test("one round signs several calls, each with a signature the contract will accept", async () => {
  const table = new Table(2, ["Alice", "Bob", "Carol"]).ready();
  let answered = false;
  const { group, key } = tab(table, () => {
    if (answered) return;
    answered = true;
    for (const name of ["Alice", "Carol"]) table.signer(name).answer("approveOperation");
  });
  const outcome = await group.sign(round(5n, 6n));
  if (outcome.tag !== "signed") throw new Error(outcome.reason);
  expect(outcome.signatures.map((own) => own.length)).toEqual([1, 1]);
  for (const [i, amount] of [5n, 6n].entries())
    expect(verifySchnorr(key, actionDigest(context, action(amount)), outcome.signatures[i]![0]!)).toBe(true);
  expect(asked(table)).toBe(1);
  // A coordinator that starts anew asks nobody again for what is signed.
  expect((await group.sign(round(5n, 6n))).tag).toBe("signed");
  expect(asked(table)).toBe(1);
});

test("what too many refuse comes back with their reasons, and may be asked again", async () => {
  const table = new Table(2, ["Alice", "Bob", "Carol"]).ready();
  let turns = 0;
  const { group } = tab(table, () => {
    const name = ["Alice", "Bob"][turns++];
    if (name !== undefined) table.signer(name).answer("approveOperation", "notConfirmed");
  });
  expect(await group.sign(round(7n))).toEqual({ tag: "refused", reason: "notConfirmed" });
});

test("silence ends with the request's time, and says that too few answered", async () => {
  const table = new Table(2, ["Alice", "Bob", "Carol"]).ready();
  const { group } = tab(table, () => table.wait(20 * 60_000));
  expect(await group.sign(round(8n))).toEqual({
    tag: "missing",
    reason: "too few signers answered in time",
  });
});
