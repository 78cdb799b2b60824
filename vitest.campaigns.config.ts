import { defineConfig } from "vitest/config";

/** Long campaigns, each a command of its own: seeded defects that the simulation must notice (`npm run sim:defects`). */
export default defineConfig({
  test: {
    include: ["lib/**/*.campaign.test.ts"],
    environment: "node",
    pool: "forks",
    retry: 0,
    testTimeout: 600_000,
  },
});
