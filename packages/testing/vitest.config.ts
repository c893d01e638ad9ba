import { defineConfig } from "vitest/config";

export default defineConfig({
  // The first to ask for an image waits until it is built, and the others go on meanwhile.
  test: { testTimeout: 900_000, hookTimeout: 60_000, maxWorkers: 2 },
});
