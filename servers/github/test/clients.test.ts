import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createEmulators, createInspector, findSessions } from "@fairlead/testing";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { runErrand, seed, token } from "./support/errand.ts";
import { createWorld, myToken } from "./support/world.ts";

// Emulator tests: the built bin and a GitHub on loopback, and the image and a GitHub in a container,
// which it reaches by name as an Enterprise Server with a certificate of the company's own.

const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
const sessions = await findSessions("github", bin);
const emulators = createEmulators("github");
afterAll(() => emulators.close());

describe.for(Object.entries(sessions))("the official %s", ([, way]) => {
  test("runs a person's errand from an issue to a pull request", async () => {
    const emulator = await emulators.get(way);
    const { api = "" } = await emulator.seed(seed);
    const session = await way.open({
      ...emulator.launch,
      args: ["--host", api, "--repos", "octocat/hello", "--toolsets", "default,actions"],
      env: { ...emulator.launch.env, GITHUB_PERSONAL_ACCESS_TOKEN: token },
    });
    onTestFinished(() => session.close());
    await runErrand(session);
    const { problems, requests } = await emulator.look();
    expect(problems).toEqual([]);
    expect(JSON.stringify(requests), "nothing is sent for what is fenced off").not.toContain(
      "octocat/secret",
    );
    expect(session.stderr()).not.toContain(token);
  });
});

describe.for(
  Object.entries(sessions)
    .filter(([, { contained }]) => contained)
    .slice(0, 1),
)("the official %s", ([, way]) => {
  test("finds the API of an Enterprise Server by its name alone", async () => {
    const emulator = await emulators.get(way);
    await emulator.seed(seed);
    const session = await way.open({
      ...emulator.launch,
      args: ["--host", "github.emulator:8443"],
      env: { ...emulator.launch.env, GITHUB_PERSONAL_ACCESS_TOKEN: token },
    });
    onTestFinished(() => session.close());
    expect(await session.call("get_me")).toMatchObject({
      structuredContent: { login: "octocat" },
    });
  });

  test.each([
    ["http://github.emulator:8443/api/v3", {}, "is without TLS"],
    ["https://github.emulator:8443/api/v3", { NODE_EXTRA_CA_CERTS: "" }, "NODE_EXTRA_CA_CERTS"],
  ])("sends no token to %s with %j", async (host, more, reason) => {
    const emulator = await emulators.get(way);
    await emulator.seed(seed);
    const session = await way.open({
      ...emulator.launch,
      args: ["--host", host],
      env: { ...emulator.launch.env, ...more, GITHUB_PERSONAL_ACCESS_TOKEN: token },
    });
    onTestFinished(() => session.close());
    const answer = JSON.stringify(await session.call("get_me"));
    expect(answer).toContain(reason);
    expect(answer).not.toContain(token);
    expect((await emulator.look()).requests).toEqual([]);
  });
});

test("the Inspector calls a tool over stdio", async () => {
  const { fake } = await createWorld();
  const directory = mkdtempSync(join(tmpdir(), "fairlead-github-"));
  const file = join(directory, "token");
  writeFileSync(file, myToken);
  const inspector = createInspector();
  onTestFinished(() => {
    inspector.close();
    rmSync(directory, { recursive: true });
  });
  const target = [process.execPath, bin, "--host", fake.url, "--personal-access-token-file", file];
  const call = ["--method", "tools/call", "--tool-name", "list_issues"];
  const hello = JSON.stringify({ owner: "octocat", repo: "hello" });
  const args = ["--tool-args-json", hello];
  const { code, stdout, stderr } = await inspector.run([...target, "--quiet", ...call, ...args]);
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toContain("It breaks");
});
