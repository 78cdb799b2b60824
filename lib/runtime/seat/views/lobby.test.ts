import { expect, test } from "vitest";
import { readiness, Table } from "../testing/people.ts";
import { lobbyView } from "./lobby.ts";

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
  return lobbyView(table.signer("Ana"), {
    role: "signer",
    now: table.now,
    build: readiness.software,
    storage: { state: "unknown", canAsk: false },
    invite: null,
    trial: null,
    starting: false,
  });
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
