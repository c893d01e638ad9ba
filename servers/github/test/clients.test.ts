import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createInspector, findSessions } from "@fairlead/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { createWorld, myToken } from "./support/world.ts";

const bin = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const sessions = await findSessions("github", bin);
const hello = { owner: "octocat", repo: "hello" };

/** A person's errand: an issue is read, a file is mended on a branch, and a pull request opened. */
describe.for(Object.entries(sessions))("the official %s", ([, { open }]) => {
  test("reads an issue, edits a file and opens a pull request", async () => {
    const { fake, readmeSha } = await createWorld();
    const env = { GITHUB_PERSONAL_ACCESS_TOKEN: myToken };
    const session = await open({ args: ["--host", fake.url], env, network: "host" });
    expect((await session.listTools()).map(({ name }) => name)).toContain("edit_file_contents");
    const issue = await session.call("get_issue", { ...hello, issue_number: 2 });
    expect(issue).toMatchObject({ structuredContent: { title: "It breaks", number: 2 } });
    await session.call("create_branch", { ...hello, branch: "mend" });
    const edit = { ...hello, path: "README.md", branch: "mend", message: "Mend it" };
    const edits = [{ old_text: "hello", new_text: "hello, mended" }];
    const edited = await session.call("edit_file_contents", {
      ...edit,
      edits,
      expected_blob_sha: readmeSha,
    });
    expect(edited).toMatchObject({ structuredContent: { commit_sha: expect.any(String) } });
    const pull = { ...hello, title: "Mend", head: "mend", base: "main" };
    const made = await session.call("create_pull_request", pull);
    expect(made).toMatchObject({ structuredContent: { number: 4 } });
    const file = "repo://octocat/hello/refs/heads/mend/contents/README.md";
    expect(JSON.stringify(await session.read(file))).toContain("hello, mended");
    await session.close();
    expect(fake.problems).toEqual([]);
  });
});

test("the Inspector calls a tool over stdio", async () => {
  const { fake } = await createWorld();
  const directory = mkdtempSync(join(tmpdir(), "fairlead-github-"));
  const file = join(directory, "token");
  writeFileSync(file, myToken);
  const inspector = createInspector();
  onTestFinished(() => {
    inspector.close();
    rmSync(directory, { recursive: true });
  });
  const target = [process.execPath, bin, "--host", fake.url, "--personal-access-token-file", file];
  const call = ["--method", "tools/call", "--tool-name", "list_issues"];
  const args = ["--tool-args-json", JSON.stringify(hello)];
  const { code, stdout, stderr } = await inspector.run([...target, "--quiet", ...call, ...args]);
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toContain("It breaks");
});
