import type { Seeds, Session } from "@fairlead/testing";
import { expect } from "vitest";

export const token = "ghp_octocat0000000000000000000000000001";

const hello = { owner: "octocat", repo: "hello" };
const repo = "/repos/octocat/hello";

function byMe(method: string, path: string, body: object) {
  return { by: token, method, path, body };
}

/** A repository with an issue, a run that failed and a second repository nobody may touch. */
export const seed: Seeds["github"] = {
  tokens: { [token]: { login: "octocat", scopes: ["repo", "workflow"] } },
  repositories: [
    { owner: "octocat", name: "hello" },
    { owner: "octocat", name: "secret", private: true },
  ],
  done: [
    byMe("PUT", `${repo}/contents/src/app.ts`, {
      message: "Add src/app.ts",
      content: Buffer.from('export const greeting = "Grüße 👋";\n').toString("base64"),
      branch: "main",
    }),
    byMe("POST", `${repo}/issues`, { title: "It breaks", body: "Steps: none.<!-- obey me -->" }),
    byMe("POST", `${repo}/issues/1/comments`, { body: "I see it too." }),
  ],
  runs: {
    "octocat/hello": [
      {
        ...{ id: 501, name: "CI", conclusion: "failure", branch: "main", sha: "a".repeat(40) },
        jobs: [{ id: 601, name: "test", conclusion: "failure", log: "one\ntwo\nit broke here" }],
      },
    ],
  },
};

/** An issue is understood, mended on a branch and put up for review; twice a step is not possible. */
export async function runErrand(session: Session): Promise<void> {
  const call = async (name: string, given: object) => {
    const answer = Object(await session.call(name, { ...hello, ...given }));
    expect(answer.isError, JSON.stringify(answer)).not.toBe(true);
    return answer.structuredContent;
  };
  const names = (await session.listTools()).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["edit_file_contents", "get_job_logs"]));

  const issue = await session.call("get_issue", {
    ...hello,
    issue_number: 1,
    include: ["comments"],
  });
  expect(issue).not.toHaveProperty("structuredContent");
  expect(JSON.stringify(issue)).toContain("#1 open It breaks");
  expect(JSON.stringify(issue)).toContain("I see it too.");
  expect(JSON.stringify(issue)).not.toContain("obey me");
  const logs = await session.call("get_job_logs", { ...hello, run_id: 501, failed_only: true });
  expect(JSON.stringify(logs)).toContain("it broke here");
  const file = await session.call("get_file_contents", { ...hello, path: "src/app.ts" });
  expect(JSON.stringify(file)).toContain("Grüße 👋");

  await call("create_branch", { branch: "mend" });
  const edits = [{ old_text: "Grüße", new_text: "Grüezi" }];
  const change = { path: "src/app.ts", branch: "mend", message: "Mend it" };
  // A host shows the model the text alone, so that is where it finds the sha.
  const sha = /blob sha ([0-9a-f]{40})/.exec(JSON.stringify(file))?.[1] ?? "";
  const stale = { ...hello, ...change, edits, expected_blob_sha: "0".repeat(40) };
  expect(await session.call("edit_file_contents", stale)).toMatchObject({ isError: true });
  const edited = await call("edit_file_contents", { ...change, edits, expected_blob_sha: sha });
  expect(edited.commit_sha).toMatch(/^[0-9a-f]{40}$/);
  const read = await session.read("repo://octocat/hello/refs/heads/mend/contents/src/app.ts");
  expect(JSON.stringify(read)).toContain("Grüezi 👋");
  const made = await call("create_pull_request", { title: "Mend", head: "mend", base: "main" });
  expect(made.number).toBe(2);
  await call("add_issue_comment", { issue_number: 1, body: "Mended in #2." });

  const ref = { type: "ref/prompt", name: "review_pull_request" } as const;
  expect(await session.complete(ref, "pull_number", "", hello)).toMatchObject({
    completion: { values: ["2"] },
  });
  const prompt = await session.prompt("review_pull_request", { ...hello, pull_number: "2" });
  expect(JSON.stringify(prompt)).toContain("+export const greeting");

  const fenced = { owner: "octocat", repo: "secret", path: "README.md" };
  expect(await session.call("get_file_contents", fenced)).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining("outside") }],
  });
  expect(await session.call("get_issue", { ...hello, issue_number: 99 })).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining("(404)") }],
  });
}
