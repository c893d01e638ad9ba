import { defineConfig } from "vitest/config";

export default defineConfig({
  // Real servers on a small machine: slow is not wrong. Half of the time a test waits for them, so
  // that two files get on at once.
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
  },
});
