import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { later } from "./later.ts";
import { type HttpServer, serveHttp } from "./process.ts";
import { requiredScenarios, rule } from "./referee.ts";

/** Scenarios no revision requires and that we pass all the same. */
const unscored: Readonly<Record<string, readonly string[]>> = {
  "2025-11-25": ["server-session-lifecycle", "json-schema-2020-12"],
  "2026-07-28": [
    "json-schema-2020-12",
    "http-header-validation",
    "http-custom-header-server-validation",
  ],
};

let server: HttpServer;
beforeAll(async () => {
  server = await serveHttp();
});
afterAll(() => server.close());

test("the referee requires 30 scenarios of 2025-11-25 and 37 of 2026-07-28", () => {
  expect(requiredScenarios("2025-11-25")).toHaveLength(30);
  expect(requiredScenarios("2026-07-28")).toHaveLength(37);
});

test("every exclusion names a required scenario, once", () => {
  const names = later.map(({ revision, scenario }) => `${revision} ${scenario}`);
  const required = Object.keys(unscored).flatMap((revision) =>
    requiredScenarios(revision).map((scenario) => `${revision} ${scenario}`),
  );
  expect(required).toEqual(expect.arrayContaining(names));
  expect(new Set(names).size).toBe(names.length);
});

describe.for(Object.entries(unscored))("%s", ([revision, extras]) => {
  const scenarios = [...requiredScenarios(revision), ...extras].map((scenario) => ({
    scenario,
    expected:
      later.find((entry) => entry.revision === revision && entry.scenario === scenario)?.verdict ??
      "passes",
  }));

  test.concurrent.for(scenarios)("$scenario $expected", async ({ scenario, expected }, context) => {
    const { verdict, report } = await rule(server.url, revision, scenario);
    context.expect(verdict, report).toBe(expected);
  });
});
