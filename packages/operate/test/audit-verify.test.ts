import { createHash } from "node:crypto";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { verifyAudit } from "../src/audit/index.ts";
import { carryOut, newPath, open } from "./audit.fixture.ts";

let whole: readonly string[] = [];
let other: readonly string[] = [];

beforeAll(async () => {
  const write = async () => {
    const log = await open(newPath());
    for (const name of ["Ann", "Ben", "Cem", "Dan"]) {
      await carryOut(log, { arguments: { name } });
    }
    await log.close();
    return readFileSync(log.path, "utf8").split("\n").slice(0, -1);
  };
  whole = await write();
  other = await write();
});

function toFile(lines: readonly string[]): string {
  const path = newPath();
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  return path;
}

/** Gives a line its own hash anew, as somebody would who knows the form. */
function rehash(line: string): string {
  const body = line.replace(/,"hash":"[0-9a-f]{64}"\}$/, "}");
  const hash = createHash("sha256").update(body).digest("hex");
  return `${body.slice(0, -1)},"hash":"${hash}"}`;
}

test("a log is whole, and each line's hash is that of its text without it", async () => {
  const report = await verifyAudit([toFile(whole)]);
  expect(report).toMatchObject({ lines: 10, begins: 1, torn: 0, unended: 0, lost: 0 });
  expect(report.broken).toBeUndefined();
  expect(whole.map(rehash)).toEqual(whole);
  expect(report.head.hash).toBe(JSON.parse(whole[9] ?? "").hash);
  expect(report.first).toBe(JSON.parse(whole[0] ?? "").time);
});

const at = (index: number) => whole[index] ?? "";
const edited = () => at(3).replace("Ben", "Bob");

describe("shows", () => {
  test.for([
    ["an edited line", () => whole.with(3, edited()), 4],
    ["an edited line with a hash of its own", () => whole.with(3, rehash(edited())), 5],
    [
      "a hash that was exchanged",
      () => whole.with(3, at(3).replace(/[0-9a-f]{64}"\}$/, `${"0".repeat(64)}"}`)),
      4,
    ],
    ["a line that was taken out", () => whole.toSpliced(3, 1), 4],
    ["two lines that were swapped", () => whole.with(3, at(4)).with(4, at(3)), 4],
    ["a line that was put in twice", () => whole.toSpliced(4, 0, at(3)), 5],
    ["a line of another log", () => whole.toSpliced(4, 1, other[4] ?? ""), 5],
    [
      "an invented line",
      () => whole.toSpliced(4, 0, rehash(at(4).replace('"seq":5', '"seq":4'))),
      5,
    ],
    ["a line that was shortened", () => whole.with(3, at(3).slice(0, 80)), 5],
    ["an empty line", () => whole.toSpliced(4, 0, ""), 6],
    ["text that is not JSON", () => whole.toSpliced(4, 0, "# checked"), 6],
    [
      "the first lines missing under the number 1",
      () => [rehash(at(1).replace('"seq":2', '"seq":1')), ...whole.slice(2)],
      1,
    ],
    ["the log twice in one file", () => [...whole, ...whole], 11],
    ["two logs in one file", () => [...whole, ...other], 11],
    ["a member after the hash", () => whole.with(3, at(3).replace(/\}$/, ',"x":1}')), 4],
    ["a space at the end of a line", () => whole.with(3, `${at(3)} `), 4],
  ] as const)("%s", async ([, change, line]) => {
    const { broken } = await verifyAudit([toFile(change())]);
    expect(broken?.line).toBe(line);
  });

  test("bytes that are not UTF-8 in the place of the character that stands for them", async () => {
    const log = await open(newPath());
    await carryOut(log, { arguments: { name: "\uFFFD" } });
    await log.close();
    const bytes = readFileSync(log.path);
    const index = bytes.indexOf("\uFFFD");
    expect(index).toBeGreaterThan(0);
    expect((await verifyAudit([log.path])).broken).toBeUndefined();
    writeFileSync(
      log.path,
      Buffer.concat([bytes.subarray(0, index), Buffer.from([0xff]), bytes.subarray(index + 3)]),
    );
    expect((await verifyAudit([log.path])).broken?.line).toBe(2);
  });

  test("the end that was cut off, if an earlier head is known", async () => {
    const expected = (await verifyAudit([toFile(whole)])).head;
    const cut = toFile(whole.slice(0, 8));
    expect((await verifyAudit([cut])).broken).toBeUndefined();
    expect((await verifyAudit([cut], expected)).broken?.line).toBe(0);
    // All from a change on written anew, each with the hash of the one before.
    let prev = JSON.parse(at(2)).hash;
    const anew = [edited(), ...whole.slice(4)].map((line) => {
      const next = rehash(line.replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${prev}"`));
      prev = JSON.parse(next).hash;
      return next;
    });
    const forged = toFile([...whole.slice(0, 3), ...anew]);
    expect((await verifyAudit([forged])).broken).toBeUndefined();
    expect((await verifyAudit([forged], expected)).broken).toBeDefined();
  });

  test("a line without its end", async () => {
    const path = toFile(whole.slice(0, 9));
    appendFileSync(path, at(9).slice(0, 100));
    const report = await verifyAudit([path]);
    expect(report).toMatchObject({ lines: 9, unfinished: 100 });
    expect(report.broken).toBeUndefined();
  });
});

describe("several files", () => {
  const split = () =>
    [toFile(whole.slice(0, 3)), toFile(whole.slice(3, 7)), toFile(whole.slice(7))] as const;

  test("are one log, in whatever order they are given", async () => {
    const [a, b, c] = split();
    const report = await verifyAudit([c, a, b]);
    expect(report).toMatchObject({ lines: 10, begins: 1 });
    expect(report.broken).toBeUndefined();
  });

  test("are unpacked, and may lack the oldest but none between", async () => {
    const [a, b, c] = split();
    writeFileSync(`${b}.gz`, gzipSync(readFileSync(b)));
    expect((await verifyAudit([a, `${b}.gz`, c])).broken).toBeUndefined();
    expect(await verifyAudit([b, c])).toMatchObject({ lines: 7, begins: 4, broken: undefined });
    expect((await verifyAudit([a, c])).broken).toMatchObject({ file: c, line: 1 });
    expect((await verifyAudit([a, b, b, c])).broken?.line).toBe(1);
  });
});

test("a file without a line, and one that is something else, are not a whole log", async () => {
  expect((await verifyAudit([toFile([])])).broken?.reason).toMatch(/no line/);
  const path = newPath();
  writeFileSync(path, Buffer.alloc(3 * 1024 * 1024, "x"));
  expect((await verifyAudit([path])).broken?.reason).toMatch(/longer than any/);
  await expect(verifyAudit([newPath()])).rejects.toThrow("ENOENT");
});

test("10,000 calls at once are one whole chain", async () => {
  const log = await open(newPath());
  const effects = ["read", "write"] as const;
  const calls = Array.from({ length: 10_000 }, (_, index) =>
    carryOut(log, { effect: effects[index % 2] ?? "read", arguments: { index } }),
  );
  await Promise.all(calls);
  await log.close();
  const report = await verifyAudit([log.path]);
  expect(report).toMatchObject({ lines: 15_002, unended: 0, broken: undefined });
});
