import { describe, expect, test } from "vitest";
import { assertBranch } from "./branches.ts";
import { toExcerpt } from "./contents.ts";
import { applyEdits } from "./edits.ts";
import { toBase64 } from "./file-writes.ts";
import { toBaseUrl } from "./host.ts";
import { RepositoryList } from "./names.ts";
import { fit, paged } from "./pages.ts";

test.each([
  ["github.com", "https://api.github.com"],
  ["https://github.com", "https://api.github.com"],
  ["api.github.com", "https://api.github.com"],
  ["tenant.ghe.com", "https://api.tenant.ghe.com"],
  ["https://api.tenant.ghe.com/", "https://api.tenant.ghe.com"],
  ["git.example.com", "https://git.example.com/api/v3"],
  ["https://git.example.com:8443", "https://git.example.com:8443/api/v3"],
  ["https://git.example.com/api/v3/", "https://git.example.com/api/v3"],
  ["http://127.0.0.1:4001/", "http://127.0.0.1:4001"],
  ["https://github.com.evil.example", "https://github.com.evil.example/api/v3"],
])("the API of %s is at %s", (host, url) => {
  expect(toBaseUrl(host)).toBe(url);
});

test.each([
  "http://git.example.com",
  "ftp://x",
  "https://me:secret@x",
  "not a host",
  "https://x?y",
])("%s is no host", (host) => {
  expect(() => toBaseUrl(host)).toThrow();
  expect(() => toBaseUrl(host)).not.toThrow(/secret/);
});

describe("a list of repositories", () => {
  const list = new RepositoryList(["Octocat/hello", "friends/*"]);

  test.each(["octocat/HELLO", "friends/anything"])("includes %s", (name) => {
    expect(list.includes(name)).toBe(true);
  });

  test.each(["octocat/hello2", "octocat/other", "friends2/x", "x/friends"])("not %s", (name) => {
    expect(list.includes(name)).toBe(false);
  });

  test.each(["hello", "a/b/c", "*/x", "a/", "../*"])("refuses the entry %s", (entry) => {
    expect(() => new RepositoryList([entry])).toThrow();
  });
});

describe("edits", () => {
  test("replace what is there once, in order", () => {
    const edits = [
      { old_text: "one", new_text: "$& two" },
      { old_text: "two", new_text: "three" },
    ];
    expect(applyEdits("one\n", edits)).toBe("$& three\n");
  });

  test("keep the ends of lines", () => {
    expect(applyEdits("a\r\nb\r\n", [{ old_text: "a\nb", new_text: "a\nc" }])).toBe("a\r\nc\r\n");
  });

  test.each([
    ["", "x"],
    ["missing", "x"],
    ["aa", "x"],
  ])("refuse %j", (old_text, new_text) => {
    expect(() => applyEdits("aaa", [{ old_text, new_text }])).toThrow(/edit 1/);
  });
});

test("a part of a file says where it goes on", () => {
  const text = "1\n2\n3\n4\n";
  expect(toExcerpt(text, {}, 100)).toEqual({ text, total_lines: 4, next_line: undefined });
  expect(toExcerpt(text, { start_line: 2, end_line: 3 }, 100)).toMatchObject({ text: "2\n3" });
  expect(toExcerpt(text, {}, 4)).toMatchObject({ text: "1\n2", next_line: 3 });
  expect(toExcerpt("long line\n", {}, 1)).toMatchObject({ text: "long line\n" });
  expect(() => toExcerpt(text, { start_line: 9 }, 100)).toThrow(/4 lines/);
});

test.each(["", "a..b", "a b", "/a", "a/", "a.lock", ".a", "a/.b", "a@{b", "-a", "a\u0000", "a~1"])(
  "%j is no branch",
  (branch) => {
    expect(() => assertBranch(branch)).toThrow();
  },
);

test("base64 is checked before it is sent", () => {
  expect(toBase64("AA\nEC", "base64")).toBe("AAEC");
  expect(() => toBase64("not base64!", "base64")).toThrow();
  expect(toBase64("ü", "utf-8")).toBe("w7w=");
});

test("pages are what GitHub gives", () => {
  expect(paged({})).toEqual({ page: undefined, per_page: 20 });
  expect(paged({ page: 0, per_page: 500 })).toEqual({ page: 1, per_page: 100 });
  expect(fit(["aaaa", "bbbb", "cccc"], 12)).toEqual({ fitting: ["aaaa", "bbbb"], left: 1 });
});
