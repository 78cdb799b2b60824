import { bech32m } from "@scure/base";
import { bytesToHex } from "@noble/hashes/utils.js";
import { describe, expect, test } from "vitest";
import { sampleOf } from "../sample.ts";
import { type Person, Table } from "../testing/people.ts";
import { type GroupExtras, groupView } from "./group.ts";

const table = () => new Table(2, ["Ana", "Ben", "Cai"]).ready();

const backup = { state: "none", stage: "idle", holds: [] } as const;
const extras = (person: Person, change: Partial<GroupExtras> = {}): GroupExtras => ({
  role: "signer",
  now: person.table.now,
  build: "test",
  backup,
  storage: { state: "protected", canAsk: false },
  sending: new Set(),
  notifications: "off",
  lockAfterMs: null,
  error: null,
  ...change,
});
const viewOf = (person: Person, change: Partial<GroupExtras> = {}) =>
  groupView(person, person.group, extras(person, change));

describe("the group's screen", () => {
  test("shows the same address, key and code in every tab, and the address is the key itself", () => {
    const at = table();
    const views = at.people.map((person) => viewOf(person).overview);
    const [first] = views;
    for (const { address, publicKey, code } of views)
      expect({ address, publicKey, code }).toEqual({
        address: first?.address,
        publicKey: first?.publicKey,
        code: first?.code,
      });
    const { prefix, words } = bech32m.decode(first?.address as `${string}1${string}`);
    expect(prefix).toBe("bcrt");
    expect(words[0]).toBe(1);
    expect(bytesToHex(Uint8Array.from(bech32m.fromWords(words.slice(1))))).toBe(first?.publicKey);
    expect(first?.comparedAt).toBeTypeOf("number");
    expect(first?.proofOfLifeAt).toBeTypeOf("number");
    expect(first?.alarm).toBeUndefined();
  });

  test("is not made before the key is ready: there is no address to show", () => {
    const at = new Table(2, ["Ana", "Ben"]);
    at.makeKey();
    const ana = at.signer("Ana");
    expect(ana.group.keygen?.phase.tag).toBe("comparing");
    expect(() => viewOf(ana)).toThrow("not ready");
  });

  test("says of each seat what its tab said, and of this one what this tab knows", () => {
    const at = table();
    at.signer("Cai").closed = true;
    at.wait(60_000);
    const seats = viewOf(at.signer("Ana")).seats.map(({ name, you, presence, storage, backup: saved }) => ({
      name,
      you,
      presence,
      storage,
      saved,
    }));
    expect(seats).toEqual([
      { name: "Ana", you: true, presence: "online", storage: "protected", saved: "none" },
      { name: "Ben", you: false, presence: "online", storage: "protected", saved: "none" },
      { name: "Cai", you: false, presence: "away", storage: "protected", saved: "none" },
    ]);
    expect(viewOf(at.signer("Ana"), { build: "other" }).seats[1]?.versionMatches).toBe(false);
  });

  test("names who reported another code after the address was out", () => {
    const at = table();
    const ben = at.signer("Ben");
    const { groupId } = ben.group.sealed;
    ben.command({ tag: "keygen", groupId, command: { tag: "reportMismatch" } });
    const view = viewOf(at.signer("Ana"));
    expect(view.overview.alarm?.people).toEqual(["Ben"]);
    at.coordinator.propose(["hello"]);
    const [request] = viewOf(at.signer("Ana")).requests;
    expect(request?.checks.find(({ code }) => code === "alarm")?.state).toBe("asks");
  });

  test("offers proposing within the protocol's limits", () => {
    const { compose, inbox } = viewOf(table().signer("Ana"));
    expect(inbox.canPropose).toBe(true);
    expect(compose).toMatchObject({ maxMessages: 64, maxBytes: 8_192, busy: false });
    expect(compose.expiries.map(({ minutes }) => minutes).toSorted((a, b) => a - b)).toEqual([10, 60, 1_440]);
  });

  test("can be sent to a window: it is plain data", () => {
    const at = table();
    at.coordinator.propose(["hello"]);
    at.signer("Ana").answer("approveOperation");
    for (const person of at.people) {
      const view = viewOf(person);
      expect(structuredClone(view)).toEqual(view);
    }
  });
});

describe("the status of a group", () => {
  test("says who was there, and when too few were to sign", () => {
    const at = table();
    const ana = at.signer("Ana");
    const sample = () => ana.availability.add(sampleOf(ana, ana.group.sealed.roster, at.now));
    for (let i = 0; i < 6; i++) {
      at.wait(100_000);
      sample();
    }
    at.signer("Ben").closed = true;
    at.signer("Cai").closed = true;
    for (let i = 0; i < 6; i++) {
      at.wait(100_000);
      sample();
    }
    const { status } = viewOf(ana);
    const byName = Object.fromEntries(status.availability.map((row) => [row.name, row]));
    expect(byName["Ana"]?.onlineShare).toBe(1);
    expect(byName["Ben"]?.onlineShare).toBeCloseTo(0.5);
    expect(byName["Ben"]?.now).toBe("away");
    expect(byName["Ben"]?.bins.filter((bin) => bin === "away").length).toBeGreaterThan(3);
    expect(byName["Ben"]?.bins[0]).toBe("unknown");
    expect(status.couldSign.share).toBeCloseTo(0.5);
    expect(status.couldSign.bins).toHaveLength(status.availability[0]?.bins.length ?? 0);
    expect(status.noMarginFor).toBeUndefined();
  });

  test("names those without whom nothing is signed", () => {
    const at = table();
    at.signer("Cai").closed = true;
    at.wait(60_000);
    expect(viewOf(at.signer("Ana")).status.noMarginFor).toEqual(["Ana", "Ben"]);
  });

  test("keeps each round with what came of it", () => {
    const at = table();
    at.coordinator.propose(["hello"]);
    at.signer("Ana").answer("approveOperation");
    expect(viewOf(at.coordinator).status.history[0]).toMatchObject({ kind: "signing", outcome: "running" });
    at.signer("Ben").answer("approveOperation");
    const { history, rounds, latency } = viewOf(at.coordinator).status;
    expect(history.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      "signing done",
      "proof-of-life done",
      "keygen done",
    ]);
    expect(history[0]?.people).toEqual(["Ana", "Ben"]);
    expect(rounds.reduce((sum, { done }) => sum + done, 0)).toBe(3);
    const measured = latency.filter(({ medianMs }) => medianMs !== undefined).map(({ name }) => name);
    expect(measured).toEqual(expect.arrayContaining(["Ana", "Ben"]));
  });
});
