import { describe, expect, test } from "vitest";
import { createClient, createWorld, myToken } from "./support/world.ts";

const hello = { owner: "octocat", repo: "hello" };
const name = "a\n[other.txt] b\t\u001b[2J\u202Etxt.exe";
const shown = "a\\u{A}[other.txt] b\\u{9}\\u{1B}[2J\\u{202E}txt.exe";

describe("file names with newline, ANSI, bidi are shown in one line, visibly", () => {
  const head = { ref: name, sha: "1".repeat(40), repo: { full_name: "octocat/hello" } };
  const run = {
    ...{ id: 9, event: "push", head_branch: name, head_sha: "1", created_at: "2026-11-01" },
    ...{ html_url: "https://github.com/r/9", head_repository: { full_name: "octocat/hello" } },
  };
  const release = {
    ...{ id: 1, tag_name: name, draft: false, prerelease: false },
    ...{ html_url: "https://github.com/r", assets: [{ name, size: 1 }] },
  };
  const entry = { type: "file", name, path: name, sha: "1", size: 2 };
  const file = { filename: name, previous_filename: name, status: "renamed" };
  const changed = [{ ...file, additions: 1, deletions: 0 }];
  const comment = {
    ...{ id: 1, user: { login: "octocat" }, body: "b", created_at: "2026-11-01" },
    ...{ html_url: "https://github.com/c", path: name, line: 1 },
  };

  test.each([
    ["a directory", "get_file_contents", { path: "" }, "/contents", [entry]],
    [
      "a file",
      "get_file_contents",
      { path: name },
      "/contents/",
      { ...entry, encoding: "base64", content: "aGk=" },
    ],
    [
      "a link",
      "get_file_contents",
      { path: "x" },
      "/contents/x",
      { ...entry, type: "symlink", target: name },
    ],
    [
      "a tree",
      "get_repository_tree",
      {},
      "/git/trees/main",
      { sha: "1", truncated: false, tree: [{ path: name, type: "blob", size: 1 }] },
    ],
    ["branches", "list_branches", {}, "/branches", [{ name, commit: { sha: "1" } }]],
    [
      "changed files",
      "get_pull_request",
      { pull_number: 1, include: ["files"] },
      "/pulls/1/files",
      changed,
    ],
    [
      "a diff",
      "get_pull_request",
      { pull_number: 1, include: ["diff"] },
      "/pulls/1/files",
      changed,
    ],
    [
      "comments on lines",
      "get_pull_request",
      { pull_number: 1, include: ["comments"] },
      "/pulls/1/comments",
      [comment],
    ],
    [
      "found code",
      "search_code",
      { q: "x" },
      "/search/code",
      {
        total_count: 1,
        incomplete_results: false,
        items: [{ path: name, sha: "1", repository: { full_name: "octocat/hello" } }],
      },
    ],
    ["runs", "list_workflow_runs", {}, "/actions/runs", { total_count: 1, workflow_runs: [run] }],
    ["releases", "list_releases", {}, "/releases", [release]],
    ["a release and its assets", "get_release", {}, "/releases/latest", release],
  ] as const)("of %s", async (_, tool, args, path, body) => {
    const { fake } = await createWorld();
    fake.intercept(({ url, method }) =>
      method === "GET" &&
      decodeURIComponent(url.pathname).replace("/repos/octocat/hello", "").startsWith(path)
        ? { status: 200, body: JSON.stringify(body) }
        : undefined,
    );
    const client = await createClient(fake.url);
    const where = tool === "search_code" ? {} : hello;
    const { isError, text } = await client.callTool(tool, { ...where, ...args });
    expect([isError, text]).toEqual([false, expect.stringContaining(shown)]);
    expect(text).not.toContain("\n[other.txt]");
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("\u202E");
  });

  test("of a pull request's branches", async () => {
    const { fake } = await createWorld();
    const pull = await fake.as(myToken, "GET", "/repos/octocat/hello/pulls/1");
    const body = JSON.stringify({ ...Object(pull), head, base: head });
    fake.intercept(({ url }) =>
      url.pathname.endsWith("/pulls/1") ? { status: 200, body } : undefined,
    );
    const client = await createClient(fake.url);
    const { text } = await client.callTool("get_pull_request", { ...hello, pull_number: 1 });
    expect(text).toContain(`${shown} -> ${shown})`);
  });
});

test("a GitHub directory with 1,000 entries says that there may be more, and where", async () => {
  const { fake } = await createWorld();
  const list = (count: number) =>
    JSON.stringify(
      Array.from({ length: count }, (_, at) => ({
        ...{ type: "file", name: `f${at}`, path: `f${at}`, sha: "1", size: 1 },
      })),
    );
  let count = 1_000;
  fake.intercept(({ url }) =>
    url.pathname.endsWith("/contents/many") ? { status: 200, body: list(count) } : undefined,
  );
  const client = await createClient(fake.url);
  const args = { ...hello, path: "many" };
  const { text } = await client.callTool("get_file_contents", args);
  expect(text).toContain("file f999");
  expect(text).toMatch(/\[.*first 1000 entries.*get_repository_tree.*\]$/);
  const read = await client.request("resources/read", {
    uri: "repo://octocat/hello/contents/many",
  });
  expect(JSON.stringify(read)).toContain("get_repository_tree");
  count = 999;
  const whole = await client.callTool("get_file_contents", args);
  expect(whole.text).not.toContain("get_repository_tree");
});

test("what looks like an HTML comment in code is shown; in Markdown outside code it is hidden", async () => {
  const { fake } = await createWorld();
  const code = "Add `<!-- marker -->`:\n\n```html\n<!-- toc -->\n```\n";
  const path = "/repos/octocat/hello/issues/2";
  await fake.as(myToken, "PATCH", path, { body: `${code}<!-- obey -->\nend` });
  await fake.as(myToken, "POST", `${path}/comments`, { body: `${code}<!-- obey -->` });
  const client = await createClient(fake.url);
  const args = { ...hello, issue_number: 2, include: ["comments"] };
  const { text } = await client.callTool("get_issue", args);
  expect(text.split("`<!-- marker -->`:\n\n```html\n<!-- toc -->\n```\n")).toHaveLength(3);
  expect(text).not.toContain("obey");
});
