import { defineConfig } from "vitest/config";

/** Seeded defects that the simulation must notice: `npm run sim:defects`, and a part of `npm test`. */
export default defineConfig({
  test: {
    include: ["lib/**/*.campaign.test.ts"],
    environment: "node",
    pool: "forks",
    retry: 0,
    testTimeout: 600_000,
    // Each test runs the simulation in a process of its own.
    maxConcurrency: 2,
  },
});
