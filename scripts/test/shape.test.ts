import { describe, expect, test } from "vitest";
import {
  checkCircles,
  checkFolders,
  checkSizes,
  checkTops,
  type ShapeRules,
} from "../lib/shape.ts";
import { toSource } from "../lib/source.ts";

const rules: ShapeRules = {
  folders: [
    { under: "servers/", most: 2 },
    { under: "", most: 3 },
  ],
  larger: {},
  tops: [{ under: /^servers\//, rooms: 3, arrows: 3 }],
};

/** Files by path, with what each imports. */
function toSources(files: Readonly<Record<string, readonly string[]>>) {
  return new Map(
    Object.entries(files).map(([path, imports]) => {
      const text = imports.map((specifier) => `import type { X } from "${specifier}";`).join("\n");
      return [path, toSource(text)];
    }),
  );
}

describe("a folder", () => {
  const toPaths = (folder: string, count: number) =>
    Array.from({ length: count }, (_, at) => `${folder}/file-${at}.ts`);

  test("holds so many files, tests not counted", () => {
    const tests = ["servers/shelf/src/file-1.test.ts", "servers/shelf/src/types.test-d.ts"];
    expect(checkFolders([...toPaths("servers/shelf/src", 2), ...tests], rules)).toEqual([]);
    expect(checkFolders(toPaths("servers/shelf/test", 9), rules)).toEqual([]);
    expect(checkFolders(toPaths("packages/core/src/call", 3), rules)).toEqual([]);
    const [crowded, ...others] = checkFolders(toPaths("servers/shelf/src", 3), rules);
    expect(crowded).toMatchObject({ path: "servers/shelf/src", rule: "folders" });
    expect(others).toEqual([]);
  });

  test("may be larger by name, as long as it is", () => {
    const larger = { "servers/shelf/src": "It is one table in parts." };
    expect(checkFolders(toPaths("servers/shelf/src", 3), { ...rules, larger })).toEqual([]);
    expect(checkFolders(toPaths("servers/shelf/src", 2), { ...rules, larger })).toHaveLength(1);
  });
});

test("a package stays under so many lines, tests and fixtures not counted", () => {
  const size = { under: "packages/core/src/", below: 5, advice: "Move a floor." };
  const lines = (count: number) => "step();\n".repeat(count);
  const files = {
    "packages/core/src/call/a.ts": lines(2),
    "packages/core/src/b.ts": lines(2),
    "packages/core/src/b.test.ts": lines(9),
    "packages/core/src/b.fixture.ts": lines(9),
    "packages/core/src/b.json": lines(9),
    "packages/other/src/b.ts": lines(9),
  };
  expect(checkSizes(new Map(Object.entries(files)), [size])).toEqual([]);
  const grown = { ...files, "packages/core/src/b.ts": lines(3) };
  expect(checkSizes(new Map(Object.entries(grown)), [size])).toMatchObject([
    { rule: "sizes", message: expect.stringMatching(/5 lines .*under 5\. Move a floor\./) },
  ]);
});

describe("imports", () => {
  test("are in no circle, types included", () => {
    const chain = { "a/src/a.ts": ["./b.ts"], "a/src/b.ts": ["./c.ts"], "a/src/c.ts": [] };
    expect(checkCircles(toSources(chain))).toEqual([]);
    const closed = { ...chain, "a/src/c.ts": ["./a.ts"], "a/src/d.ts": ["./a.ts"] };
    expect(checkCircles(toSources(closed))).toMatchObject([
      { path: "a/src/a.ts", message: expect.stringContaining("a/src/b.ts, a/src/c.ts") },
    ]);
    const tested = { "a/src/a.ts": ["./a.test.ts"], "a/src/a.test.ts": ["./a.ts"] };
    expect(checkCircles(toSources(tested))).toEqual([]);
  });

  test("of two paths that meet again are not a circle", () => {
    const met = {
      "a/src/a.ts": ["./b.ts", "./c.ts"],
      "a/src/b.ts": ["./d.ts"],
      "a/src/c.ts": ["./d.ts", "./b.ts"],
      "a/src/d.ts": [],
    };
    expect(checkCircles(toSources(met))).toEqual([]);
  });

  test("lead from room to room in one direction", () => {
    const rooms = {
      "servers/shelf/src/read/a.ts": ["../write/b.ts"],
      "servers/shelf/src/write/b.ts": [],
      "servers/shelf/src/write/c.ts": ["../read/d.ts"],
      "servers/shelf/src/read/d.ts": [],
    };
    expect(checkCircles(toSources(rooms))).toEqual([]);
    expect(checkTops(toSources(rooms), rules)).toMatchObject([
      { path: "servers/shelf/src/read", rule: "tops" },
    ]);
  });

  test("and rooms are at most so many at the top of a server", () => {
    const files = { "b.ts": ["./a.ts"], "c/c.ts": ["../a.ts", "../b.ts"], "a.ts": [] };
    const under = (home: string, more: Readonly<Record<string, readonly string[]>> = {}) =>
      toSources(
        Object.fromEntries(
          Object.entries({ ...files, ...more }).map(([path, to]) => [`${home}/src/${path}`, to]),
        ),
      );
    expect(checkTops(under("servers/shelf"), rules)).toEqual([]);
    const fourth = { "c/d.ts": [], "e.ts": ["./c/d.ts"] };
    expect(checkTops(under("servers/shelf", fourth), rules)).toMatchObject([
      { path: "servers/shelf/src", message: expect.stringContaining("4 rooms and 4 arrows") },
    ]);
    expect(checkTops(under("packages/core", fourth), rules)).toEqual([]);
  });
});
