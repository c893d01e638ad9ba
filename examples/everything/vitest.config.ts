import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // The referee and the Inspector are processes of their own: two at a time keep a small machine
    // responsive, and none of them is bound to answer within vitest's five seconds.
    maxConcurrency: 2,
    // Most of the time a test waits for processes, so that two files get on at once.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
