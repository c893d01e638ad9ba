import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type ConnectedClient, type ConnectOptions, connect } from "@fairlead/runtime/testing";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { plant, temporaryDirectory } from "../../test/support/tree.ts";
import { server } from "../index.ts";

let top: string;
let client: ConnectedClient;

async function start(options: ConnectOptions = {}, config = {}): Promise<ConnectedClient> {
  const started = await connect(server, { config: { directories: [top], ...config }, ...options });
  onTestFinished(() => started.close());
  return started;
}

beforeEach(async () => {
  top = await temporaryDirectory();
  client = await start();
});

async function call(name: string, args = {}, by = client) {
  const { text, isError, structuredContent, content } = await by.callTool(name, args);
  return { text, isError, content, output: Object(structuredContent) };
}

describe("read tools", () => {
  it("give the text of a file and nothing else", async () => {
    await plant(top, { "a.txt": "one\ntwo\n" });
    for (const [args, text] of [
      [{}, "one\ntwo\n"],
      [{ head: 1 }, "one"],
    ] as const) {
      const answer = await client.callTool("read_text_file", { path: "a.txt", ...args });
      expect(answer.content).toEqual([{ type: "text", text }]);
      expect(answer.structuredContent).toBeUndefined();
    }
    const part = await call("read_text_file", { path: "a.txt", limit: 1 });
    expect(part.text).toBe("one\n[Stopped after line 1 of 2. Go on with offset 2.]");
  });

  it("answer a file that is a JSON array with a line of words before it", async () => {
    await plant(top, { "a.json": '[1, "two"]\n' });
    expect((await call("read_text_file", { path: "a.json" })).text).toBe(
      'JSON array of 2:\n[1, "two"]\n',
    );
  });

  it("stop at the budget, go on at the offset, and never give more", async () => {
    const content = "a line of text\n".repeat(2000);
    await plant(top, { "a.txt": content });
    const small = await start({ budget: 2000 });
    let [text, offset] = ["", 1];
    for (let pages = 0; offset > 0 && pages < 100; pages++) {
      const { content: parts } = await call("read_text_file", { path: "a.txt", offset }, small);
      expect(JSON.stringify(parts).length).toBeLessThan(2400);
      text += parts[0]?.["text"];
      offset = Number(/Go on with offset (\d+)/.exec(String(parts[1]?.["text"]))?.[1] ?? 0);
    }
    expect(text).toBe(content);
  });

  it("keep read_file callable but out of the list", async () => {
    await plant(top, { "a.txt": "one" });
    expect((await call("read_file", { path: "a.txt" })).text).toBe("one");
    const names = (await client.listTools()).map(({ name }) => name);
    expect(names).not.toContain("read_file");
    expect(names).not.toContain("delete_path");
    expect(names).toHaveLength(17);
  });

  it("give pictures and sounds as such, other and large files as a link with words", async () => {
    const png = Buffer.from("89504e470d0a1a0a", "hex");
    await plant(top, {
      "a.png": png,
      "fake.png": Buffer.from("not a picture"),
      "a.svg": "<svg/>",
      "a.mp3": Buffer.from([2]),
      "a.pdf": Buffer.from([3]),
      "large.png": Buffer.concat([png, Buffer.alloc(1024 * 1024)]),
    });
    const types: unknown[] = [];
    for (const path of ["a.png", "a.mp3", "a.pdf", "large.png", "fake.png", "a.svg"]) {
      const { content } = await call("read_media_file", { path });
      types.push(content.map(({ type }) => type).join());
    }
    const file = "text,resource_link";
    expect(types).toEqual(["image", "text,audio", file, file, file, file]);
    expect((await call("read_media_file", { path: "a.pdf" })).text).toContain(
      "a.pdf, application/pdf, 1 bytes: file://",
    );
  });
});

