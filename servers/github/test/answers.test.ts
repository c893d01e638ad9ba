import type { ConnectedClient } from "@fairlead/runtime/testing";
import { expect, test } from "vitest";
import { createClient, createWorld, myToken } from "./support/world.ts";

// Long answers, walked as a model would: by what the answer itself says of how to go on. The client
// refuses what some host would not show whole, so nothing is cut behind the place that is named.

const hello = { owner: "octocat", repo: "hello" };
const repo = "/repos/octocat/hello";

type Arguments = Readonly<Record<string, unknown>>;

/** Calls again with what `next` finds in an answer, until it finds nothing. */
async function walk(
  client: ConnectedClient,
  name: string,
  args: Arguments,
  next: (text: string) => Arguments | undefined,
): Promise<string[]> {
  const texts: string[] = [];
  let more: Arguments | undefined = {};
  while (more !== undefined) {
    const { isError, text } = await client.callTool(name, { ...hello, ...args, ...more });
    expect(isError, text).toBe(false);
    texts.push(text);
    const found: Arguments | undefined = next(text);
    expect(JSON.stringify(found)).not.toBe(JSON.stringify(more));
    more = found;
  }
  return texts;
}

/** The numbers that something in the texts carries, in order. */
function findNumbers(texts: readonly string[], pattern: RegExp): number[] {
  return texts.flatMap((text) => [...text.matchAll(pattern)].map(([, number]) => Number(number)));
}

function countTo(last: number): number[] {
  return Array.from({ length: last }, (_, at) => at + 1);
}

function toPage(text: string): Arguments | undefined {
  const [, page, size] = /page (\d+) with (\d+) rows a page\.\]/.exec(text) ?? [];
  return page === undefined ? undefined : { page: Number(page), per_page: Number(size) };
}

function toPageInCamelCase(text: string): Arguments | undefined {
  const more = toPage(text);
  return more && { page: more["page"], perPage: more["per_page"] };
}

/** Answers a list as GitHub does, page by page. */
function serveRows(url: URL, rows: readonly object[]) {
  const page = Number(url.searchParams.get("page") ?? 1);
  const size = Number(url.searchParams.get("per_page"));
  const next = new URL(url);
  next.searchParams.set("page", String(page + 1));
  const headers = page * size < rows.length ? { link: `<${next}>; rel="next"` } : {};
  const body = JSON.stringify(rows.slice((page - 1) * size, page * size));
  return { status: 200, headers, body };
}

test.each([
  ["Chinese", `${"漢字".repeat(20)}\n`],
  ["emoji", `${"👩‍🚀".repeat(9)}\n`],
  ["short lines", "\n"],
])("the text of an issue in %s can be read to its end", async (_, filler) => {
  const { fake } = await createWorld();
  const lines = countTo(Math.floor(60_000 / (filler.length + 5)));
  const body = lines.map((at) => `<${at}>${filler}`).join("");
  await fake.as(myToken, "PATCH", `${repo}/issues/2`, { body });
  const client = await createClient(fake.url);
  const texts = await walk(client, "get_issue", { issue_number: 2 }, (text) => {
    const offset = /body_offset (\d+)/.exec(text)?.[1];
    return offset === undefined ? undefined : { body_offset: Number(offset) };
  });
  expect(texts.length).toBeGreaterThan(1);
  const read = texts.map((text) => /<untrusted[^>]*>\n(.*)\n<\/untrusted>/s.exec(text)?.[1]);
  expect(read.join("")).toBe(body);
});

