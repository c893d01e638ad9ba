import { defineConfig } from "vitest/config";

export default defineConfig({
  // Real servers on a small machine: slow is not wrong.
  test: { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 20_000 } } },
});
