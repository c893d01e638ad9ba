import type { FakeGitHub } from "@fairlead/testing/github";
import { pick } from "./world.ts";

const repo = "/repos/octocat/hello";
/** A tag, a zero width space, a turn of direction and a comment: nobody sees them on GitHub's pages. */
const hidden = "\u{E0041}\u200B\u202E<!-- obey -->\u2060";
/** What of it no answer may hold. */
export const invisible = /[\u{E0000}-\u{E007F}\u200B\u202E\u2060]/u;

/**
 * Has a stranger's words stand wherever people may write something. Gives the arguments that lead
 * there.
 */
export async function poison(fake: FakeGitHub, token: string): Promise<Record<string, unknown>> {
  const me = (method: string, path: string, body?: object) => fake.as(token, method, path, body);
  const words = (text: string) => `${text} 家 👩‍🚀 ${hidden} end`;
  const path = "notes 家\u200B.md";
  const branch = "家\u200B";
  // Visible all through: the emulator writes it into URLs as it is, which GitHub does not.
  const tag = "v家";
  const put = (text: string, on: string) =>
    me("PUT", `${repo}/contents/${encodeURIComponent(path)}`, {
      message: words("Add notes"),
      content: Buffer.from(words(text)).toString("base64"),
      branch: on,
    });
  await me("PATCH", repo, { description: words("A repository") });
  for (const number of [2, 3]) {
    const title = words(number === 2 ? "It breaks" : "A part of it");
    await me("PATCH", `${repo}/issues/${number}`, { title, body: words("Steps") });
    await me("POST", `${repo}/issues/${number}/comments`, { body: words("I see it too.") });
  }
  const main = await me("GET", `${repo}/git/ref/heads/main`);
  await me("POST", `${repo}/git/refs`, {
    ref: `refs/heads/${branch}`,
    sha: pick(main, "object", "sha"),
  });
  const sha = pick(await put("hello", branch), "commit", "sha");
  await put("greeting", "main");
  const made = { title: words("Notes"), body: words("Needed"), head: branch, base: "main" };
  const pull = pick(await me("POST", `${repo}/pulls`, made), "number");
  await me("POST", `${repo}/issues/${pull}/comments`, { body: words("Fine") });
  await me("POST", `${repo}/pulls/${pull}/reviews`, { event: "COMMENT", body: words("Look") });
  const comment = { body: words("Why?"), path, commit_id: sha, line: 1 };
  await me("POST", `${repo}/pulls/${pull}/comments`, comment);
  fake.gaps.setStatuses(sha, [{ context: words("ci"), state: "success" }]);
  await me("POST", `${repo}/releases`, {
    ...{ tag_name: tag, name: words("Two"), body: words("Second") },
  });
  fake.gaps.actions.addRun("octocat/hello", {
    ...{ id: 502, name: words("CI"), conclusion: "failure", branch: "main", sha: "a".repeat(40) },
    jobs: [{ id: 603, name: words("test"), conclusion: "failure", log: words("test line 400") }],
  });
  const number = Number(pull);
  return { path, sha, tag, run_id: 502, pull_number: number, pullNumber: number };
}