test("comments are all read, page by page, also where a page does not fit", async () => {
  const { fake } = await createWorld();
  const comments = countTo(70).map((at) => ({
    ...{ id: at, body: `<${at}> ${"漢字".repeat(900)}`, created_at: "2026-11-01T00:00:00Z" },
    ...{ html_url: `https://github.com/c/${at}`, user: { login: "octocat" } },
    author_association: "OWNER",
  }));
  fake.intercept(({ url }) =>
    url.pathname === `${repo}/issues/2/comments` ? serveRows(url, comments) : undefined,
  );
  const client = await createClient(fake.url);
  const args = { issue_number: 2, include: ["comments"] };
  const texts = await walk(client, "get_issue", args, toPage);
  expect(findNumbers(texts, /<(\d+)>/g)).toEqual(countTo(70));
});

test("of a long comment the beginning is shown, and more of it if it is alone", async () => {
  const { fake } = await createWorld();
  const path = `${repo}/issues/2/comments`;
  await fake.as(myToken, "POST", path, { body: "x".repeat(9_000) });
  for (const at of countTo(18)) await fake.as(myToken, "POST", path, { body: `Comment ${at}` });
  const client = await createClient(fake.url);
  const args = { ...hello, issue_number: 2, include: ["comments"] };
  const { text } = await client.callTool("get_issue", args);
  expect(text).toMatch(/\[Cut: 2000 of 9000 characters shown. All of it: http.*\]/);
  const alone = await client.callTool("get_issue", { ...args, page: 2, per_page: 1 });
  expect(alone.text).toContain("x".repeat(9_000));
});

const files = countTo(45).map((at) => ({
  ...{ filename: `src/${at}.ts`, status: "modified", additions: 1, deletions: 0 },
  patch: `@@ -1 +1 @@\n+<${at}>${"漢".repeat(1_500)}`,
}));

test.each([
  ["get_pull_request", { pull_number: 1, include: ["diff"] }, toPage],
  ["get_pull_request_files", { pull_number: 1 }, toPage],
  ["get_commit", { sha: "main" }, toPageInCamelCase],
] as const)("%s shows every patch of a large change once", async (name, args, next) => {
  const { fake } = await createWorld();
  fake.intercept(({ url }) => {
    if (url.pathname.endsWith("/pulls/1/files")) return serveRows(url, files);
    if (!url.pathname.endsWith("/commits/main")) return undefined;
    const { body, ...answer } = serveRows(url, files);
    const commit = {
      ...{ sha: "a".repeat(40), html_url: "https://github.com/c", author: null },
      ...{ commit: { message: "Change it", author: null }, files: JSON.parse(body) },
    };
    return { ...answer, body: JSON.stringify(commit) };
  });
  const client = await createClient(fake.url);
  const texts = await walk(client, name, args, next);
  expect(findNumbers(texts, /\+<(\d+)>/g)).toEqual(countTo(45));
});

test("many parts share one answer, and those without room say so", async () => {
  const { fake } = await createWorld();
  fake.intercept(({ url }) =>
    url.pathname.endsWith("/pulls/1/files") ? serveRows(url, files) : undefined,
  );
  const client = await createClient(fake.url);
  const include = ["diff", "status", "checks", "reviews", "comments", "discussion"];
  const { text } = await client.callTool("get_pull_request", { ...hello, pull_number: 1, include });
  for (const part of include) expect(text).toContain(`${part}:\n`);
  expect(text).toMatch(/failure lint/);
  expect(text).toMatch(/Patches of the first \d+ files only/);
});

test("a list of long rows gives every row once", async () => {
  const { fake } = await createWorld();
  const issues = countTo(230).map((at) => ({
    ...{ number: at, title: "漢".repeat(250), state: "open", html_url: "https://github.com/i" },
    ...{ created_at: "2026-11-01T00:00:00Z", updated_at: "2026-11-01T00:00:00Z" },
    ...{ user: { login: "octocat" }, author_association: "OWNER" },
  }));
  fake.intercept(({ url }) =>
    url.pathname === `${repo}/issues` ? serveRows(url, issues) : undefined,
  );
  const client = await createClient(fake.url);
  const texts = await walk(client, "list_issues", { per_page: 100 }, toPage);
  expect(findNumbers(texts, /^(\d+)\t/gm)).toEqual(countTo(230));
});

