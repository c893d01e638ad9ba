import { defineConfig } from "vitest/config";

export default defineConfig({
  // Whole packages are made, built and started, on a small machine.
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
