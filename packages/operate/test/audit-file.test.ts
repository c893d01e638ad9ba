import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { verifyAudit } from "../src/audit/index.ts";
import { carryOut, newPath, open, read } from "./audit.fixture.ts";

/** The files of a log, without its lock. */
function list(path: string): string[] {
  return readdirSync(dirname(path))
    .filter((name) => !name.startsWith("."))
    .map((name) => join(dirname(path), name));
}

test("goes on where the file ends, which only its owner may read", async () => {
  const path = newPath();
  for (const name of ["Ann", "Ben"]) {
    const log = await open(path);
    await carryOut(log, { arguments: { name } });
    await log.close();
  }
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(read(path).map(({ kind }) => kind)).toEqual([
    ...["open", "intent", "outcome", "close"],
    ...["open", "intent", "outcome", "close"],
  ]);
  expect(await verifyAudit([path])).toMatchObject({ lines: 8, broken: undefined });
  expect(list(path)).toEqual([path]);
});

describe("rotation", () => {
  test("by size gives files whose names sort as their lines do, with one chain", async () => {
    const path = newPath();
    const log = await open(path, { maxBytes: 4_000 });
    for (let index = 0; index < 30; index += 1) await carryOut(log, { arguments: { index } });
    await log.close();
    const again = await open(path, { maxBytes: 4_000 });
    await again.close();
    const files = list(path);
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) expect(statSync(file).size).toBeLessThan(6_000);
    const rotated = files.filter((file) => file !== path).sort();
    const firsts = [...rotated, path].map((file) => Number(read(file)[0]?.["seq"]));
    expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
    expect(await verifyAudit(files)).toMatchObject({ lines: 64, begins: 1, broken: undefined });
  });

  test("by somebody else is noticed before the next line", async () => {
    const path = newPath();
    const log = await open(path, { strict: true });
    await carryOut(log);
    renameSync(path, `${path}.1`);
    await carryOut(log);
    rmSync(path);
    await carryOut(log);
    await log.close();
    expect(read(`${path}.1`)).toHaveLength(3);
    const { broken } = await verifyAudit(list(path));
    // The file that was deleted is missing, and that shows.
    expect(broken?.reason).toContain("This is line 6, and the one before is line 3");
  });

  test("that puts a new file in its place is noticed too", async () => {
    const path = newPath();
    const log = await open(path, { strict: true });
    renameSync(path, `${path}.1`);
    writeFileSync(path, "");
    await carryOut(log);
    await log.close();
    expect([read(`${path}.1`), read(path)].map((lines) => lines.length)).toEqual([1, 3]);
    expect(await verifyAudit(list(path))).toMatchObject({ lines: 4, broken: undefined });
  });

  test("that copies and truncates keeps the chain", async () => {
    const path = newPath();
    const log = await open(path);
    await carryOut(log);
    writeFileSync(`${path}.1`, readFileSync(path));
    truncateSync(path);
    await carryOut(log);
    await log.close();
    expect(await verifyAudit(list(path))).toMatchObject({ lines: 6, broken: undefined });
  });

  test("while no process ran is gone on from", async () => {
    const path = newPath();
    await (await open(path)).close();
    renameSync(path, `${path}.2`);
    await (await open(path)).close();
    renameSync(path, `${path}.1`);
    await (await open(path)).close();
    expect(await verifyAudit(list(path))).toMatchObject({ lines: 6, begins: 1, broken: undefined });
  });
});

