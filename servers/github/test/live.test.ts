import { stdout } from "node:process";
import { spawn } from "@fairlead/runtime/testing";
import { describe, expect, test } from "vitest";

const token = process.env["FAIRLEAD_LIVE_GITHUB_TOKEN"] ?? "";
const bin = new URL("../dist/main.cjs", import.meta.url);

if (token === "") {
  stdout.write("github: NOT tested against github.com: FAIRLEAD_LIVE_GITHUB_TOKEN is not set.\n");
}

/** Reads only, and of public repositories only. */
describe.skipIf(token === "")("github.com", () => {
  test("answers as the emulator does", async () => {
    const env = { GITHUB_PERSONAL_ACCESS_TOKEN: token };
    const client = await spawn(bin, { args: ["--read-only", "--toolsets", "all"], env });
    const world = { owner: "octocat", repo: "Hello-World" };
    for (const [name, args] of [
      ["get_file_contents", { ...world, path: "README" }],
      ["list_commits", world],
      ["list_branches", world],
      ["list_issues", { ...world, per_page: 3 }],
      ["get_issue", { ...world, issue_number: 1, include: ["comments"] }],
      ["list_pull_requests", { ...world, state: "all", per_page: 3 }],
      ["search_repositories", { query: "repo:octocat/Hello-World" }],
    ] as const) {
      const { isError, text } = await client.callTool(name, args);
      expect(isError, `${name}: ${text}`).toBe(false);
    }
    await client.close();
    expect(client.stdout.join()).not.toContain(token);
  });
});
