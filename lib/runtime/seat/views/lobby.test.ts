import { expect, test } from "vitest";
import type { ConnectionState } from "../../relay/state.ts";
import { readiness, Table } from "../testing/people.ts";
import type { Role } from "../../views/common.ts";
import type { LobbyView } from "../../views/lobby.ts";
import type { ReadableSeat } from "./readable-seat.ts";
import { awayAfterMs, lobbyView, mayClose } from "./lobby.ts";

/** What a tab shows of its lobby, where nothing beside the protocol is known. */
const viewOf = (seat: ReadableSeat, role: Role, now: number): LobbyView =>
  lobbyView(seat, {
    role,
    now,
    build: readiness.software,
    storage: { state: "unknown", canAsk: false },
    invite: null,
    trial: null,
    starting: false,
  });

/** A lobby of two signers and, where wanted, the coordinator in a seat of its own, as one of them sees it. */
function seen(coordinatorHasSeat: boolean) {
  const table = new Table(2, ["Ana", "Ben"]);
  const seats = coordinatorHasSeat ? 3 : 2;
  const settings = { name: "Test", network: "devnet", threshold: 2, seats } as const;
  table.coordinator.command({ tag: "lobby", command: { tag: "open", settings, expected: [] } });
  if (coordinatorHasSeat)
    table.coordinator.command({ tag: "member", command: { tag: "join", name: "Mara", readiness } });
  for (const person of table.signers)
    person.command({ tag: "member", command: { tag: "join", name: person.name, readiness } });
  table.coordinator.command({ tag: "lobby", command: { tag: "propose" } });
  return viewOf(table.signer("Ana"), "signer", table.now);
}

test("a coordinator that holds a share is told of with its seat, so that nobody reads it holds none", () => {
  const { coordinator, coordinatorSeat, seats } = seen(true);
  expect(coordinator).toBe("Mara");
  expect(seats.find(({ seat }) => seat === coordinatorSeat)?.name).toBe("Mara");
});

test("a coordinator without a share has no seat", () => {
  const view = seen(false);
  expect(view.coordinator).toBe("the coordinator");
  expect(view).not.toHaveProperty("coordinatorSeat");
});

/** The coordinator's lobby of two who joined and approved, after a time without a word from them. */
function sealedLobby(connection: ConnectionState, silentMs: number) {
  const table = new Table(2, ["Ana", "Ben"]);
  table.seal();
  table.coordinator.relay = { connection, unsent: 0, problem: null, present: [] };
  return viewOf(table.coordinator, "coordinator", table.now + silentMs);
}
const online: ConnectionState = { tag: "online", caughtUp: true };
const relayOf = ({ preflight }: ReturnType<typeof sealedLobby>) =>
  preflight.find(({ kind }) => kind === "relay");

test("somebody silent does not keep the key from being made, and the list before the start says so too", () => {
  const view = sealedLobby(online, awayAfterMs + 1000);
  expect(view.run).toEqual({ allowed: true });
  expect(relayOf(view)).toEqual({ kind: "relay", state: "warning", blocks: false, people: ["Ana", "Ben"] });
  expect(relayOf(sealedLobby(online, 0))).toMatchObject({ state: "passed" });
});

test("a tab without the relay starts nothing, and the list says it of this tab and of nobody else", () => {
  const view = sealedLobby({ tag: "connecting", attempt: 2 }, 0);
  expect(view.run).toEqual({ allowed: false, why: { kind: "offline" } });
  expect(relayOf(view)).toEqual({ kind: "relay", state: "waiting", blocks: true, people: [] });
});

test("a lobby can be closed by its coordinator alone, while nobody's approval is sealed, and says so on every screen", () => {
  const table = new Table(2, ["Ana", "Ben"]);
  const settings = { name: "Test", network: "devnet", threshold: 2, seats: 2 } as const;
  table.coordinator.command({ tag: "lobby", command: { tag: "open", settings, expected: [] } });
  const ana = table.signer("Ana");
  ana.command({ tag: "member", command: { tag: "join", name: "Ana", readiness } });
  expect(viewOf(table.coordinator, "coordinator", table.now)).toMatchObject({
    closable: true,
    removable: ["Ana"],
  });
  expect(viewOf(ana, "signer", table.now)).not.toHaveProperty("closable");

  table.coordinator.command({ tag: "lobby", command: { tag: "close" } });
  const closed = { allowed: false, why: { kind: "closed" } };
  for (const view of [
    viewOf(table.coordinator, "coordinator", table.now),
    viewOf(ana, "signer", table.now),
  ]) {
    expect(view.run).toEqual(closed);
    expect(view).not.toHaveProperty("closable");
    expect(view).not.toHaveProperty("removable");
  }
});

test("a sealed lobby is not closed by a button: everybody's approval is given, and Run DKG is next", () => {
  const table = new Table(2, ["Ana", "Ben"]);
  table.seal();
  const view = viewOf(table.coordinator, "coordinator", table.now);
  expect(view).not.toHaveProperty("closable");
  expect(mayClose(table.coordinator.party)).toBe(false);
});
