import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { connect, type SpawnedClient, spawn } from "@fairlead/runtime/testing";
import { assertReadmeRow, toTokens } from "@fairlead/testing";
import { createFakeGitHub, type FakeGitHub } from "@fairlead/testing/github";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { server } from "../src/index.ts";
import { steps } from "./support/reference-steps.ts";
import { createClient, myToken } from "./support/world.ts";

const { resolve } = createRequire(import.meta.url);
const reference = pathToFileURL(resolve("@modelcontextprotocol/server-github/dist/index.js"));
const preload = new URL("./support/redirect-fetch.mjs", import.meta.url).href;

/** The rows of the README's table of answers, by the first step with the tool. */
const labels = {
  get_issue: "`get_issue`",
  list_issues: "`list_issues`, one issue",
  get_pull_request: "`get_pull_request`",
  list_pull_requests: "`list_pull_requests`, one",
  list_commits: "`list_commits`, two",
  get_file_contents: "`get_file_contents`, one line",
  search_code: "`search_code`, one file",
};

interface Side {
  readonly fake: FakeGitHub;
  call(
    name: string,
    args: object,
  ): Promise<{
    readonly isError: boolean;
    readonly text: string;
    readonly structuredContent?: unknown;
  }>;
}

/** Each side works on an emulated GitHub of its own, since most steps change it. */
function createBackend() {
  return createFakeGitHub({
    tokens: { [myToken]: { login: "octocat", scopes: ["repo"] } },
    repositories: [
      { owner: "octocat", name: "hello" },
      { owner: "eve", name: "library" },
    ],
  });
}

describe("the reference server's calls on the same emulator", () => {
  let theirs: Side;
  let ours: Side;
  let spawned: SpawnedClient;
  const sizes: (readonly [tool: string, theirs: number, ours: number])[] = [];

  beforeAll(async () => {
    const [fakeOfTheirs, fakeOfOurs] = await Promise.all([createBackend(), createBackend()]);
    spawned = await spawn(reference, {
      era: "legacy",
      env: {
        GITHUB_PERSONAL_ACCESS_TOKEN: myToken,
        EMULATED_GITHUB: fakeOfTheirs.url,
        NODE_OPTIONS: `--import ${preload}`,
      },
    });
    theirs = {
      fake: fakeOfTheirs,
      async call(name, args) {
        try {
          return await spawned.callTool(name, { ...args });
        } catch (error) {
          return { isError: true, text: String(error) };
        }
      },
    };
    const options = { allowCrossVisibility: true };
    const client = await createClient(fakeOfOurs.url, { options, keep: true });
    ours = { fake: fakeOfOurs, call: (name, args) => client.callTool(name, { ...args }) };
  });

  afterAll(async () => {
    await spawned.close();
    await theirs.fake[Symbol.asyncDispose]();
    await ours.fake[Symbol.asyncDispose]();
  });

  // One after the other: each builds on what the steps before it left behind.
  test.each(steps.map((step, at) => [`${at + 1} ${step.tool}: ${step.what}`, step] as const))(
    "%s",
    async (_, step) => {
      const args = step.args;
      const [their, our] = [
        await theirs.call(step.tool, await args(theirs.fake)),
        await ours.call(step.tool, {
          ...(await args(ours.fake)),
          ...(await step.more?.(ours.fake)),
        }),
      ];
      if (step.differs !== undefined) {
        step.differs(their, our);
        return;
      }
      expect(their.isError, their.text).toBe(false);
      expect(our.isError, our.text).toBe(false);
      const facts = step.facts(JSON.parse(their.text));
      expect(facts.length).toBeGreaterThan(0);
      for (const fact of facts) expect(our.text).toContain(String(fact));
      // Hosts show the model one of the two, so the larger one counts.
      const structured = JSON.stringify(our.structuredContent ?? "");
      sizes.push([step.tool, their.text.length, Math.max(our.text.length, structured.length)]);
    },
  );

  test("leave the same repository behind", async () => {
    const look = async ({ fake }: Side) => ({
      readme: await read(fake, "/contents/README.md?ref=main", "content"),
      pushed: await read(fake, "/contents/one/two.txt?ref=work", "content"),
      issue: await read(fake, "/issues/1", "title", "body", "state"),
      comments: await read(fake, "/issues/1/comments", "length"),
      pull: await read(fake, "/pulls/2", "title", "state", "merged"),
    });
    expect(await look(ours)).toEqual(await look(theirs));
    // Theirs sends what GitHub does not know, such as autoInit.
    expect(ours.fake.problems).toEqual([]);
  });

  test("the README's figures are these", async () => {
    const readme = new URL("../README.md", import.meta.url);
    for (const [tool, label] of Object.entries(labels)) {
      const [, their = 0, our = 0] = sizes.find(([name]) => name === tool) ?? [];
      assertReadmeRow(readme, label, [Math.ceil(their / 4), Math.ceil(our / 4)]);
    }
    const list = await spawned.listTools();
    const name = "`@modelcontextprotocol/server-github` 2025.4.8, without annotations and outputs";
    assertReadmeRow(readme, name, [list.length, toTokens(JSON.stringify(list))]);
    const client = await connect(server);
    const own = await client.listTools();
    await client.close();
    assertReadmeRow(readme, "this server", [own.length, toTokens(JSON.stringify(own))]);
  });

  test("every tool of the reference is replayed", async () => {
    const listed = (await spawned.listTools()).map(({ name }) => String(name));
    expect([...new Set(steps.map(({ tool }) => tool))].sort()).toEqual(listed.sort());
  });
});

async function read(fake: FakeGitHub, path: string, ...keys: readonly string[]) {
  const json = Object(await fake.as(myToken, "GET", `/repos/octocat/hello${path}`));
  return keys.map((key): unknown => Reflect.get(json, key));
}
