import { expect, test } from "vitest";
import { createLog } from "./log.ts";

function record(secrets: readonly string[] = []) {
  const lines: string[] = [];
  return { lines, log: createLog((line) => lines.push(line), { secrets }) };
}

test("an error is logged with its reference and its stack", () => {
  const { lines, log } = record();
  log.error(new Error("broken"), "query", "ab12");
  expect(lines).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z error query \[ab12\] Error: broken\n +at /),
  ]);
});

test("no line holds a secret, however short", () => {
  const { lines, log } = record(["p4", "a long one"]);
  log.error(new Error("p4 and a long one"), "query", "ab12");
  log.info("token=p4 a%20long%20one");
  expect(lines.join("")).not.toMatch(/p4|a long one|a%20long/);
});

test.for([
  "text",
  undefined,
  null,
  42n,
  Symbol("s"),
  Object.create(null),
  { toString: () => expect.unreachable() },
  new Proxy({}, {}),
])("anything that can be thrown can be logged (%#)", (error) => {
  const { lines, log } = record();
  log.error(error, "query", "ab12");
  expect(lines).toHaveLength(1);
});