describe("browse tools", () => {
  it("page through a long directory with signed cursors, whatever the budget cuts", async () => {
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
    await plant(top, { a: "", b: "", c: "" });
    const first = await call("list_directory", { path: ".", limit: 2 });
    expect(first.text.startsWith("[FILE] a\n[FILE] b\n")).toBe(true);
    const next = { path: ".", limit: 2, cursor: first.output.next_cursor };
    expect((await call("list_directory", next)).text).toBe("[FILE] c");
  });

  it("file names with newline, ANSI and bidi are shown visibly and forge no lines", async () => {
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
    await plant(top, { "a/b": "", "c/d": "" });
    const { text } = await call("directory_tree", { path: ".", maxEntries: 2 });
    const [words = "", json = ""] = text.split("\n");
    expect(words).toContain("2 entries, cut by the limit of entries");
    expect(JSON.parse(json)).toMatchObject([{ name: "a" }, { name: "c" }]);
  });
});

describe("write tools", () => {
  it("say what was done", async () => {
    const texts: string[] = [];
    for (const [tool, args] of [
      ["create_directory", { path: "d" }],
      ["write_file", { path: "d/a", content: "1" }],
      ["append_file", { path: "d/a", content: "2" }],
      ["copy_file", { source: "d", destination: "e" }],
      ["move_file", { source: "e/a", destination: "f" }],
    ] as const) {
      texts.push((await call(tool, args)).text);
    }
    expect(texts).toEqual([
      "Successfully created directory d",
      "Successfully wrote to d/a",
      "Successfully appended 1 bytes to d/a",
      "Successfully copied d to e (1 files, 0 skipped)",
      "Successfully moved e/a to f",
    ]);
  });

  it("are refused and not listed with --read-only", async () => {
    const reader = await start({ policy: { readOnly: true } });
    const names = (await reader.listTools()).map(({ name }) => name);
    expect(names).toHaveLength(11);
    expect((await call("write_file", { path: "a", content: "" }, reader)).isError).toBe(true);
    expect(await readdir(top)).toEqual([]);
  });
});

describe("delete_path", () => {
  it("is off, comes with --allow-delete or the toolset, and asks for confirmation", async () => {
    await plant(top, { "d/a.txt": "" });
    expect((await call("delete_path", { path: "d" })).text).toContain("off");
    for (const by of [
      await start({}, { allowDelete: true }),
      await start({ policy: { toolsets: ["default", "delete"] } }),
    ]) {
      expect((await by.listTools()).map(({ name }) => name)).toContain("delete_path");
      expect((await call("delete_path", { path: "d", recursive: true }, by)).isError).toBe(true);
      const plain = { path: "d", confirm: true };
      expect((await call("delete_path", plain, by)).text).toContain("ENOTEMPTY");
    }
    const by = await start({}, { allowDelete: true });
    const done = await call("delete_path", { path: "d", recursive: true, confirm: true }, by);
    expect(done.text).toBe("Successfully deleted d");
    expect(await readdir(top)).toEqual([]);
  });
});

describe("resources, prompts and completions", () => {
  it("serve files, directories and proposals inside the jail only", async () => {
    await plant(top, { "dir/näme with space.txt": "text" });
    const uri = new URL(`file://${join(top, "dir/näme with space.txt")}`).href;
    expect(await client.request("resources/read", { uri })).toMatchObject({
      contents: [{ uri, mimeType: "text/plain", text: "text" }],
    });
    expect(await client.request("resources/list")).toMatchObject({ resources: [{ name: top }] });
    await expect(client.request("resources/read", { uri: "file:///etc/passwd" })).rejects.toThrow(
      "outside allowed",
    );
    const typed = join(top, "di").slice(1);
    const complete = {
      ref: { type: "ref/resource", uri: "file:///{+path}" },
      argument: { name: "path", value: typed },
    };
    expect(await client.request("completion/complete", complete)).toMatchObject({
      completion: { values: [`${join(top, "dir").slice(1)}/`] },
    });
    const prompt = { name: "review_file", arguments: { path: "dir/näme with space.txt" } };
    expect(JSON.stringify(await client.request("prompts/get", prompt))).toContain('"text":"text"');
    const summary = { name: "summarize_directory", arguments: { path: "dir" } };
    expect(JSON.stringify(await client.request("prompts/get", summary))).toContain("with space");
  });
});
