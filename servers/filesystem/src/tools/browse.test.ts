import { describe, expect, it } from "vitest";
import { serve } from "../../test/support/serve.ts";
import { plant } from "../../test/support/tree.ts";

describe("browse tools", () => {
  it("page through a long directory with signed cursors, whatever the budget cuts", async () => {
    const { top, start, call } = await serve();
    const names = Array.from({ length: 300 }, (_, i) => `file-${String(i).padStart(3, "0")}.txt`);
    await plant(top, Object.fromEntries(names.map((name) => [name, ""])));
    const small = await start({ budget: 3000 });
    for (const tool of ["list_directory", "list_directory_with_sizes", "search_files"]) {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const args = { path: ".", ...(tool === "search_files" && { pattern: "*" }) };
        const page = await call(tool, { ...args, ...(cursor && { cursor }) }, small);
        expect(page.isError).toBe(false);
        expect(page.text.length).toBeLessThanOrEqual(3100);
        const items: { name: string }[] = page.output.entries ?? [];
        const paths: string[] = page.output.paths ?? [];
        found.push(
          ...items.map(({ name }) => name),
          ...paths.map((path) => path.slice(top.length + 1)),
        );
        cursor = page.output.next_cursor;
        if (cursor) expect(page.text).toContain(cursor);
      } while (cursor);
      expect(found, tool).toEqual(names);
    }
  });

  it("page through matches", async () => {
    const { top, start, call } = await serve();
    await plant(top, { "a.txt": "needle\n".repeat(250), "b.txt": "needle\n".repeat(50) });
    const small = await start({ budget: 4000 });
    let [count, cursor] = [0, ""];
    do {
      const args = { path: ".", pattern: "needle", maxMatches: 120, ...(cursor && { cursor }) };
      const { output } = await call("search_file_contents", args, small);
      count += output.matches.length;
      cursor = output.next_cursor ?? "";
    } while (cursor);
    expect(count).toBe(300);
    const forged = { path: ".", pattern: "needle", cursor: "forged.AAAA" };
    expect((await call("search_file_contents", forged)).isError).toBe(true);
  });

  it("limit a page when asked to", async () => {
    const { top, call } = await serve();
    await plant(top, { a: "", b: "", c: "" });
    const first = await call("list_directory", { path: ".", limit: 2 });
    expect(first.text.startsWith("[FILE] a\n[FILE] b\n")).toBe(true);
    const next = { path: ".", limit: 2, cursor: first.output.next_cursor };
    expect((await call("list_directory", next)).text).toBe("[FILE] c");
  });

  it("file names with newline, ANSI and bidi are shown visibly and forge no lines", async () => {
    const { top, call } = await serve();
    const name = "a\n[FILE] forged\u001b[2K\u202e.txt";
    const shown = "a\\u{A}[FILE] forged\\u{1B}[2K\\u{202E}.txt";
    await plant(top, { [name]: "needle", [`dir\r${name}/x`]: "" });
    for (const [tool, args] of [
      ["list_directory", {}],
      ["list_directory_with_sizes", {}],
      ["search_files", { pattern: "*" }],
      ["search_file_contents", { pattern: "needle" }],
    ] as const) {
      const { text, output } = await call(tool, { path: ".", ...args });
      expect(text, tool).toContain(shown);
      expect(text, tool).not.toContain("\u001b");
      expect(text, tool).not.toMatch(/\u202e|^\[FILE\] forged/m);
      expect(JSON.stringify(output), tool).toContain(JSON.stringify(shown).slice(1, -1));
    }
    const { text } = await call("directory_tree", { path: "." });
    expect(text).toContain(JSON.stringify(shown));
    expect((await call("read_multiple_files", { paths: [name] })).text).toBe(`${shown}:\nneedle\n`);
    // A name as it was shown leads to the file.
    expect((await call("read_text_file", { path: shown })).text).toBe("needle");
    expect((await call("read_text_file", { path: `dir\\u{D}${shown}/x` })).isError).toBe(false);
    const missing = await call("read_text_file", { path: "no\nsuch\u202e" });
    expect(missing.text).toContain("no\\u{A}such\\u{202E}");
    const moved = await call("move_file", { source: name, destination: `${name}2` });
    expect(moved.text).toBe(`Successfully moved ${shown} to ${shown}2`);
  });

  it("a pattern without * that finds nothing says how to search", async () => {
    const { top, call } = await serve();
    await plant(top, { "deep/plain.txt": "" });
    const { text } = await call("search_files", { path: ".", pattern: "plain.txt" });
    expect(text).toContain("Write **/*name* to find a name at any depth.");
    const none = await call("search_files", { path: ".", pattern: "*.rs" });
    expect(none.text).toBe("No matches found");
    expect((await call("search_file_contents", { path: ".", pattern: "x" })).text).toBe(
      "No matches found",
    );
  });

  it("say that a tree was cut", async () => {
    const { top, call } = await serve();
    await plant(top, { "a/b": "", "c/d": "" });
    const { text } = await call("directory_tree", { path: ".", maxEntries: 2 });
    const [words = "", json = ""] = text.split("\n");
    expect(words).toContain("2 entries, cut by the limit of entries");
    expect(JSON.parse(json)).toMatchObject([{ name: "a" }, { name: "c" }]);
  });
});
