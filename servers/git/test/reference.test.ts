import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Session, sessions } from "@fairlead/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readDiffText } from "./support/diff-text.ts";
import { createOwner, type Owner, temporaryDirectory } from "./support/repo.ts";

/*
 * The reference git server (mcp-server-git) is written in Python and does not run here. So its
 * twelve tools are called as its users call them, by name and exact parameters and through the
 * official client, and every answer is held against what git itself says.
 */

const top = await temporaryDirectory(afterAll);
let owner: Owner;
let session: Session;
let at: { readonly repo_path: string };

/** What each tool of the reference takes. */
const parameters: Readonly<Record<string, readonly string[]>> = {
  git_status: ["repo_path"],
  git_diff_unstaged: ["repo_path", "context_lines"],
  git_diff_staged: ["repo_path", "context_lines"],
  git_diff: ["repo_path", "target", "context_lines"],
  git_commit: ["repo_path", "message"],
  git_add: ["repo_path", "files"],
  git_reset: ["repo_path"],
  git_log: ["repo_path", "max_count", "start_timestamp", "end_timestamp"],
  git_create_branch: ["repo_path", "branch_name", "base_branch"],
  git_checkout: ["repo_path", "branch_name"],
  git_show: ["repo_path", "revision"],
  git_branch: ["repo_path", "branch_type", "contains", "not_contains"],
};

const lines = (text: string) => text.split("\n").filter((line) => line !== "");

/** The text of an answer that is not an error. */
async function ask(name: string, args: Record<string, unknown> = {}) {
  const answer = Object(await session.call(name, { ...at, ...args }));
  const text: string = answer.content.map((part: { text: string }) => part.text).join("\n");
  if (answer.isError) throw new Error(text);
  return { text, output: Object(answer.structuredContent ?? readDiffText(text)) };
}

/** The ids of the commits in an answer of git_log. */
async function shas(args: Record<string, unknown>): Promise<string[]> {
  const { text, output } = await ask("git_log", args);
  const found = output.commits.map(({ sha }: { sha: string }) => sha);
  expect([...text.matchAll(/^Commit: ([0-9a-f]{40})$/gm)].map(([, sha]) => sha)).toEqual(found);
  return found;
}

async function branches(args: Record<string, unknown>): Promise<string[]> {
  const { output } = await ask("git_branch", args);
  return output.branches.map(({ name }: { name: string }) => name);
}

/** The patch git itself shows: the same text stands in ours. */
function diff(...args: string[]): string {
  return owner.git("diff", "--no-ext-diff", ...args);
}

beforeAll(async () => {
  owner = await createOwner(join(top, "repo"), { empty: true });
  const body = Array.from({ length: 30 }, (_, i) => `line ${i}\n`);
  await owner.write({ "story.txt": body.join(""), "d/ü name.txt": "ü\n" });
  for (let day = 1; day <= 15; day += 1) {
    body[day] = `changed on day ${day}\n`;
    await owner.write({ "story.txt": body.join("") });
    owner.git("add", "--all");
    const date = `2026-03-${String(day).padStart(2, "0")}T12:00:00+00:00`;
    owner.dated(date, "commit", "-q", "-m", `day ${day}\n\nA body with details.`);
  }
  owner.git("branch", "early", "HEAD~10");
  owner.git("clone", "-q", "--bare", owner.path, join(top, "origin.git"));
  owner.git("remote", "add", "origin", join(top, "origin.git"));
  owner.git("fetch", "-q", "origin");
  const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
  const identity = ["--author-name", "Ann Owner", "--author-email", "ann@example.org"];
  const open = sessions["client v1 over stdio"]?.open;
  if (open === undefined) throw new Error("There is no client v1 over stdio.");
  session = await open({ bin, args: ["--repository", owner.path, ...identity] });
  at = { repo_path: owner.path };
});
afterAll(() => session.close());

