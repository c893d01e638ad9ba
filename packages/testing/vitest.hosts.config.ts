import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["hosts/*.test.ts"], fileParallelism: false, testTimeout: 60_000 },
});
