import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{lib,relay,devnet,components,test,scripts}/**/*.test.{ts,tsx}"],
    // Campaigns take many minutes and have a command of their own.
    exclude: ["**/node_modules/**", "**/*.campaign.test.ts"],
    environment: "node",
    pool: "forks",
    retry: 0,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