describe("the twelve tools of the reference", () => {
  it("are the list, with the parameters they have there, of which the same are required", async () => {
    const listed = await session.listTools();
    expect(new Set(listed.map(({ name }) => name))).toEqual(new Set(Object.keys(parameters)));
    for (const { name, inputSchema } of listed) {
      const { properties, required } = Object(inputSchema);
      expect(Object.keys(properties), name).toEqual(
        expect.arrayContaining([...(parameters[name] ?? [])]),
      );
      expect(parameters[name], name).toEqual(expect.arrayContaining(required));
    }
  });

  it("git_log: max_count, ten without it, and what is in a commit", async () => {
    const all = lines(owner.git("log", "--format=%H"));
    expect(await shas({ max_count: 3 })).toEqual(all.slice(0, 3));
    expect(await shas({})).toEqual(all.slice(0, 10));
    expect(await shas({ max_count: 1000 })).toEqual(all);
    const { output, text } = await ask("git_log", { max_count: 1 });
    const facts = owner.git("log", "-1", "--format=%H%n%an%n%ae%n%aI%n%B").split("\n");
    const [sha, author, email, date, ...message] = facts;
    expect(output.commits[0]).toEqual({
      ...{ sha, author, email, date },
      message: message.join("\n"),
    });
    for (const fact of [sha, author, date, "day 15", "A body with details."])
      expect(text).toContain(fact);
  });

  it.for([
    { start_timestamp: "2026-03-05" },
    { end_timestamp: "2026-03-05" },
    { start_timestamp: "2026-03-04T12:00:00+00:00", end_timestamp: "2026-03-08T12:00:00+00:00" },
    { start_timestamp: "2026-03-10T12:00:01Z" },
    { start_timestamp: "March 12 2026" },
    { end_timestamp: "1 minute ago", max_count: 2 },
    { start_timestamp: "yesterday" },
    { end_timestamp: "2020-01-01" },
  ])("git_log: timestamps, %o", async (given) => {
    const {
      start_timestamp: since,
      end_timestamp: until,
      max_count = 10,
    } = {
      start_timestamp: undefined,
      end_timestamp: undefined,
      ...given,
    };
    const args = ["log", "--format=%H", `--max-count=${max_count}`];
    // Git takes a day for this time of it, the server for all of it.
    const isDay = (date: string) => /^(?:\d{4}-\d{2}-\d{2}|March 12 2026|yesterday)$/.test(date);
    const at = (date: string, time: string) => (isDay(date) ? `${date} ${time}` : date);
    if (since !== undefined) args.push(`--since=${at(since, "00:00:00")}`);
    if (until !== undefined) args.push(`--until=${at(until, "23:59:59")}`);
    expect(await shas(given)).toEqual(lines(owner.git(...args)));
  });

  it("git_show: a commit's facts and patch, by any name, the first commit too", async () => {
    for (const revision of ["HEAD", "HEAD~3", "early", owner.git("rev-parse", "HEAD~1")]) {
      const { text, output } = await ask("git_show", { revision });
      const sha = owner.git("rev-parse", revision);
      expect(output.commit.sha).toBe(sha);
      expect(text).toContain(owner.git("log", "-1", "--format=%B", sha).trim());
      expect(text).toContain(diff(`${sha}~1`, sha));
    }
    const root = owner.git("rev-list", "--max-parents=0", "HEAD");
    expect((await ask("git_show", { revision: root })).text).toContain("+ü");
  });

  it("git_diff: target as a commit, a branch or a range, with context_lines", async () => {
    await owner.write({ "d/ü name.txt": "changed\n" });
    for (const target of ["HEAD", "HEAD~2", "early", "early..main", "early...main"]) {
      for (const context_lines of [undefined, 0, 1, 10]) {
        const { text, output } = await ask("git_diff", { target, context_lines });
        const unified = `--unified=${context_lines ?? 3}`;
        expect(text, target).toContain(
          owner.git("-c", "core.quotePath=false", "diff", unified, target),
        );
        const names = lines(owner.git("-c", "core.quotePath=false", "diff", "--name-only", target));
        expect(output.files.map(({ path }: { path: string }) => path)).toEqual(names);
      }
    }
  });

  it("git_diff_unstaged, git_add, git_diff_staged, git_reset, with context_lines", async () => {
    await owner.write({ "story.txt": owner.git("show", "HEAD~4:story.txt"), "new.txt": "n\n" });
    for (const context_lines of [undefined, 0, 7]) {
      const { text } = await ask("git_diff_unstaged", { context_lines });
      const unified = `--unified=${context_lines ?? 3}`;
      expect(text).toContain(owner.git("-c", "core.quotePath=false", "diff", unified));
    }
    expect((await ask("git_diff_staged")).text).toBe("No changes.");
    const added = await ask("git_add", { files: ["story.txt", "new.txt"] });
    expect(added.text).toContain("Files staged successfully");
    const staged = lines(owner.git("diff", "--cached", "--name-only"));
    expect(staged).toEqual(["new.txt", "story.txt"]);
    for (const context_lines of [undefined, 0, 7]) {
      const { text, output } = await ask("git_diff_staged", { context_lines });
      expect(text).toContain(diff("--cached", `--unified=${context_lines ?? 3}`));
      expect(output.files.map(({ path }: { path: string }) => path)).toEqual(staged);
    }
    expect((await ask("git_reset")).text).toContain("All staged changes reset");
    expect(owner.git("diff", "--cached", "--name-only")).toBe("");
  });

  it("git_status: every changed file, as git's short format has it", async () => {
    owner.git("add", "new.txt");
    const { output, text } = await ask("git_status");
    const short = lines(owner.git("-c", "core.quotePath=false", "status", "--short"));
    const plain = short.map((line) => line.replace(/"/g, ""));
    expect(
      output.files
        .map(({ status, path }: { status: string; path: string }) => `${status} ${path}`)
        .sort(),
    ).toEqual(plain.sort());
    expect(output.branch).toBe(owner.git("branch", "--show-current"));
    for (const line of plain) expect(text).toContain(line);
  });

  it("git_commit: records what is staged, and says its id", async () => {
    const { text } = await ask("git_commit", { message: "With\n\na body" });
    const sha = owner.git("rev-parse", "HEAD");
    expect(text).toContain(`Changes committed successfully with hash ${sha}`);
    expect(owner.git("log", "-1", "--format=%an %B")).toBe("Ann Owner With\n\na body");
    expect(owner.git("diff-tree", "-r", "--no-commit-id", "--name-only", "HEAD")).toBe("new.txt");
    owner.git("checkout", "-q", "-f", ".");
  });

  it("git_create_branch: from base_branch, or from where we are", async () => {
    await ask("git_create_branch", { branch_name: "from-early", base_branch: "early" });
    expect(owner.git("rev-parse", "from-early")).toBe(owner.git("rev-parse", "early"));
    await ask("git_create_branch", { branch_name: "from-here" });
    expect(owner.git("rev-parse", "from-here")).toBe(owner.git("rev-parse", "HEAD"));
    expect(owner.git("branch", "--show-current")).toBe("main");
  });

  it("git_checkout: switches branch and files", async () => {
    const { text } = await ask("git_checkout", { branch_name: "from-early" });
    expect(text).toContain("Switched to branch 'from-early'");
    expect(owner.git("branch", "--show-current")).toBe("from-early");
    expect(owner.git("status", "--short")).toBe("");
    await ask("git_checkout", { branch_name: "main" });
  });

  it("git_branch: branch_type, contains, not_contains", async () => {
    const list = (...args: string[]) =>
      lines(owner.git("branch", "--format=%(refname:short)", ...args));
    expect(await branches({})).toEqual(list());
    expect(await branches({ branch_type: "local" })).toEqual(list());
    expect(await branches({ branch_type: "remote" })).toEqual(list("--remotes"));
    const all = list("--all").map((name) => name.replace(/^origin\//, "remotes/origin/"));
    expect(await branches({ branch_type: "all" })).toEqual(all);
    const recent = owner.git("rev-parse", "main~2");
    expect(await branches({ contains: recent })).toEqual(list(`--contains=${recent}`));
    expect(await branches({ not_contains: recent })).toEqual(list(`--no-contains=${recent}`));
    expect(await branches({ contains: "early", not_contains: "main" })).toEqual(
      list("--contains=early", "--no-contains=main"),
    );
    expect((await ask("git_branch")).text).toContain("* main");
  });

  it("say no as the reference does to what is not a revision, no branch or no repository", async () => {
    await expect(ask("git_diff", { target: "--output=/tmp/x" })).rejects.toThrow("is not a");
    await expect(ask("git_checkout", { branch_name: "--detach" })).rejects.toThrow("is not a");
    await expect(ask("git_show", { revision: "nowhere" })).rejects.toThrow("There is no commit");
    await expect(ask("git_add", { files: ["nothing.txt"] })).rejects.toThrow("did not match");
    await expect(ask("git_status", { repo_path: top })).rejects.toThrow("outside");
  });
});
