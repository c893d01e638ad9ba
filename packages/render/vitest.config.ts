import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Many tests start processes; on a small, shared machine none is bound to answer at once.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // They mostly wait for those processes, so a file more than there are cores does no harm.
    maxWorkers: 3,
  },
});
