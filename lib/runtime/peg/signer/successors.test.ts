import { utf8ToBytes } from "@noble/hashes/utils.js";
import { beforeAll, expect, test } from "vitest";
import { MemoryStore } from "../../memory-store.ts";
import { groupInMaking, groupInUse, isGathering } from "../../seat/groups.ts";
import { Table } from "../../seat/testing/people.ts";
import { usableKey, type GroupId } from "../../../rounds/index.ts";
import { introductionText, Successors } from "./successors.ts";

const readiness = { software: "test", storageProtected: true, backupVerified: false };
const sealer = {
  seal: (_: string, bytes: Uint8Array) => bytes,
  open: (_: string, bytes: Uint8Array) => bytes,
};

let table: Table;
let first: GroupId;
let key: Uint8Array;
/** What the coordinator's tab was for, stage by stage. */
const stages: string[] = [];

function note(): void {
  const { party } = table.coordinator;
  const name = (id: string | undefined): string => (id === undefined ? "none" : id === first ? "old" : "new");
  const [use, making] = [groupInUse(party), groupInMaking(party)];
  stages.push(
    `${name(use?.sealed.groupId)}/${name(making?.sealed.groupId)}${isGathering(party) ? " gathers" : ""}`,
  );
}

beforeAll(() => {
  table = new Table(2, ["Ann", "Ben", "Cleo", "Dan"]);
  const { coordinator, signers } = table;
  const [ann, ben, cleo, dan] = signers;
  if (ann === undefined || ben === undefined || cleo === undefined || dan === undefined) throw new Error();
  const lobby = (command: object): void =>
    coordinator.command({ tag: "lobby", command } as Parameters<typeof coordinator.command>[0]);
  const run = (groupId: GroupId): void =>
    coordinator.command({ tag: "coordinateKeygen", groupId, command: { tag: "runDkg" } });
  const join = (person: typeof ann): void =>
    person.command({ tag: "member", command: { tag: "join", name: person.name, readiness } });
  lobby({ tag: "open", settings: { name: "Test", network: "devnet", threshold: 2, seats: 3 }, expected: [] });
  for (const person of [ann, ben, cleo]) join(person);
  lobby({ tag: "propose" });
  for (const person of [ann, ben, cleo]) person.answer("approveRoster");
  first = coordinator.group.sealed.groupId;
  run(first);
  for (const person of [coordinator, ann, ben, cleo]) person.answer("compareFingerprint");
  note();

  lobby({ tag: "reopen", threshold: 2, seats: 3, remove: [cleo.identity.id] });
  note();
  join(dan);
  lobby({ tag: "propose" });
  for (const person of [ann, ben, dan]) person.answer("approveRoster");
  note();
  run(coordinator.group.sealed.groupId);
  for (const person of [coordinator, ann, ben, dan]) person.answer("compareFingerprint");
  note();
  const { keygenCoordinator } = coordinator.group;
  const usable = keygenCoordinator === null ? null : usableKey(keygenCoordinator);
  if (usable === null) throw new Error("the next group has no key");
  key = usable.key.publicKeyPackage.xOnly;
}, 60_000);

test("while the next group is made, a tab stays with the one that has a key", () => {
  expect(stages).toEqual(["old/none", "old/none gathers", "old/new", "new/none"]);
  expect(groupInUse(table.signer("Cleo").party)?.sealed.groupId).toBe(first);
});

test("a member of both groups knows the next one, and confirms it by its code", async () => {
  const { party } = table.signer("Ann");
  const store = new MemoryStore();
  const successors = await Successors.open(store, sealer);
  expect(successors.facts(party, key)).toMatchObject({ tookPart: true, alive: true, confirmed: false });
  expect(successors.facts(party, new Uint8Array(32).fill(1))).toBeNull();
  const { code = "" } = successors.introduced(party, key) ?? {};
  expect(await successors.confirm(party, key, "0000 0000", 1)).toBe(false);
  expect(successors.facts(party, key)?.confirmed).toBe(false);
  expect(await successors.confirm(party, key, ` ${code.toUpperCase()}`, 1)).toBe(true);
  const again = await Successors.open(store, sealer);
  expect(again.facts(party, key)?.confirmed).toBe(true);
});

test("who has no seat there judges by a record, of which everything is checked", async () => {
  const { party } = table.signer("Cleo");
  const store = new MemoryStore();
  const successors = await Successors.open(store, sealer);
  expect(successors.facts(party, key)).toBeNull();
  const text = introductionText(table.coordinator.party, table.coordinator.group.sealed.groupId) ?? "";
  const found = await successors.introduce(utf8ToBytes(text));
  expect(found?.roster.seats.map(({ name }) => name)).toEqual(["Ann", "Ben", "Dan"]);
  expect(successors.facts(party, key)).toMatchObject({ tookPart: false, alive: true, confirmed: false });
  expect(await successors.confirm(party, key, found?.words.join(" ") ?? "", 1)).toBe(true);
  expect((await Successors.open(store, sealer)).facts(party, key)).toMatchObject({ confirmed: true });
});

test("a record with one changed byte, of another kind, or of nothing is no record", async () => {
  const { party } = table.signer("Cleo");
  const successors = await Successors.open(new MemoryStore(), sealer);
  const text = introductionText(table.coordinator.party, table.coordinator.group.sealed.groupId) ?? "";
  const at = text.indexOf('"record":"') + 10;
  let taken = 0;
  for (let i = at + 60; i < text.length - 4; i += Math.floor(text.length / 12)) {
    const digit = text[i] === "0" ? "1" : "0";
    const changed = `${text.slice(0, i)}${digit}${text.slice(i + 1)}`;
    const found = await successors.introduce(utf8ToBytes(changed));
    // a frame nobody needs may be spoilt: then the rest still shows the same key, alive or not
    if (found !== null) taken += Number(found.key.join() !== key.join());
  }
  expect(taken).toBe(0);
  for (const other of ["", "{}", '{"hoarfrost":"next-group","version":1,"record":"00"}'])
    expect(await successors.introduce(utf8ToBytes(other))).toBeNull();
  expect(introductionText(party, table.coordinator.group.sealed.groupId)).toBeNull();
});
