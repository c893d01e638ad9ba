import { type HttpServer, serveHttp } from "@fairlead/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bin } from "./bin.ts";
import { rule } from "./referee.ts";
import { requiredScenarios, unscoredScenarios } from "./requirements.ts";
import {
  expectationsOf,
  later,
  leftOut,
  runRevisions,
  scoredRevisions,
  unscored,
  warned,
} from "./scenarios.ts";

let server: HttpServer;
beforeAll(async () => {
  // One of the scenarios is about a stream that the server closes before the answer.
  server = await serveHttp(bin, ["--max-stream-seconds", "1"]);
});
afterAll(() => server.close());

const passed = { "2025-06-18": 0, "2025-11-25": 0, "2026-07-28": 0 };
afterAll(() => {
  for (const revision of runRevisions) {
    const sum = `${passed[revision]} of ${expectationsOf(revision).length} server scenarios pass`;
    process.stderr.write(`Conformance at ${revision}: ${sum}\n`);
  }
});

test("the referee requires 30 scenarios of 2025-11-25 and 37 of 2026-07-28", () => {
  expect(requiredScenarios("2025-11-25")).toHaveLength(30);
  expect(requiredScenarios("2026-07-28")).toHaveLength(37);
});

test("every exclusion names a required scenario, once", () => {
  const names = [...later, ...warned].map(toKey);
  const required = scoredRevisions.flatMap((revision) =>
    requiredScenarios(revision).map((scenario) => toKey({ revision, scenario })),
  );
  expect(required).toEqual(expect.arrayContaining(names));
  expect(new Set(names).size).toBe(names.length);
});

test.for(scoredRevisions)("what is left out at %s is not required", (revision) => {
  const known = unscoredScenarios(revision).map(({ scenario }) => scenario);
  const left = leftOut(revision).map(({ scenario }) => scenario);
  expect(known).toEqual(expect.arrayContaining([...unscored[revision]]));
  expect(left.length + unscored[revision].length).toBe(known.length);
  for (const scenario of left) expect(requiredScenarios(revision)).not.toContain(scenario);
});

test("the referee has 27 server scenarios for 2025-06-18", () => {
  expect(expectationsOf("2025-06-18")).toHaveLength(27);
});

describe.for(runRevisions)("%s", (revision) => {
  const scenarios = expectationsOf(revision);

  test.concurrent.for(scenarios)("$scenario $expected", async ({ scenario, expected }, context) => {
    const { verdict, report } = await rule(server.url, revision, scenario);
    context.expect(verdict, report).toBe(expected);
    if (verdict === "passes") passed[revision] += 1;
  });
});

function toKey({ revision, scenario }: { revision: string; scenario: string }): string {
  return `${revision} ${scenario}`;
}
