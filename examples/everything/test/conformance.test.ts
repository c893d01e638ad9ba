import { type HttpServer, serveHttp } from "@fairlead/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bin } from "./bin.ts";
import { rule, ruleAll } from "./referee.ts";
import { requiredScenarios, unscoredScenarios } from "./requirements.ts";
import {
  leftOut,
  runRevisions,
  scenariosOf,
  scoredRevisions,
  skipped,
  unscored,
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
    const sum = `${passed[revision]} of ${scenariosOf(revision).length} server scenarios pass`;
    process.stderr.write(`Conformance at ${revision}: ${sum}\n`);
  }
});

test("the referee requires 30 scenarios of 2025-11-25 and 37 of 2026-07-28", () => {
  expect(requiredScenarios("2025-11-25")).toHaveLength(30);
  expect(requiredScenarios("2026-07-28")).toHaveLength(37);
});

test.for(scoredRevisions)("what is left out at %s is not required", (revision) => {
  const known = unscoredScenarios(revision).map(({ scenario }) => scenario);
  const left = leftOut(revision).map(({ scenario }) => scenario);
  expect(known).toEqual(expect.arrayContaining([...unscored[revision]]));
  expect(left.length + unscored[revision].length).toBe(known.length);
  for (const scenario of left) expect(requiredScenarios(revision)).not.toContain(scenario);
});

test.for(skipped)("%s has no check in it that could be passed", async (scenario) => {
  const { verdict, report } = await rule(server.url, "2026-07-28", scenario);
  expect(verdict, report).toBe("nothing");
});

test("the referee has 27 server scenarios for 2025-06-18", () => {
  expect(scenariosOf("2025-06-18")).toHaveLength(27);
});

describe.for(runRevisions)("%s", (revision) => {
  let rulings: Awaited<ReturnType<typeof ruleAll>>;
  beforeAll(async () => {
    rulings = await ruleAll(server.url, revision);
  });

  test.concurrent.for(scenariosOf(revision))("%s", async (scenario, context) => {
    const { verdict, report } =
      rulings.get(scenario) ?? (await rule(server.url, revision, scenario));
    context.expect(verdict, report).toBe("passes");
    passed[revision] += 1;
  });
});
