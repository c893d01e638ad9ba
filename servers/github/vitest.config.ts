import { defineConfig } from "vitest/config";

export default defineConfig({
  // Real processes and real files on a small machine: slow is not wrong.
  test: { testTimeout: 120_000, hookTimeout: 60_000, expect: { poll: { timeout: 20_000 } } },
});
