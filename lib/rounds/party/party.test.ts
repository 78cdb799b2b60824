import { describe, expect, test } from "vitest";
import { Hub } from "./testing/hub.ts";

describe("from invite to a key", () => {
  test.each([
    { seats: 3, threshold: 2 },
    { seats: 5, threshold: 3 },
    { seats: 3, threshold: 4, weights: [2, 1, 3] },
    { seats: 3, threshold: 2, coordinatorSits: true },
  ])("$seats seats, threshold $threshold, weights $weights, coordinator sits $coordinatorSits", (options) => {
    const hub = new Hub(options);
    const id = hub.seal();
    hub.runDkg(id);
    const keys = hub.signers.map((tab) => {
      const phase = tab.party.groups.get(id)?.keygen?.phase;
      expect(phase?.tag).toBe("ready");
      return phase?.tag === "ready" ? phase.certified.keyHash : "";
    });
    expect(new Set(keys).size).toBe(1);
    expect(hub.coordinator.party.groups.get(id)?.keygenCoordinator?.phase.tag).toBe("ready");
  });
});