describe("what a crash left", () => {
  async function crashed(): Promise<string> {
    const path = newPath();
    const log = await open(path);
    await carryOut(log);
    await log.close();
    return path;
  }

  test.for([
    ["half a line", (path: string) => appendFileSync(path, '{"seq":5,"ti'), 1],
    ["half a character", (path: string) => appendFileSync(path, Buffer.from([0x7b, 0xc3])), 1],
    ["a line without its end", (path: string) => truncateSync(path, statSync(path).size - 1), 0],
    ["two pieces", (path: string) => appendFileSync(path, '{"seq":5\n{"se'), 1],
    ["an ended piece", (path: string) => appendFileSync(path, '{"seq":5\n'), 1],
  ] as const)("%s is kept and marked, and the chain goes on", async ([, crash, torn]) => {
    const path = await crashed();
    crash(path);
    const before = readFileSync(path);
    const log = await open(path);
    await carryOut(log);
    await log.close();
    const report = await verifyAudit([path]);
    expect(report).toMatchObject({ lines: 8, torn, unfinished: 0, broken: undefined });
    expect(readFileSync(path).subarray(0, before.length)).toEqual(before);
    // The piece may not be exchanged later.
    if (torn === 0) return;
    const text = readFileSync(path, "latin1")
      .replace('{"seq":5\n{"se', '{"seq":5\n{"so')
      .replace('5,"ti', '5,"to')
      .replace("{\xc3", "{\xc4")
      .replace('{"seq":5\n{"seq":5,', '{"seq":6\n{"seq":5,');
    writeFileSync(path, text, "latin1");
    expect((await verifyAudit([path])).broken?.line).toBeGreaterThan(4);
  });

  test("half of the very first line is gone on from", async () => {
    const path = newPath();
    writeFileSync(path, '{"seq":1,"time":"20');
    await (await open(path)).close();
    expect(await verifyAudit([path])).toMatchObject({ lines: 2, torn: 1, broken: undefined });
  });

  test("a call in the middle of its work is in the log, after kill -9", async () => {
    const path = newPath();
    const script = join(import.meta.dirname, "audit-crash.fixture.ts");
    const child = spawn(process.execPath, [script, path], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(read(path).at(-1)).toMatchObject({ kind: "intent", tool: "slow" });
    expect((await verifyAudit([path])).unended).toBe(1);
    // The dead process's lock holds nobody up.
    const log = await open(path);
    await log.close();
    expect(await verifyAudit([path])).toMatchObject({ unended: 1, broken: undefined });
  });
});

describe("refuses", () => {
  test("a file of something else, and leaves it as it is", async () => {
    const path = newPath();
    for (const content of ["root:x:0:0\n", '{"a":1}', `${"x".repeat(2_000_000)}\n`]) {
      writeFileSync(path, content);
      await expect(open(path)).rejects.toThrow(/not an audit log|was changed/);
      expect(readFileSync(path, "utf8")).toBe(content);
    }
    rmSync(path);
    mkdirSync(path);
    await expect(open(path)).rejects.toThrow();
    await expect(open("/dev/full")).rejects.toThrow("/dev/full is not a file");
    await expect(open(join(path, "no", "audit.jsonl"))).rejects.toThrow("ENOENT");
  });

  test("a file whose last line was changed", async () => {
    const path = newPath();
    await (await open(path)).close();
    writeFileSync(path, readFileSync(path, "utf8").replace('"kind":"close"', '"kind":"chose"'));
    await expect(open(path)).rejects.toThrow("was changed");
  });

  test("a second process, until the first lets go", async () => {
    const path = newPath();
    const first = await open(path);
    await expect(open(path)).rejects.toThrow(`Process ${process.pid} on `);
    await first.close();
    await (await open(path)).close();
    expect(await verifyAudit([path])).toMatchObject({ lines: 4, broken: undefined });
  });

  test("a process of another container while its lock is kept alive, and no longer", async () => {
    const path = newPath();
    const at = join(dirname(path), ".audit.jsonl.lock");
    const owner = { token: "t", pid: 1, began: "1", scope: "elsewhere", host: "pod-7" };
    writeFileSync(at, JSON.stringify(owner));
    await expect(open(path)).rejects.toThrow("Process 1 on pod-7");
    spawnSync("touch", ["-d", "1 minute ago", at]);
    await (await open(path)).close();
    expect(existsSync(at)).toBe(false);
    // The clock was set back since that process was killed.
    writeFileSync(at, JSON.stringify(owner));
    spawnSync("touch", ["-d", "tomorrow", at]);
    await (await open(path)).close();
    expect(existsSync(at)).toBe(false);
  });

  test("nobody by a lock of this machine whose number another process has now", async () => {
    const path = newPath();
    const log = await open(path);
    const at = join(dirname(path), ".audit.jsonl.lock");
    const { scope } = JSON.parse(readFileSync(at, "utf8"));
    await log.close();
    const owner = { token: "t", pid: process.ppid, began: "1", scope, host: "h" };
    writeFileSync(at, JSON.stringify(owner));
    await (await open(path)).close();
  });
});

const mayMount = spawnSync("unshare", ["-m", "true"]).status === 0 && process.getuid?.() === 0;

// Where everything is required, a machine that cannot have such a disk fails.
const required = process.env["FAIRLEAD_REQUIRE"] === "all";

describe.skipIf(!mayMount && !required)("a full disk", () => {
  /** A path on a disk of 64 KB. */
  function smallDisk(): string {
    const path = newPath();
    const folder = join(dirname(path), "disk");
    mkdirSync(folder);
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", folder]).status).toBe(0);
    onTestFinished(() => void spawnSync("umount", ["-l", folder]));
    return join(folder, "audit.jsonl");
  }

  const fill = (path: string) =>
    spawnSync("sh", ["-c", `cat /dev/zero > ${join(dirname(path), "fill")}`]);

  test("refuses calls that write, answers those that read, and goes on when there is room", async () => {
    const path = smallDisk();
    const log = await open(path, { sync: "always", strict: true });
    fill(path);
    let ran = 0;
    const write = () => carryOut(log, {}, () => (ran += 1));
    let refused = 0;
    // The block that the file has begun may take some more.
    for (let index = 0; index < 20; index += 1) await write().catch(() => (refused += 1));
    expect(refused).toBeGreaterThan(5);
    expect(ran + refused).toBe(20);
    await expect(write()).rejects.toMatchObject({ refusedBy: "audit" });
    expect(await carryOut(log, { effect: "read" })).toBe("done");
    expect(log.told.filter((text) => text.includes("ENOSPC"))).toHaveLength(1);
    // Not half a line is left on the full disk.
    expect(await verifyAudit([path])).toMatchObject({ unfinished: 0, broken: undefined });

    rmSync(join(dirname(path), "fill"));
    expect(await write()).toBe(ran);
    await log.close();
    const lines = read(path);
    expect(lines.filter(({ by }) => by === "audit")).toHaveLength(refused + 1);
    expect(lines.filter(({ kind }) => kind === "intent")).toHaveLength(ran);
    expect(await verifyAudit([path])).toMatchObject({ unended: 0, lost: 0, broken: undefined });
    expect(log.told).toContainEqual(expect.stringMatching(/can be written again\. Lines lost: 0/));
  });

  test("with warn only loses lines, and says how many", async () => {
    const path = smallDisk();
    const log = await open(path, { mode: "warn", maxHeld: 10 });
    fill(path);
    for (let index = 0; index < 40; index += 1) expect(await carryOut(log)).toBe("done");
    rmSync(join(dirname(path), "fill"));
    expect(await carryOut(log)).toBe("done");
    await log.close();
    const gaps = read(path).filter(({ kind }) => kind === "gap");
    const { lines, lost, broken } = await verifyAudit([path]);
    expect(broken).toBeUndefined();
    expect(gaps.length).toBeGreaterThan(0);
    expect(lost).toBeGreaterThan(20);
    // 41 calls of two lines, and the lines of the log itself.
    expect(lines - gaps.length - 2 + lost).toBe(82);
  });

  test("refuses calls that read once memory is full, and writes what waits without a call", async () => {
    const path = smallDisk();
    const log = await open(path, { maxHeld: 20 });
    fill(path);
    const answers: unknown[] = [];
    for (let index = 0; index < 100; index += 1) {
      answers.push(await carryOut(log, { effect: "read" }).catch((error) => error.refusedBy));
      // Each turn of the log comes to its end.
      if (index === 50) await carryOut(log).catch(() => undefined);
    }
    expect(new Set(answers)).toEqual(new Set(["done", "audit"]));
    expect(answers.at(-1)).toBe("audit");
    rmSync(join(dirname(path), "fill"));
    await vi.waitFor(
      () => expect(read(path).some(({ kind }) => kind === "gap")).toBe(true),
      10_000,
    );
    expect(await carryOut(log, { effect: "read" })).toBe("done");
    await log.close();
    expect((await verifyAudit([path])).broken).toBeUndefined();
  });

  test("refuses to start", async () => {
    const path = smallDisk();
    fill(path);
    await expect(open(path)).rejects.toThrow("ENOSPC");
  });
});
