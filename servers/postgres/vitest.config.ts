import { hasPostgres } from "@fairlead/testing";
import { configDefaults, defineConfig } from "vitest/config";

// What needs several connections, locks, timeouts or a server's files.
const real = ["src/tools/tools.test.ts", "test/clients.test.ts", "test/{database,secrets}.test.ts"];
const required = process.env["FAIRLEAD_REQUIRE"] === "all";
// Where everything is required they run, and fail for want of a server.
const left = hasPostgres() || required ? [] : real;
if (left.length > 0) console.warn(`No PostgreSQL on this machine, so not run: ${left.join(", ")}`);

export default defineConfig({
  test: {
    exclude: [...configDefaults.exclude, ...left],
    // Real servers on a small machine: slow is not wrong.
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
