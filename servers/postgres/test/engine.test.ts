import { beforeEach, expect, test, vi } from "vitest";

const setFlagsFromString = vi.hoisted(() => vi.fn());
vi.mock("node:v8", async (importOriginal) => ({
  ...(await importOriginal<typeof import("node:v8")>()),
  setFlagsFromString,
}));

// The parser loads once per module, so each test takes modules of its own.
beforeEach(() => {
  vi.resetModules();
  setFlagsFromString.mockClear();
});

test("the parser sets the engine's flags while it loads, and sets them back", async () => {
  const { parseOne } = await import("../src/guard/parse.ts");
  await parseOne("SELECT 1");
  const flags = setFlagsFromString.mock.calls.flat();
  const set = flags.filter((flag) => flag.startsWith("--no-"));
  expect(set).not.toEqual([]);
  expect(flags.filter((flag) => !set.includes(flag))).toEqual(
    set.map((flag) => flag.replace("--no-", "--")),
  );
});

test("a process that holds the demo keeps its flags: PGlite compiles alongside the parser", async () => {
  const { createDemoLink } = await import("../src/demo/demo.ts");
  const { parseOne } = await import("../src/guard/parse.ts");
  createDemoLink();
  await parseOne("SELECT 1");
  expect(setFlagsFromString).not.toHaveBeenCalled();
});
