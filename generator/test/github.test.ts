import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { spawn } from "@fairlead/runtime/testing";
import { mostLoaded, readLoads, reportLoads } from "@fairlead/testing";
import { createEmulator } from "emulate";
import { expect, onTestFinished, test } from "vitest";
import { createFolder } from "./support/api.ts";
import { buildPackage } from "./support/built.ts";

/** An emulated GitHub with one repository. */
async function createGithub() {
  const emulator = await createEmulator({
    service: "github",
    port: 0,
    seed: {
      tokens: { "token-of-octocat": { login: "octocat", scopes: ["repo", "user"] } },
      github: {
        users: [{ login: "octocat" }],
        repos: [{ owner: "octocat", name: "hello", auto_init: true }],
      },
    },
  });
  onTestFinished(() => emulator.close());
  return { url: emulator.url };
}

test("GitHub: 1,223 operations in search mode are found by their words", async () => {
  const folder = await createFolder();
  const out = await buildPackage(folder, "github.json", "--name", "github", "--mode", "search");
  const github = await createGithub();
  const env = {
    GITHUB_BASE_URL: github.url,
    GITHUB_API_TOKEN: "token-of-octocat",
    NODE_OPTIONS: reportLoads,
  };
  const client = await spawn(pathToFileURL(join(out, "dist/main.cjs")), { env });
  onTestFinished(() => client.close());
  expect((await client.listTools()).length).toBe(3);
  const { files, bytes } = readLoads(client.stderr());
  expect(bytes, files.join("\n")).toBeLessThan(mostLoaded);
  const wishes: readonly (readonly [string, string])[] = [
    ["create an issue", "create_issue"],
    ["get one issue", "get_issue"],
    ["list pull requests of a repository", "list_pulls"],
    ["merge a pull request", "merge_pull"],
    ["delete a branch protection", "delete_repo_branch_protection"],
  ];
  for (const [query, name] of wishes) {
    const { text } = await client.callTool("search_operations", { query, limit: 5 });
    expect(
      text.split("\n").map((line) => line.split(" ")[0]),
      query,
    ).toContain(name);
  }
  const { text } = await client.callTool("describe_operation", { name: "create_issue" });
  expect(JSON.parse(text)).toMatchObject({ arguments: { required: ["owner", "repo", "title"] } });
  const repository = { owner: "octocat", repo: "hello" };
  const call = async (name: string, args: object, fields: string[]) =>
    (await client.callTool("call_operation", { name, arguments: args, fields })).text;
  const issue = { ...repository, title: "It works", body: "Said by a generated server." };
  expect(await call("create_issue", issue, ["number", "title"])).toBe(
    '{"number":1,"title":"It works"}',
  );
  const asked = { ...repository, issue_number: 1 };
  expect(await call("get_issue", asked, ["user.login", "state", "body"])).toBe(
    JSON.stringify({ user: { login: "octocat" }, state: "open", body: issue.body }),
  );
});
