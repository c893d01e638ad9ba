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

test("a file name with a line end, a colour and an override of direction forges no event", () => {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line), { secrets: [] });
  const name = "a\n2026-01-01T00:00:00.000Z info all is well\r\u001b[31m\u202egpj.exe";
  log.error(new Error(`cannot read ${name}`), "read_file", "r1");
  log.warn(name);
  for (const line of lines) {
    const [first, ...rest] = line.trimEnd().split("\n");
    expect(first).toMatch(/^\d{4}-\S+Z (?:error|warn) /);
    for (const more of rest) expect(more).toMatch(/^ {4}/);
    expect(line).toContain("\\u{1B}[31m\\u{202E}gpj.exe");
    expect(line).toContain("\\u{D}");
  }
});
