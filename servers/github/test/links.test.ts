import { beforeEach, describe, expect, test } from "vitest";
import { createClient, createWorld, myToken, pick, type World } from "./support/world.ts";

// Links, submodules and executables: what GitHub's own calls for writing do not tell from files.

const repo = "/repos/octocat/hello";
const hello = { owner: "octocat", repo: "hello" };
const change = { ...hello, branch: "main", message: "Change it" };

let world: World;

beforeEach(async () => {
  world = await createWorld();
  const me = (method: string, path: string, body?: object) =>
    world.fake.as(myToken, method, `${repo}/git/${path}`, body);
  const head = pick(await me("GET", "ref/heads/main"), "object", "sha");
  const base = pick(await me("GET", `commits/${head}`), "tree", "sha");
  const blob = (path: string, mode: string, content: string) => ({
    ...{ path, mode, type: "blob" },
    content,
  });
  const grown = await me("POST", "trees", {
    base_tree: base,
    tree: [
      blob("docs/guide.md", "100644", "guide\n"),
      blob("docs/read.md", "120000", "../README.md"),
      blob("outside", "120000", "../../etc/passwd"),
      blob("odd", "120000", "a\u202Etxt\nb"),
      blob("src/docs", "120000", "../docs"),
      blob("run.sh", "100755", "#!/bin/sh\n"),
      { path: "vendor/lib", mode: "160000", type: "commit", sha: head },
    ],
  });
  const commit = { message: "Links", tree: pick(grown, "sha"), parents: [head] };
  const sha = pick(await me("POST", "commits", commit), "sha");
  await me("PATCH", "refs/heads/main", { sha });
});

/** The modes of all entries of the branch, by path. */
async function readModes(): Promise<Record<string, string>> {
  const tree = await world.fake.as(myToken, "GET", `${repo}/git/trees/main?recursive=1`);
  const entries: { path: string; mode: string; type: string }[] = Object(tree).tree;
  return Object.fromEntries(
    entries.filter(({ type }) => type !== "tree").map(({ path, mode }) => [path, mode]),
  );
}

const refused = [
  ["docs/read.md", "symbolic link to ../README.md", "the path README.md"],
  ["src/docs/guide.md", "src/docs is a symbolic link to ../docs", "the path docs"],
  ["odd", "symbolic link to a\\u{202E}txt\\u{A}b", "the path a\\u{202E}txt\\u{A}b"],
  ["outside", "symbolic link to ../../etc/passwd", "leads out of the repository"],
  ["vendor/lib", "vendor/lib is a submodule", "that repository"],
  ["vendor/lib/a.txt", "vendor/lib is a submodule", "that repository"],
  ["docs", "docs is a directory", "the path of a file"],
  ["README.md/x", "README.md is a file, not a directory", "the path of a file"],
] as const;

describe.each(refused)("%s", (path, why, hint) => {
  test("is not put there by create_or_update_file", async () => {
    const { fake } = world;
    const client = await createClient(fake.url);
    const before = await readModes();
    const args = { ...change, path, content: "new" };
    const { isError, text } = await client.callTool("create_or_update_file", args);
    expect([isError, text]).toEqual([true, expect.stringContaining(why)]);
    expect(text).toContain(hint);
    expect(await readModes()).toEqual(before);
    expect(fake.requests.map(({ method }) => method)).not.toContain("PUT");
  });

  test("is not put there by push_files, and nothing else of the commit either", async () => {
    const { fake } = world;
    const client = await createClient(fake.url);
    const before = await readModes();
    const files = [
      { path: "other.txt", content: "x" },
      { path, content: "new" },
    ];
    const { isError, text } = await client.callTool("push_files", { ...change, files });
    expect([isError, text]).toEqual([true, expect.stringContaining(why)]);
    expect(text).toContain(hint);
    expect(await readModes()).toEqual(before);
  });
});

test("edit_file_contents on a link names the file it leads to", async () => {
  const { fake, readmeSha } = world;
  const client = await createClient(fake.url);
  const { isError, text } = await client.callTool("edit_file_contents", {
    ...{ ...change, path: "docs/read.md", expected_blob_sha: readmeSha },
    edits: [{ old_text: "hello", new_text: "bye" }],
  });
  expect([isError, text]).toEqual([true, expect.stringContaining("the path README.md")]);
  expect((await readModes())["docs/read.md"]).toBe("120000");
});

test.each([0, 1])(
  "edit_file_contents on a link to a directory says so, late answer %i",
  async (late) => {
    const client = await createClient(world.fake.url);
    // Whichever of the two requests is answered first.
    const paths = [/\/contents\//, /\/git\/(?:trees|blobs)\//];
    world.fake.hold(async ({ url }) => {
      if (paths[late]?.test(url.pathname)) await new Promise((resolve) => setTimeout(resolve, 300));
    });
    const { isError, text } = await client.callTool("edit_file_contents", {
      ...{ ...change, path: "src/docs", expected_blob_sha: "0".repeat(40) },
      edits: [{ old_text: "hello", new_text: "bye" }],
    });
    expect([isError, text]).toEqual([true, expect.stringContaining("symbolic link to ../docs")]);
  },
);

test("delete_file deletes a link, and not the file it leads to", async () => {
  const { fake } = world;
  const client = await createClient(fake.url);
  const { isError, text } = await client.callTool("delete_file", {
    ...change,
    path: "docs/read.md",
  });
  expect(isError, text).toBe(false);
  const modes = await readModes();
  expect(modes).not.toHaveProperty(["docs/read.md"]);
  expect(modes).toHaveProperty(["README.md"], "100644");
});

test("every way of writing keeps an executable executable, links and submodules as they are", async () => {
  const { fake } = world;
  const client = await createClient(fake.url);
  const before = await readModes();
  const read = await client.callTool("get_file_contents", { ...hello, path: "run.sh" });
  const sha = /blob sha (\w+)/.exec(read.text)?.[1];
  const put = { ...change, path: "run.sh", content: "#!/bin/sh\necho 1\n", sha };
  const replaced = await client.callTool("create_or_update_file", put);
  const files = [
    { path: "run.sh", content: "#!/bin/sh\necho 2\n" },
    { path: "docs/guide.md", content: "new\n" },
  ];
  const pushed = await client.callTool("push_files", { ...change, files });
  const again = await client.callTool("get_file_contents", { ...hello, path: "run.sh" });
  const edited = await client.callTool("edit_file_contents", {
    ...{ ...change, path: "run.sh", expected_blob_sha: /blob sha (\w+)/.exec(again.text)?.[1] },
    edits: [{ old_text: "echo 2", new_text: "echo 3" }],
  });
  expect([replaced, pushed, edited].map(({ isError }) => isError)).toEqual([false, false, false]);
  expect(await readModes()).toEqual(before);
  expect(fake.problems).toEqual([]);
});

test("a file in a new directory is made, and a branch that is not there is said to be missing", async () => {
  const client = await createClient(world.fake.url);
  const made = { ...change, path: "a/b/c/new.txt", content: "x" };
  expect((await client.callTool("create_or_update_file", made)).isError).toBe(false);
  const { isError, text } = await client.callTool("create_or_update_file", {
    ...{ ...made, branch: "nowhere" },
  });
  expect([isError, text]).toEqual([true, expect.stringContaining("404")]);
});
