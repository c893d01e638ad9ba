import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findSessions, type Session } from "@fairlead/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createOwner, type Owner, temporaryDirectory } from "./support/repo.ts";

const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
const sessions = await findSessions("git", bin);

/** A person's afternoon: look around, change, commit, and see what happened. */
describe.for(Object.entries(sessions))("the official %s", ([, { open }]) => {
  let owner: Owner;
  let session: Session;
  // To start a container takes longer than what is asked of it.
  beforeAll(async () => {
    owner = await createOwner(join(await temporaryDirectory(afterAll), "repo"));
    const args = [
      "--repository",
      owner.path,
      "--author-name",
      "Bo",
      "--author-email",
      "b@example.org",
    ];
    session = await open({ args, directories: [owner.path] });
  });
  afterAll(() => session.close());

  test("serves commits as resources, completes names and fills prompts", async () => {
    const place = encodeURIComponent(owner.path);
    expect(await session.read(`git://${place}/blob/main/a.txt`)).toMatchObject({
      contents: [{ text: "one\ntwo\nthree\n" }],
    });
    expect(await session.read(`git://${place}/commit/HEAD`)).toMatchObject({
      contents: [{ text: expect.stringContaining("Message: first") }],
    });
    expect(await session.read(`git://${place}/status`)).toMatchObject({
      contents: [{ text: expect.stringContaining("On branch main") }],
    });
    const uri = "git://{repo}/blob/{revision}/{+path}";
    const given = { repo: owner.path };
    const reference = { type: "ref/resource", uri } as const;
    expect(await session.complete(reference, "revision", "ma", given)).toMatchObject({
      completion: { values: ["main"] },
    });
    expect(await session.complete(reference, "repo", owner.path.slice(0, -2))).toMatchObject({
      completion: { values: [owner.path] },
    });
    await owner.write({ "a.txt": "changed\n" });
    const prompt = { repo_path: owner.path, target: "HEAD" };
    expect(await session.prompt("review_changes", prompt)).toMatchObject({
      messages: [{ role: "user" }, { content: { text: expect.stringContaining("+changed") } }],
    });
    await owner.write({ "a.txt": "one\ntwo\nthree\n" });
  });

  test("refuses what is outside and says why", async () => {
    expect(await session.call("git_status", { repo_path: "/" })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining("outside allowed directories") }],
    });
  });

  test("looks, stages, commits and branches", async () => {
    const at = { repo_path: owner.path };
    expect((await session.listTools()).map(({ name }) => name)).toHaveLength(12);
    await owner.write({ "b.txt": "b\n" });
    expect(await session.call("git_status", at)).toMatchObject({
      structuredContent: { branch: "main", files: [{ path: "b.txt", status: "??" }] },
    });
    await session.call("git_add", { ...at, files: ["b.txt"] });
    expect(await session.call("git_diff_staged", at)).toMatchObject({
      content: [{ text: expect.stringContaining("+b") }],
    });
    const made = await session.call("git_commit", { ...at, message: "second" });
    expect(made).toMatchObject({ structuredContent: { sha: owner.git("rev-parse", "HEAD") } });
    await session.call("git_create_branch", { ...at, branch_name: "topic" });
    await session.call("git_checkout", { ...at, branch_name: "topic" });
    expect(owner.git("branch", "--show-current")).toBe("topic");
    expect(await session.call("git_log", { ...at, max_count: 1 })).toMatchObject({
      structuredContent: { commits: [{ author: "Bo", message: "second" }] },
    });
  });
});

test("without an allowed directory the server does not start", async () => {
  const { runToEnd } = await import("@fairlead/runtime/testing");
  const { code, stderr } = await runToEnd(bin);
  expect(code).toBe(2);
  expect(stderr).toContain("GIT_REPOSITORY");
});
