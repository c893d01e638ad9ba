import { defineConfig } from "vitest/config";

export default defineConfig({
  // Processes on a small machine: slow is not wrong.
  test: { testTimeout: 60_000, hookTimeout: 60_000 },
});
