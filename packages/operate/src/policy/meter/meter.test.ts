import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { ToolCall } from "@fairlead/define";
import { RefusedCall, ToolError } from "@fairlead/define/start";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { LimitError } from "../limits/limit-error.ts";
import { JsonLines } from "./json-lines.ts";
import { createMeter, type Metered } from "./meter.ts";

const folder = mkdtempSync(join(tmpdir(), "meter-"));
afterAll(() => rmSync(folder, { recursive: true }));

const principal = { id: "alice", tenant: "acme", client: "cursor" };
const call: ToolCall = {
  ...{ tool: "add_book", arguments: { secret: 1 }, effect: "write", principal },
  ...{ clientInfo: undefined, meta: {}, signal: new AbortController().signal },
  ...{ reference: "r", assertPermitted: () => undefined, beforeRun: () => undefined },
};

test.for([
  ["ok", undefined, 5],
  ["limited", new LimitError("Full.", "Wait.", {}), 0],
  ["refused", new ToolError("No such book."), 5],
  ["refused", Object.assign(new Error("From another bundle."), { hint: "Mend it." }), 5],
  ["refused", Object.assign(new Error("No scope."), { refusedBy: "scope" }), 5],
  ["stopped", Object.assign(new Error("Cancelled."), { name: "AbortError" }), 5],
  ["failed", new TypeError("Broken."), 5],
] as const)(
  "a call that ends as %s is written down, and its outcome passed on",
  async ([outcome, error, cost]) => {
    const written: Metered[] = [];
    const now = () => Date.parse("2026-11-30T12:00:00Z");
    const meter = createMeter({ write: (one) => written.push(one), costOf: () => 5, now });
    const result = Promise.resolve(
      meter(call, async () => {
        if (error) throw error;
        return "added";
      }),
    );
    await (error ? expect(result).rejects.toBe(error) : expect(result).resolves.toBe("added"));
    expect(written).toEqual([
      {
        ...{ time: "2026-11-30T12:00:00.000Z", tenant: "acme", principal: "alice" },
        ...{ client: "cursor", tool: "add_book", cost, outcome },
        milliseconds: expect.any(Number),
      },
    ]);
  },
);

test("a call that its caller may not make costs nothing", async () => {
  const written: Metered[] = [];
  const meter = createMeter({ write: (one) => written.push(one), costOf: () => 5 });
  const refuse = () => {
    throw new RefusedCall("policy", "Not for you.");
  };
  const refused = async () => meter({ ...call, assertPermitted: refuse }, async () => refuse());
  await expect(refused()).rejects.toThrow("Not for you.");
  expect(written).toMatchObject([{ cost: 0, outcome: "refused" }]);
});

test("a call that is stopped is written down, though its tool never ends", async () => {
  const written: Metered[] = [];
  const meter = createMeter({ write: (one) => written.push(one), costOf: () => 5 });
  const controller = new AbortController();
  const tool = Promise.withResolvers<string>();
  const result = Promise.resolve(meter({ ...call, signal: controller.signal }, () => tool.promise));
  controller.abort();
  expect(written).toMatchObject([{ cost: 5, outcome: "stopped" }]);
  tool.resolve("after all");
  expect(await result).toBe("after all");
  expect(written).toHaveLength(1);
});

test("the round with the user's answer costs nothing more", async () => {
  const written: Metered[] = [];
  const meter = createMeter({ write: (one) => written.push(one), costOf: () => 5 });
  await meter({ ...call, resumes: true }, async () => "added");
  expect(written).toMatchObject([{ cost: 0, outcome: "ok" }]);
});

test("lines go to the file in their order, and those that wait are written at the end", async () => {
  const path = join(folder, "lines");
  const lines = new JsonLines(path, { warn: () => {} });
  const sizes = Array.from({ length: 3_000 }, (_, index) => ({ index, text: "x".repeat(50) }));
  for (const one of sizes.slice(0, -1)) lines.add(one);
  const closed = lines.close();
  await Promise.resolve();
  lines.add(sizes.at(-1));
  await closed;
  const read = readFileSync(path, "utf8").trimEnd().split("\n");
  expect(read.map((line): unknown => JSON.parse(line))).toEqual(sizes);
  if (platform() !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("many lines are one write, and a slow disk makes nobody wait", async () => {
  const batches: string[] = [];
  let free: (() => void) | undefined;
  const append = (_: string, text: string) => {
    batches.push(text);
    return new Promise<void>((resolve) => {
      free = resolve;
    });
  };
  const lines = new JsonLines("meter", { warn: () => {}, append });
  for (let one = 0; one < 1_000; one += 1) lines.add({ text: "x".repeat(100) });
  await turn();
  expect(batches).toHaveLength(1);
  const closed = lines.close();
  free?.();
  await turn();
  expect(batches).toHaveLength(2);
  free?.();
  await closed;
  expect(batches.join("").split("\n")).toHaveLength(1_001);
});

test("what a full disk refuses waits for it, up to a bound, and is told once", async () => {
  const warnings: string[] = [];
  const disk = { full: true, text: "" };
  const append = async (_: string, text: string) => {
    if (disk.full) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
    disk.text += text;
  };
  const lines = new JsonLines("meter", { warn: (line) => warnings.push(line), append });
  const text = "x".repeat(70_000);
  for (let one = 0; one < 400; one += 1) {
    lines.add({ one, text });
    await turn();
  }
  expect(warnings).toEqual(["meter: it cannot be written (ENOSPC). Lines wait for it."]);
  disk.full = false;
  await lines.close();
  const kept = disk.text.trimEnd().split("\n");
  expect(kept.length).toBeGreaterThan(200);
  expect(kept.length).toBeLessThan(260);
  expect(JSON.parse(kept[0] ?? "")).toMatchObject({ one: 0 });
  expect(warnings[1]).toBe(`meter: ${400 - kept.length} lines were lost.`);
});

test("a disk that stays full is tried once a second, a little at a time, and the loss is told at the end", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const warnings: string[] = [];
  const sizes: number[] = [];
  const append = async (_: string, text: string) => {
    sizes.push(text.length);
    throw Object.assign(new Error("no space"), { code: "ENOSPC" });
  };
  const lines = new JsonLines("meter", { warn: (line) => warnings.push(line), append });
  for (let one = 0; one < 3_000; one += 1) {
    lines.add({ text: "x".repeat(100) });
    if (one % 100 === 0) await turn();
  }
  expect(sizes).toHaveLength(1);
  for (const tries of [2, 3]) {
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sizes).toHaveLength(tries);
  }
  await lines.close();
  expect(Math.max(...sizes)).toBeLessThan(64 * 1024 + 200);
  expect(warnings[1]).toBe("meter: 3000 lines were lost.");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sizes).toHaveLength(4);
});
