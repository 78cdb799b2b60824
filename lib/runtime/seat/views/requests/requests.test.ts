import { schnorr } from "@noble/curves/secp256k1.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import { describe, expect, test } from "vitest";
import { roundId } from "../../../../rounds/index.ts";
import { textMessage } from "../../../../rounds/operation/text.ts";
import type { RequestView } from "../../../views/requests.ts";
import { type Person, Table } from "../../testing/people.ts";
import { readVerifyFragment } from "../../verify-link.ts";
import { inboxView, operationOf, requestViews } from "./requests.ts";

const names = ["Ana", "Ben", "Cai"] as const;
const table = (threshold = 2, people: readonly string[] = names) => new Table(threshold, people).ready();

const viewsOf = (person: Person): readonly RequestView[] =>
  requestViews(person, person.group, {
    records: person.history.requests,
    now: person.table.now,
    sending: new Set(),
  });

function viewOf(person: Person): RequestView {
  const [first] = viewsOf(person);
  if (first === undefined) throw new Error("no request");
  return first;
}
const stateOf = ({ seats }: RequestView) => Object.fromEntries(seats.map(({ name, state }) => [name, state]));

describe("a text that is proposed", () => {
  test("needs each signer, is read in full, and every check is one of this tab", () => {
    const at = table();
    at.coordinator.propose(["We meet at noon."]);
    const view = viewOf(at.signer("Ben"));
    expect(view).toMatchObject({
      state: "needs-you",
      kind: "text",
      proposedBy: "the coordinator",
      approvals: { have: 0, needed: 2, total: 3 },
      approveLabel: "Approve the message",
      decision: { approve: true, makes: 1, needed: 2, sending: false },
      body: { shape: "messages", messages: [{ text: "We meet at noon." }] },
      canCancel: false,
    });
    expect(view.checks.map(({ code, state }) => `${code} ${state}`)).toEqual([
      "content passed",
      "label passed",
      "plain-text passed",
      "digest passed",
      "member passed",
      "key passed",
      "deadline passed",
    ]);
    expect(view.raw.filter(({ same }) => same === true)).toHaveLength(2);
    expect(view.board).toBeUndefined();
  });

  test("with hidden characters asks for a second look", () => {
    const at = table();
    at.coordinator.propose(["pay \u202E 5 to Eve"]);
    const check = viewOf(at.signer("Ben")).checks.find(({ code }) => code === "plain-text");
    expect(check?.state).toBe("asks");
  });

  test("is on a board for whoever coordinates it, with each step as it happens", () => {
    const at = table();
    at.coordinator.propose(["hello"]);
    at.signer("Ana").answer("approveOperation");
    const { board, canCancel, waitingFor } = viewOf(at.coordinator);
    expect(canCancel).toBe(true);
    expect(waitingFor).toEqual(["Ben", "Cai"]);
    expect(board?.rows.map(({ cells }) => cells.map(({ state }) => state))).toEqual([
      ["received", "verified", "received", "not-yet", "not-yet"],
      ["sent", "waiting", "not-yet", "not-yet", "not-yet"],
      ["sent", "waiting", "not-yet", "not-yet", "not-yet"],
    ]);
    expect(board?.wait).toMatchObject({ people: ["Ben", "Cai"], step: "approved" });
  });

  test("waits for people while too few approved, also where shares were asked for with numbers made ahead", () => {
    const at = table();
    at.coordinator.propose(["first"]);
    for (const name of ["Ana", "Ben"]) at.signer(name).answer("approveOperation");
    at.coordinator.propose(["second"]);
    at.signer("Ana").answer("approveOperation");
    const second = viewsOf(at.coordinator).find(({ subject }) => JSON.stringify(subject).includes("second"));
    expect(second).toMatchObject({ state: "waiting", approvals: { have: 1, needed: 2 } });
    expect(second?.board?.wait).toMatchObject({ step: "approved" });
    const { sessions } = [...at.coordinator.history.requests.values()].at(-1) ?? {};
    expect(sessions).not.toHaveLength(0);
  });

  test("is signed once enough approve; all tabs name the same signers and a link that verifies", () => {
    const at = table();
    at.coordinator.propose(["hello"]);
    at.signer("Ana").answer("approveOperation");
    at.signer("Cai").answer("approveOperation");
    for (const person of at.people) {
      const { result, state, checks, raw } = viewOf(person);
      expect(state).toBe("done");
      expect(result?.tookPart.map(({ name }) => name)).toEqual(["Ana", "Cai"]);
      expect(result?.notNeeded.map(({ name }) => name)).toEqual(["Ben"]);
      expect(result?.replaced).toEqual([]);
      expect(result?.signatures).toMatchObject([{ verified: true }]);
      expect(checks.every((check) => check.state === "passed")).toBe(true);
      expect(raw.map(({ label }) => label)).toContain("Signing package 1");
      const link = readVerifyFragment(result?.signatures[0]?.verifyHref.split("#")[1] ?? "");
      expect(link?.message).toEqual({ form: "text", value: "hello" });
      expect(
        schnorr.verify(
          hexToBytes(link?.signature ?? ""),
          textMessage("hello"),
          hexToBytes(link?.publicKey ?? ""),
        ),
      ).toBe(true);
    }
    expect(viewOf(at.coordinator).board?.rows.map(({ cells }) => cells.at(-1)?.state)).toEqual([
      "verified",
      "not-needed",
      "verified",
    ]);
  });

  test("keeps who signed it after every tab was opened again", () => {
    const at = table();
    at.coordinator.propose(["hello"]);
    at.signer("Ana").answer("approveOperation");
    at.signer("Cai").answer("approveOperation");
    const before = at.people.map((person) => viewOf(person).result?.tookPart);
    for (const person of at.people) person.reload();
    expect(at.people.map((person) => viewOf(person).result?.tookPart)).toEqual(before);
  });
});

