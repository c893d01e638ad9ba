import { type HttpServer, serveHttp } from "@fairlead/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bin } from "./bin.ts";
import { later, warned } from "./later.ts";
import { requiredScenarios, rule } from "./referee.ts";

/** Scenarios no revision requires and that we pass all the same. */
const unscored: Readonly<Record<string, readonly string[]>> = {
  "2025-11-25": ["json-schema-2020-12"],
  "2026-07-28": [
    "json-schema-2020-12",
    "http-header-validation",
    "http-custom-header-server-validation",
  ],
};

let server: HttpServer;
beforeAll(async () => {
  server = await serveHttp(bin);
});
afterAll(() => server.close());

test("the referee requires 30 scenarios of 2025-11-25 and 37 of 2026-07-28", () => {
  expect(requiredScenarios("2025-11-25")).toHaveLength(30);
  expect(requiredScenarios("2026-07-28")).toHaveLength(37);
});

test("every exclusion names a required scenario, once", () => {
  const names = [...later, ...warned].map(toKey);
  const required = Object.keys(unscored).flatMap((revision) =>
    requiredScenarios(revision).map((scenario) => toKey({ revision, scenario })),
  );
  expect(required).toEqual(expect.arrayContaining(names));
  expect(new Set(names).size).toBe(names.length);
});

const failing = new Set(later.map(toKey));
const warning = new Set(warned.map(toKey));

describe.for(Object.entries(unscored))("%s", ([revision, extras]) => {
  const scenarios = [...requiredScenarios(revision), ...extras].map((scenario) => {
    const key = toKey({ revision, scenario });
    const expected = failing.has(key) ? "fails" : warning.has(key) ? "warns" : "passes";
    return { scenario, expected };
  });

  test.concurrent.for(scenarios)("$scenario $expected", async ({ scenario, expected }, context) => {
    const { verdict, report } = await rule(server.url, revision, scenario);
    context.expect(verdict, report).toBe(expected);
  });
});

function toKey({ revision, scenario }: { revision: string; scenario: string }): string {
  return `${revision} ${scenario}`;
}
