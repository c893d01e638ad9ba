import { generateKeyPairSync } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawn } from "@fairlead/runtime/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { bareToken, createClient, createWorld, fineToken, myToken } from "./support/world.ts";

const bin = new URL("../dist/main.cjs", import.meta.url);
const hello = { owner: "octocat", repo: "hello" };

function createDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-github-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

describe("the built bin", () => {
  test("works with a token from its environment, and with one in a file", async () => {
    const { fake } = await createWorld();
    const file = join(createDirectory(), "token");
    writeFileSync(file, `${myToken}\n`);
    for (const [args, env] of [
      [[], { GITHUB_PERSONAL_ACCESS_TOKEN: myToken }],
      [["--personal-access-token-file", file], {}],
    ] as const) {
      const client = await spawn(bin, { args: ["--host", fake.url, ...args], env });
      const { text, isError } = await client.callTool("get_issue", { ...hello, issue_number: 2 });
      await client.close();
      expect([isError, text]).toEqual([false, expect.stringContaining("It breaks")]);
      expect(client.stdout.join() + client.stderr()).not.toContain(myToken);
    }
    expect(fake.problems).toEqual([]);
  });

  test("works as a GitHub App, by the key GitHub hands out", async () => {
    const { fake } = await createWorld();
    const { privateKey, publicKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    fake.gaps.app = { publicKey, installationToken: myToken };
    const file = join(createDirectory(), "app.pem");
    writeFileSync(file, privateKey);
    const app = ["--app-id", "77", "--app-private-key-file", file, "--app-installation-id", "8"];
    const client = await spawn(bin, { args: ["--host", fake.url, ...app] });
    const listed = (await client.listTools()).map(({ name }) => name);
    const { text, isError } = await client.callTool("list_issues", hello);
    const again = await client.callTool("list_issues", hello);
    await client.close();
    expect([isError, text]).toEqual([false, expect.stringContaining("It breaks")]);
    expect(again.isError).toBe(false);
    expect(listed).not.toContain("get_me");
    const logins = fake.requests.filter(({ url }) => url.pathname.startsWith("/app/"));
    expect(logins).toHaveLength(1);
    expect(fake.problems).toEqual([]);
  });

  test("lives on when a call is cancelled that was redirected", async () => {
    const { fake } = await createWorld();
    fake.gaps.actions.logStorage = `${fake.url}/storage`;
    const { promise: hanging, resolve } = Promise.withResolvers<void>();
    fake.intercept(({ url }) => {
      if (url.pathname !== "/storage") return undefined;
      resolve();
      return "hang";
    });
    const env = { GITHUB_PERSONAL_ACCESS_TOKEN: myToken };
    const args = ["--host", fake.url, "--toolsets", "default,actions"];
    const client = await spawn(bin, { args, env });
    const call = { name: "get_job_logs", arguments: { ...hello, job_id: 601 } };
    void client.request("tools/call", call, 4711).catch(() => {});
    await hanging;
    client.notify("notifications/cancelled", { requestId: 4711 });
    expect((await client.callTool("get_me")).text).toContain("octocat");
    await client.close();
    expect(await client.exited).toBe(0);
  });

  test.each([
    [[], "There is no token."],
    [["--app-id", "77"], "is only partly configured"],
    [["--host", "http://github.example.com"], "without TLS"],
    [["--repos", "hello"], "is not a repository or an owner"],
  ])("says what %j lacks at the first call", async (args, problem) => {
    const client = await spawn(bin, { args });
    const { text, isError } = await client.callTool("get_me");
    await client.close();
    expect([isError, text]).toEqual([true, expect.stringContaining(problem)]);
  });
});

describe("tools a token cannot use", () => {
  async function list(token: string) {
    const { fake } = await createWorld();
    const env = { GITHUB_PERSONAL_ACCESS_TOKEN: token };
    const client = await spawn(bin, { args: ["--host", fake.url], env });
    onTestFinished(() => client.close());
    return async () => (await client.listTools()).map(({ name }) => name);
  }

  test("are left out for a classic one without repo or public_repo", async () => {
    const names = await list(bareToken);
    // A list waits only a moment for GitHub to say what a token may, and names every tool until then.
    await expect.poll(names, { timeout: 20_000 }).not.toContain("create_issue");
    const left = await names();
    expect(left).toContain("get_issue");
    expect(left).not.toContain("merge_pull_request");
  });

  test("are unknown for a fine-grained one, so nothing is left out", async () => {
    const [fine, mine] = await Promise.all([list(fineToken), list(myToken)]);
    expect(await fine()).toEqual(await mine());
  });
});

describe("--demo", () => {
  test("answers with the built bin on data of its own", async () => {
    const client = await spawn(bin, { args: ["--demo"] });
    const ada = { owner: "ada", repo: "engine" };
    expect((await client.callTool("list_issues", ada)).text).toContain("table(0) is empty");
    const pulls = await client.callTool("list_pull_requests", ada);
    expect(pulls.text).toContain("Check square");
    const file = await client.callTool("get_file_contents", { ...ada, path: "src/table.ts" });
    expect(file.text).toContain("square");
    await client.close();
    expect(await client.exited).toBe(0);
  });

  describe("without emulate", () => {
    let directory: string;
    beforeAll(() => {
      directory = mkdtempSync(join(tmpdir(), "fairlead-github-"));
      for (const name of ["dist", "package.json"]) {
        const from = fileURLToPath(new URL(`../${name}`, import.meta.url));
        cpSync(from, join(directory, name), { recursive: true });
      }
    });
    afterAll(() => rmSync(directory, { recursive: true, force: true }));

    test("a call says which line brings it", async () => {
      const client = await spawn(join(directory, "dist/main.cjs"), { args: ["--demo"] });
      const { text, isError } = await client.callTool("get_me");
      await client.close();
      expect([isError, text]).toEqual([
        true,
        expect.stringContaining("npx -y -p @fairlead/server-github -p emulate@0.12.2"),
      ]);
    });

    test("one that is installed and fails is not called missing", async () => {
      const own = join(directory, "node_modules/emulate");
      mkdirSync(own, { recursive: true });
      onTestFinished(() => rmSync(join(directory, "node_modules"), { recursive: true }));
      writeFileSync(join(own, "index.js"), 'throw new Error("too old a Node");');
      const client = await spawn(join(directory, "dist/main.cjs"), { args: ["--demo"] });
      const { text, isError } = await client.callTool("get_me");
      await client.close();
      expect([isError, text]).toEqual([true, expect.not.stringContaining("not installed")]);
      expect(client.stderr()).toContain("too old a Node");
    });

    test("everything else works from the bundle alone", async () => {
      const { fake } = await createWorld();
      const env = { GITHUB_PERSONAL_ACCESS_TOKEN: myToken };
      const client = await spawn(join(directory, "dist/main.cjs"), {
        args: ["--host", fake.url],
        env,
      });
      const { text, isError } = await client.callTool("get_me");
      await client.close();
      expect([isError, text]).toEqual([false, expect.stringContaining("octocat")]);
    });
  });
});

test("answers that carry an ETag are asked for again by it", async () => {
  const { fake } = await createWorld();
  const client = await createClient(fake.url);
  const body = JSON.stringify([{ name: "main", commit: { sha: "a".repeat(40) } }]);
  const conditions: unknown[] = [];
  fake.intercept(({ url, headers }) => {
    if (!url.pathname.endsWith("/branches")) return undefined;
    conditions.push(headers["if-none-match"]);
    const etag = { etag: '"one"' };
    return headers["if-none-match"] === '"one"'
      ? { status: 304, headers: etag, body: "" }
      : { status: 200, headers: etag, body };
  });
  expect((await client.callTool("list_branches", hello)).text).toContain("main");
  expect((await client.callTool("list_branches", hello)).text).toContain("main");
  expect(conditions).toEqual([undefined, '"one"']);
});
