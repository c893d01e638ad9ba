import { afterAll, describe, expect, test } from "vitest";
import { type Emulator, findEngine, type Service, startEmulator } from "../src/index.ts";

const engine = await findEngine();
const token = "ghp_0000000000000000000000000000000001";

/** Asks an emulated service from a container next to it, by its name. */
async function ask({ launch }: Emulator<Service>, url: string, init: object): Promise<string> {
  const { env = {}, readOnly = [], network = "none" } = launch;
  const script = `fetch(${JSON.stringify(url)}, ${JSON.stringify(init)})
    .then(async (answer) => console.log(answer.status, await answer.text()))`;
  return (
    (await engine?.run(
      ...["run", "--rm", "--network", network],
      ...readOnly.flatMap((path) => ["--volume", `${path}:${path}:ro`]),
      ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...["node:24-bookworm-slim", "node", "--eval", script],
    )) ?? ""
  );
}

describe.skipIf(engine === undefined)("an emulator (container)", async () => {
  const emulator = await startEmulator("github", { contained: engine !== undefined });
  afterAll(() => emulator.close());
  const seed = {
    tokens: { [token]: { login: "octocat" } },
    repositories: [{ owner: "octocat", name: "hello" }],
  };
  const headers = { authorization: `Bearer ${token}` };

  test("answers by its name, below the path of an Enterprise Server", async () => {
    const { api } = await emulator.seed(seed);
    expect(api).toBe("https://github.emulator:8443/api/v3");
    expect(await ask(emulator, `${api}/repos/octocat/hello`, { headers })).toMatch(/^200 .*hello/);
    expect(await ask(emulator, "https://github.emulator:8443/user", { headers })).toMatch(/^404/);
    expect((await emulator.look()).requests).toEqual([
      { method: "GET", path: "/repos/octocat/hello" },
    ]);
  });

  test("tells of what the vendor's description does not allow, until it is seeded anew", async () => {
    const { api } = await emulator.seed(seed);
    await ask(emulator, `${api}/repos/octocat/hello/issues?colour=red`, { headers });
    expect((await emulator.look()).problems).toEqual([
      "GET /repos/octocat/hello/issues takes no colour",
    ]);
    await emulator.seed(seed);
    expect(await emulator.look()).toEqual({ problems: [], requests: [] });
  });
});
