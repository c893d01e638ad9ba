import { expect, onTestFinished, test } from "vitest";
import { createClient, createWorld, type World } from "./support/world.ts";

// Requests that wait for no other are sent at once: here none is answered before all of its round are
// there, so one that waits for another of its round waits for ever.

const hello = { owner: "octocat", repo: "hello" };

/** Makes a call whose requests are these, and gives them as they came. */
async function callInRounds(
  { fake, headSha }: World,
  { name, args }: { readonly name: string; readonly args: object },
  rounds: readonly (readonly string[])[],
): Promise<string[]> {
  const client = await createClient(fake.url);
  // What is known of the repository is known.
  await client.callTool("list_branches", hello);
  const seen: string[] = [];
  const whole = rounds.map((round) => ({ round, there: Promise.withResolvers<void>() }));
  onTestFinished(
    fake.hold(async ({ method, url }) => {
      const path = url.pathname.replace("/repos/octocat/hello", "").replace(headSha, "HEAD");
      seen.push(`${method} ${path}`);
      for (const { round, there } of whole) {
        if (round.every((ask) => seen.includes(ask))) there.resolve();
      }
      await whole.find(({ round }) => round.includes(`${method} ${path}`))?.there.promise;
    }),
  );
  const { isError, text } = await client.callTool(name, { ...hello, ...args });
  expect(isError, text).toBe(false);
  return seen;
}

test.each([
  [
    "an issue and its comments",
    "get_issue",
    () => ({ issue_number: 2, include: ["comments", "sub_issues", "timeline"] }),
    [
      [
        "GET /issues/2",
        "GET /issues/2/comments",
        "GET /issues/2/sub_issues",
        "GET /issues/2/timeline",
      ],
    ],
  ],
  [
    "a pull request and its files",
    "get_pull_request",
    () => ({ pull_number: 1, include: ["diff", "files", "reviews", "comments", "discussion"] }),
    [
      [
        ...[
          "GET /issues/1/comments",
          "GET /pulls/1",
          "GET /pulls/1/comments",
          "GET /pulls/1/files",
        ],
        "GET /pulls/1/reviews",
      ],
    ],
  ],
  [
    "a pull request and what was found in its commit",
    "get_pull_request",
    () => ({ pull_number: 1, include: ["status", "checks"] }),
    [["GET /pulls/1"], ["GET /commits/HEAD/check-runs", "GET /commits/HEAD/status"]],
  ],
  [
    "the files of a pull request",
    "get_pull_request_files",
    () => ({ pull_number: 1 }),
    [["GET /pulls/1", "GET /pulls/1/files"]],
  ],
  [
    "a commit and whose it is",
    "get_commit",
    ({ headSha }: World) => ({ sha: headSha }),
    [["GET /commits/HEAD", "GET /compare/main...HEAD"]],
  ],
  [
    "a file and whose it is",
    "get_file_contents",
    ({ headSha }: World) => ({ path: "src/new.ts", ref: headSha }),
    [["GET /compare/main...HEAD", "GET /contents/src/new.ts"]],
  ],
  [
    "the jobs of a run and the run",
    "get_job_logs",
    () => ({ run_id: 501 }),
    [["GET /actions/runs/501", "GET /actions/runs/501/jobs"], ["GET /actions/jobs/601/logs"]],
  ],
] as const)("%s are asked for at once", async (_, name, args, rounds) => {
  const world = await createWorld();
  const seen = await callInRounds(world, { name, args: args(world) }, rounds);
  expect(seen.sort()).toEqual(rounds.flat().sort());
  expect(world.fake.problems).toEqual([]);
});
