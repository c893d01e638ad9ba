import { describe, expect, test } from "vitest";
import { toBaseUrl } from "../api/host.ts";
import { findRest, fitPage, type PageQuery, paged } from "../api/pages.ts";
import { assertBranch } from "../code/branches.ts";
import { applyEdits } from "../code/edits.ts";
import { toBase64 } from "../code/file-writes.ts";
import { RepositoryList } from "./names.ts";

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
])("%s is not a host", (host) => {
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

test.each(["", "a..b", "a b", "/a", "a/", "a.lock", ".a", "a/.b", "a@{b", "-a", "a\u0000", "a~1"])(
  "%j is not a branch",
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
});

interface Listed {
  readonly rows: readonly number[];
  readonly next_page: number | undefined;
}

type Paged = Listed & Pick<PageQuery, "per_page">;

describe("a page that does not fit", () => {
  /** A list as GitHub has it, of so many rows. */
  const listOf =
    (total: number) =>
    async (query: PageQuery): Promise<Listed> => {
      const { page = 1, per_page } = paged(query);
      const all = Array.from({ length: total }, (_, at) => at);
      const rows = all.slice((page - 1) * per_page, page * per_page);
      return { rows, next_page: page * per_page < total ? page + 1 : undefined };
    };

  test.each([
    [20, 100, 7],
    [25, 60, 3],
    [7, 20, 3],
    [100, 250, 99],
    [20, 45, 1],
  ])("of %i rows of %i goes on behind the last of %i", async (size, total, most) => {
    const seen: number[] = [];
    let query: PageQuery | undefined = { per_page: size };
    while (query !== undefined) {
      const fits = ({ rows: all }: Listed) => all.length <= most;
      const listed: Paged = await fitPage<PageQuery, Listed>(query, fits, listOf(total));
      seen.push(...listed.rows);
      const { next_page, per_page } = listed;
      query = next_page === undefined ? undefined : { page: next_page, per_page };
    }
    expect(seen).toEqual(Array.from({ length: total }, (_, at) => at));
  });

  test.each([
    [97, 1, 40, 24],
    [89, 1, 3, 3],
    [53, 5, 9, 4],
  ])(
    "of a prime number of rows, %i, page %i is not shown row by row",
    async (per_page, page, most, shown) => {
      const fits = ({ rows: all }: Listed) => all.length <= most;
      const listed = await fitPage<PageQuery, Listed>({ page, per_page }, fits, listOf(300));
      expect(listed.rows).toHaveLength(shown);
      expect(listed.rows[0]).toBe((page - 1) * per_page);
    },
  );

  test("says with which pages the rest begins", () => {
    expect(findRest({ per_page: 20 }, 7)).toEqual({ shown: 5, page: 2, per_page: 5 });
    expect(findRest({ page: 3, per_page: 20 }, 16)).toEqual({ shown: 10, page: 6, per_page: 10 });
    expect(findRest({ per_page: 7 }, 3)).toEqual({ shown: 3, page: 4, per_page: 1 });
  });
});