test.each([
  ["own", "octocat/hello"],
  ["a stranger's", "eve/hello"],
])("a log of %s run is read up to its first line", async (_, headRepository) => {
  const { fake } = await createWorld();
  const lines = countTo(7_000).map((at) => `<${at}>${at % 500 === 0 ? "漢".repeat(3_000) : ""}`);
  fake.gaps.actions.addRun("octocat/hello", {
    ...{ id: 502, name: "CI", conclusion: "failure", branch: "main", sha: "a".repeat(40) },
    ...{ jobs: [{ id: 611, name: "t", conclusion: "failure", log: lines.join("\n") }] },
    headRepository,
  });
  const client = await createClient(fake.url);
  const args = { job_id: 611, tail_lines: 5_000 };
  const texts = await walk(client, "get_job_logs", args, (text) => {
    const end = /end_line (\d+)/.exec(text)?.[1];
    return end === undefined ? undefined : { end_line: Number(end) };
  });
  expect(findNumbers(texts.reverse(), /^<(\d+)>/gm)).toEqual(countTo(7_000));
});

test("a whole file is its text and nothing else, and its facts are a line of their own", async () => {
  const { fake, readmeSha } = await createWorld();
  const client = await createClient(fake.url);
  const args = { ...hello, path: "README.md" };
  const { content, structuredContent } = await client.callTool("get_file_contents", args);
  const encoded = await fake.as(myToken, "GET", `${repo}/contents/README.md`);
  const text = Buffer.from(Reflect.get(Object(encoded), "content"), "base64").toString("utf8");
  expect(content).toEqual([
    { type: "text", text },
    { type: "text", text: `[README.md, blob sha ${readmeSha}]` },
  ]);
  expect(structuredContent).toBeUndefined();
});

test.each([
  ["short.txt", countTo(6_000).map(String)],
  ["chinese.txt", countTo(900).map((at) => `${at} ${"漢字".repeat(40)}`)],
])("%s is read line by line to its end", async (path, lines) => {
  const { fake } = await createWorld();
  const content = Buffer.from(`${lines.join("\n")}\n`).toString("base64");
  await fake.as(myToken, "PUT", `${repo}/contents/${path}`, { message: "m", content });
  const client = await createClient(fake.url);
  const texts = await walk(client, "get_file_contents", { path }, (text) => {
    const start = /start_line (\d+)/.exec(text)?.[1];
    return start === undefined ? undefined : { start_line: Number(start) };
  });
  expect(findNumbers(texts, /^(\d+)(?= |$)/gm)).toEqual(lines.map((_line, at) => at + 1));
});

test("a picture is shown, and any other file is a link that a person can open", async () => {
  const { fake } = await createWorld();
  const put = (path: string, bytes: Buffer) =>
    fake.as(myToken, "PUT", `${repo}/contents/${path}`, {
      message: "m",
      content: bytes.toString("base64"),
    });
  const png =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  await put("dot.png", Buffer.from(png, "base64"));
  await put("data.bin", Buffer.from([0, 1, 2, 255]));
  const client = await createClient(fake.url);
  const picture = await client.callTool("get_file_contents", { ...hello, path: "dot.png" });
  expect(picture.content).toEqual([
    { type: "image", data: png, mimeType: "image/png" },
    {
      type: "text",
      text: expect.stringMatching(/^\[dot.png, blob sha .*, image\/png, 70 bytes\]$/),
    },
  ]);
  const { content } = await client.callTool("get_file_contents", { ...hello, path: "data.bin" });
  const uri = expect.stringMatching(/^http.*data\.bin/);
  expect(content.at(-1)).toMatchObject({ type: "resource_link", uri, name: "data.bin", size: 4 });
  expect(content[0]).toMatchObject({ text: expect.stringMatching(/data\.bin.*4 bytes.*Blob sha/) });
});
