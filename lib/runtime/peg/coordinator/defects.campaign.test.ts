import { expect, test } from "vitest";
import { campaign } from "../../../../test/defects.ts";
import { defects } from "./testing/defects.ts";

const seeds = 400;
const notice = campaign({
  folders: ["lib", "devnet/bitcoin"],
  script: "scripts/sim-peg.ts",
  parameters: (first, runs) => ["--seed", String(first), "--runs", String(runs), "--until-broken", "--json"],
  seeds,
  withTesting: true,
});

test.concurrent.each(defects)(
  `the peg's simulation notices within ${seeds} seeds that $name`,
  async (defect) => {
    const seen = await notice(defect);
    expect(
      seen.some((promise) => defect.breaks.includes(promise)),
      `${defect.name}: ${seen.join("; ") || "nothing was noticed"}`,
    ).toBe(true);
  },
  600_000,
);
