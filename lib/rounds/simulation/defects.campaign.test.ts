import { expect, test } from "vitest";
import { campaign } from "../../../test/defects.ts";
import { defects } from "./testing/defects.ts";

const notice = campaign({
  folders: ["lib/frost", "lib/wire", "lib/rounds"],
  script: "scripts/sim.ts",
  parameters: (first, seeds) => [
    ...["--seed", String(first), "--seeds", String(seeds)],
    ...["--until-violation", "--json"],
  ],
  seeds: 500,
  withTesting: false,
});

test.concurrent.each(defects)(
  "the simulation notices within 500 seeds that $name",
  async (defect) => {
    const seen = await notice(defect);
    expect(
      seen.some((promise) => defect.breaks.includes(promise)),
      `${defect.name}: ${seen.join("; ") || "nothing was noticed"}`,
    ).toBe(true);
  },
  600_000,
);