describe("several texts at once", () => {
  test("are one request with one signature each", () => {
    const at = table();
    at.coordinator.propose(["one", "two", "three"]);
    expect(viewOf(at.signer("Ana"))).toMatchObject({
      kind: "batch",
      size: "3 messages",
      approveLabel: "Approve 3 messages",
    });
    at.signer("Ana").answer("approveOperation");
    at.signer("Ben").answer("approveOperation");
    const { result, body } = viewOf(at.signer("Ben"));
    expect(body).toMatchObject({ messages: [{ text: "one" }, { text: "two" }, { text: "three" }] });
    expect(result?.signatures.map(({ verified, label }) => [verified, label])).toEqual([
      [true, "Message 1"],
      [true, "Message 2"],
      [true, "Message 3"],
    ]);
  });
});

describe("a refusal", () => {
  test("is seen by all with its reason, and the others still sign", () => {
    const at = table();
    at.coordinator.propose(["hello"]);
    at.signer("Ben").answer("approveOperation", "not-expected");
    for (const person of [at.coordinator, at.signer("Ana")]) {
      const ben = viewOf(person).seats.find(({ name }) => name === "Ben");
      expect(ben).toMatchObject({ state: "refused", reason: "I did not expect this" });
    }
    expect(viewOf(at.signer("Ben"))).toMatchObject({ state: "refused", yourAnswer: "refused" });
    expect(viewOf(at.signer("Ben")).error).toBeUndefined();
    at.signer("Ana").answer("approveOperation");
    at.signer("Cai").answer("approveOperation");
    expect(viewOf(at.signer("Ben"))).toMatchObject({ state: "done", yourAnswer: "refused" });
    expect(stateOf(viewOf(at.coordinator))).toEqual({ Ana: "approved", Ben: "refused", Cai: "approved" });
  });

  test("of too many ends the request, with the names of those who refused", () => {
    const at = table();
    at.coordinator.propose(["hello"]);
    at.signer("Ben").answer("approveOperation", "wrong-time");
    at.signer("Cai").answer("approveOperation", "wrong-content");
    for (const person of [at.coordinator, at.signer("Ana")]) {
      expect(viewOf(person)).toMatchObject({
        state: "refused",
        error: { code: "too-few-keys", people: ["Ben", "Cai"] },
      });
    }
  });
});

