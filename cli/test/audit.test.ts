import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createAudit, openAuditFile } from "@fairlead/operate/audit";
import { run } from "@fairlead/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "fairlead-cli-audit-"));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, "audit.jsonl");
let content = "";

beforeAll(async () => {
  const file = openAuditFile({
    ...{ path, sync: "never", maxBytes: Number.POSITIVE_INFINITY },
    problem: () => undefined,
  });
  const audit = await createAudit({
    ...{ sink: file, head: file.head, mode: "required", strict: false },
    server: { name: "test", version: "1" },
    redact: (text) => text,
    log: { info: () => undefined, warn: () => undefined },
  });
  audit.denied({ principal: { id: "ann" }, by: "protocol", reason: "Unknown tool: x", tool: "x" });
  await audit.close();
  content = readFileSync(path, "utf8");
});

const verify = (...words: string[]) => run(main, ["audit", "verify", ...words]);
const toFile = (text: string) => {
  const file = join(folder, "other.jsonl");
  writeFileSync(file, text);
  return file;
};

test("a whole log ends with its last line, which can be asked for later", async () => {
  const { code, stdout } = await verify(path);
  expect(stdout).toMatch(
    /^Whole: 3 lines in 1 file, from \d{4}-.+Z to \d{4}-.+Z\.\nLast line: 3:[0-9a-f]{64}\n$/,
  );
  expect(code).toBe(0);
  const [, head = ""] = /Last line: (\S+)/.exec(stdout) ?? [];
  expect((await verify("--expect", head, path)).code).toBe(0);
  const cut = toFile(content.split("\n").slice(0, 2).join("\n").concat("\n"));
  expect(await verify(cut)).toMatchObject({ code: 0 });
  expect(await verify("--expect", head, cut)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("Line 3 with the hash"),
  });
});

test("a broken log is told with file and line", async () => {
  const file = toFile(content.replace("Unknown tool: x", "Unknown tool: y"));
  const { code, stdout } = await verify(file);
  expect(stdout).toContain(
    `Broken: ${file}, line 2: This line was changed: its hash does not fit.`,
  );
  expect(code).toBe(1);
});

test("a log that was cut in the middle of its last line has an exit code of its own", async () => {
  const file = toFile(content);
  truncateSync(file, content.length - 20);
  const { code, stdout } = await verify(file);
  expect(stdout).toMatch(/^Whole: 2 lines .*\nAt the end are \d+ bytes that are not a whole line/);
  expect(code).toBe(3);
});

test.for([
  [[join(folder, "absent")], "ENOENT"],
  [[], "Usage: fairlead audit verify"],
  [["--expect", "last", path], "Usage: fairlead audit verify"],
  [["--deep", path], "Usage: fairlead audit verify"],
] as const)("verify %j is wrong", async ([words, said]) => {
  const { code, stderr } = await verify(...words);
  expect(stderr).toContain(said);
  expect(code).toBe(2);
});

test("a stream needs the URL of a Redis that answers, and the URL is not shown", async () => {
  const nowhere = "redis://:hunter2hunter2@127.0.0.1:1";
  const stream = await run(main, ["audit", "verify", "--stream", "k", "--redis", nowhere]);
  expect(stream.code).toBe(2);
  expect(stream.stderr).toBe("The stream cannot be read (ECONNREFUSED).\n");
  expect((await verify("--stream", "k", path)).code).toBe(2);
  expect((await verify("--stream", "k")).stderr).toContain("--redis");
});
