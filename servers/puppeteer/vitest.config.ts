import { defineConfig } from "vitest/config";

export default defineConfig({
  // Real browsers on a small machine: one file after the other, and slow is not wrong.
  test: {
    testTimeout: 120_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    fileParallelism: false,
  },
});