describe("a signer who leaves", () => {
  test("in the middle of a session is replaced by name, and the reason is silence", () => {
    const at = table(2, ["Ana", "Ben", "Cai", "Dev"]);
    at.coordinator.propose(["hello"]);
    at.signer("Ana").answer("approveOperation");
    // Ben approves and is gone before the package reaches anybody.
    at.network = (_frame, to) => to.name !== "Ben";
    at.signer("Ben").answer("approveOperation");
    expect(viewOf(at.coordinator)).toMatchObject({ state: "signing", waitingFor: ["Ben"] });
    at.signer("Cai").answer("approveOperation");
    at.wait(5_000);
    at.wait(5_000);
    const { result } = viewOf(at.coordinator);
    expect(result?.tookPart.map(({ name }) => name)).toEqual(["Ana", "Cai"]);
    expect(result?.replaced).toEqual([{ name: "Ben", by: "Cai", why: "silent" }]);
  });
});

describe("requests that end", () => {
  test("say that they were cancelled, and by whom", () => {
    const at = table();
    at.coordinator.propose(["hello"]);
    const [digest] = at.coordinator.group.signing?.requests.keys() ?? [];
    if (digest === undefined) throw new Error("no request");
    const { groupId } = at.coordinator.group.sealed;
    const command = { tag: "cancel", digest, reason: "changed my mind" } as const;
    at.coordinator.command({ tag: "coordinateSigning", groupId, command });
    for (const person of at.people)
      expect(viewOf(person)).toMatchObject({ state: "cancelled", error: { code: "cancelled" } });
  });

  test("by time are expired, for everybody, and no answer can be given", () => {
    const at = table();
    at.coordinator.propose(["hello"]);
    at.wait(11 * 60_000);
    for (const person of at.people) {
      const view = viewOf(person);
      expect(view).toMatchObject({ state: "expired", error: { code: "expired" } });
      expect(view.decision).toBeUndefined();
    }
  });
});

describe("a coordinator who is gone", () => {
  test("can be replaced by any member, once", () => {
    const at = table();
    at.coordinator.propose(["hello"]);
    at.coordinator.closed = true;
    expect(viewOf(at.signer("Ana")).canTakeOver).toBe(false);
    at.wait(60_000);
    const ana = at.signer("Ana");
    const lost = viewOf(ana);
    expect(lost.canTakeOver).toBe(true);
    const again = operationOf(ana.group, lost.id);
    expect(again?.operation.type).toBe("text/1");
    ana.propose(["hello"]);
    expect(viewsOf(ana).find(({ id }) => id === lost.id)?.canTakeOver).toBe(false);
    expect(operationOf(ana.group, "00".repeat(32))).toBeNull();
  });
});

test("numbers made ahead are said to be so", () => {
  const at = table();
  const { groupId } = at.coordinator.group.sealed;
  at.coordinator.command({
    tag: "coordinateSigning",
    groupId,
    command: { tag: "prepare", roundId: roundId(new Uint8Array(16).fill(1)), pairs: 4 },
  });
  at.coordinator.propose(["hello"]);
  const [request] = at.coordinator.group.signing?.requests.values() ?? [];
  const asked = request?.sessions.get(1)?.members.map(({ seat }) => seat) ?? [];
  expect(asked).toHaveLength(2);
  for (const person of at.signers)
    if (asked.includes(person.party.config.identity.id)) person.answer("approveOperation");
  expect(viewOf(at.coordinator).result?.noncesAhead).toBe(true);
});

test("the inbox holds each request once, the nearest deadline first", () => {
  const at = table();
  at.coordinator.propose(["later"], 60);
  at.coordinator.propose(["sooner"], 5);
  at.signer("Ana").answer("approveOperation");
  const inbox = inboxView(viewsOf(at.signer("Ana")), true);
  expect(inbox.needsYou.map(({ subject }) => subject)).toEqual([[{ kind: "quote", text: "sooner" }]]);
  expect(inbox.waiting.map(({ subject }) => subject)).toEqual([[{ kind: "quote", text: "later" }]]);
  expect(inbox.done).toEqual([]);
  const order = viewsOf(at.signer("Ben")).map(({ subject }) => subject);
  expect(order).toEqual([[{ kind: "quote", text: "sooner" }], [{ kind: "quote", text: "later" }]]);
});
