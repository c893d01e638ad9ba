import { connect } from "@fairlead/runtime/testing";
import { expect, onTestFinished, test } from "vitest";
import { toServer } from "../src/emit/files.ts";
import type { Plan } from "../src/plan/plan.ts";
import { facts, toDocument, toPlan } from "./support/api.ts";
import { toCorpusPlan } from "./support/corpus.ts";

/** What people ask for in their own words, and the operation they mean, by method and path. */
const questions: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "github.json": [
    ["create an issue", "POST /repos/{owner}/{repo}/issues"],
    ["list issues of a repository", "GET /repos/{owner}/{repo}/issues"],
    ["merge a pull request", "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge"],
    ["list my repositories", "GET /user/repos"],
    ["create a repository", "POST /user/repos"],
    ["fork a repo", "POST /repos/{owner}/{repo}/forks"],
    ["star a repository", "PUT /user/starred/{owner}/{repo}"],
    ["search code", "GET /search/code"],
    ["get latest release", "GET /repos/{owner}/{repo}/releases/latest"],
    ["comment on an issue", "POST /repos/{owner}/{repo}/issues/{issue_number}/comments"],
    ["rerun a workflow", "POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun"],
    ["create or update a file", "PUT /repos/{owner}/{repo}/contents/{path}"],
    ["add a collaborator", "PUT /repos/{owner}/{repo}/collaborators/{username}"],
    ["create a webhook for a repository", "POST /repos/{owner}/{repo}/hooks"],
  ],
  "slack.json": [
    ["send a message", "POST /chat.postMessage"],
    ["list channels", "GET /conversations.list"],
    ["upload a file", "POST /files.upload"],
    ["add a reaction", "POST /reactions.add"],
    ["set my status", "POST /users.profile.set"],
    ["look up user by email", "GET /users.lookupByEmail"],
    ["invite a user to a channel", "POST /conversations.invite"],
  ],
  "openai.yaml": [
    ["generate an image", "POST /images/generations"],
    ["moderate text", "POST /moderations"],
    ["transcribe audio", "POST /audio/transcriptions"],
    ["create embeddings", "POST /embeddings"],
    ["list fine tuning jobs", "GET /fine_tuning/jobs"],
  ],
};

/** Asks a server for operations; gives their methods and paths, the best first. */
async function open({ data, report }: Plan) {
  const client = await connect(toServer(data, facts));
  onTestFinished(() => client.close());
  const lines = new Map(
    report.outcomes.map(({ name, method, path }) => [name, `${method} ${path}`]),
  );
  return async (query: string) => {
    const { text } = await client.callTool("search_operations", { query, limit: 5 });
    return [...text.matchAll(/^(\S+) \[/gm)].map(([, name]) => lines.get(name));
  };
}

test.each(Object.entries(questions))(
  "%s: what is meant is among the first five",
  async (name, all) => {
    const search = await open(await toCorpusPlan(name, "search"));
    const missed: unknown[] = [];
    for (const [query, line] of all) {
      const found = await search(query);
      if (!found.includes(line)) missed.push([query, line, found]);
      expect(await search(query)).toEqual(found);
    }
    expect(missed).toEqual([]);
  },
);

test("words are found in other forms, taken apart and put together", async () => {
  const ok = { responses: { 200: { description: "OK" } } };
  const paths = [
    ["/pods/{name}/eviction", "create_pod_eviction"],
    ["/pods/{name}/portforward", "connect_pod_portforward"],
    ["/configmaps", "make_configmaps"],
    ["/users", "insert_user"],
    ["/users/{id}/avatars", "insert_user_avatars"],
  ];
  const search = await open(
    await toPlan(
      toDocument(
        Object.fromEntries(
          paths.map(([path, operationId]) => [path, { post: { operationId, ...ok } }]),
        ),
        { servers: [{ url: "https://api.example.com" }] },
      ),
      { mode: "search" },
    ),
  );
  const first = async (query: string) => (await search(query))[0];
  expect(await first("evict a pod")).toBe("POST /pods/{name}/eviction");
  expect(await first("forward a port")).toBe("POST /pods/{name}/portforward");
  expect(await first("config map")).toBe("POST /configmaps");
  expect(await first("add a user")).toBe("POST /users");
  expect(await search("zebra")).toEqual([]);
});
