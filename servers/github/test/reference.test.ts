import { createRequire } from "node:module";
import { stdout } from "node:process";
import { pathToFileURL } from "node:url";
import { type SpawnedClient, spawn } from "@fairlead/runtime/testing";
import { createFakeGitHub, type FakeGitHub } from "@fairlead/testing/github";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { steps } from "./support/reference-steps.ts";
import { createClient, myToken } from "./support/world.ts";

const { resolve } = createRequire(import.meta.url);
const reference = pathToFileURL(resolve("@modelcontextprotocol/server-github/dist/index.js"));
const preload = new URL("./support/redirect-fetch.mjs", import.meta.url).href;

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
    // The figures of the README's table.
    const tokens = (length: number) => String(Math.ceil(length / 4)).padStart(6);
    const rows = sizes.map(([tool, their, our]) => `${tokens(their)}${tokens(our)}  ${tool}`);
    stdout.write(`github: tokens of an answer, reference and ours\n${rows.join("\n")}\n`);
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

  test("every tool of the reference is replayed", async () => {
    const listed = (await spawned.listTools()).map(({ name }) => String(name));
    expect([...new Set(steps.map(({ tool }) => tool))].sort()).toEqual(listed.sort());
  });
});

async function read(fake: FakeGitHub, path: string, ...keys: readonly string[]) {
  const json = Object(await fake.as(myToken, "GET", `/repos/octocat/hello${path}`));
  return keys.map((key): unknown => Reflect.get(json, key));
}
