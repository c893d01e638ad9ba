// Docker Compose starts all services, by the commands of docs/hosting.md, and people and programs call them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { Keeper, versions } from "../../examples/everything/test/oauth-client.ts";
import { readBlocks } from "../lib/documents/documents.ts";
import { ComposeStack, findCompose } from "./support/compose-stack.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-compose-"));
const equipped = await findCompose();
const shown = readBlocks("docs/hosting.md").filter(({ text }) => text.includes("docker compose "));
const [plain = "", withIdentity = ""] = shown.map(({ text }) => text);
/** Images may be built. */
const slowly = 400_000;
const patience = { timeout: 60_000, interval: 100 };

/** Makes a token as docs/safety.md shows it. */
function makeToken(): string {
  const script = readBlocks("docs/safety.md").find(({ text }) => text.startsWith("token=$("));
  const text = `${script?.text}\nprintf %s "$token"`;
  const { stdout, status, stderr } = spawnSync("sh", ["-euc", text], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.skipIf(!equipped)("docker compose (container)", () => {
  let stack: ComposeStack;
  let token = "";
  beforeAll(async () => {
    token = makeToken();
    stack = await ComposeStack.open();
    await stack.run(plain.replaceAll("$PWD/tokens", join(folder, "tokens")));
  }, slowly);
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  }, slowly);

  /** The status and the answer of a call, which a caller makes who has this token or none. */
  async function query(bearer?: string) {
    const message = {
      ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
      params: { name: "query", arguments: { sql: "SELECT current_user" } },
    };
    const response = await fetch(stack.mcpUrl, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...(bearer && { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify(message),
    });
    return { status: response.status, text: await response.text() };
  }

  test("a caller with a token reaches the database as the role that only reads", async () => {
    expect(await query(token)).toMatchObject({
      status: 200,
      text: expect.stringContaining('"rows":[["mcp"]]'),
    });
    expect(await query("wrong")).toMatchObject({ status: 401 });
    expect(await query()).toMatchObject({ status: 401 });
  });

  test("no call fails after a replica was killed, and another takes its place", async () => {
    const replicas = await stack.containers("mcp");
    expect(replicas).toHaveLength(3);
    const [doomed = ""] = replicas;
    const state = (format: string) => stack.run(`docker inspect --format '${format}' ${doomed}`);
    // As if it had crashed: `docker kill` would also keep it from being started again.
    const pid = Number(await state("{{.State.Pid}}"));
    process.kill(pid, "SIGKILL");
    // What was sent to it may be lost, as it may have run.
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), patience);
    const statuses: number[] = [];
    for (let times = 0; times < 100; times += 1) statuses.push((await query(token)).status);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    await vi.waitFor(async () => {
      expect(await state("{{.RestartCount}} {{.State.Health.Status}}")).toBe("1 healthy\n");
    }, patience);
  }, 90_000);

  test("no call fails while each replica is restarted", async () => {
    const statuses = new Map<number, number>();
    let over = false;
    const load = Array.from({ length: 8 }, async () => {
      while (!over) {
        const { status } = await query(token).catch(() => ({ status: 0 }));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    });
    for (const replica of await stack.containers("mcp")) {
      await stack.run(`docker restart --time 10 ${replica}`);
      // It answers again before the next one leaves.
      const probe =
        "fetch('http://127.0.0.1:3000/livez').then(({ ok }) => process.exit(ok ? 0 : 1))";
      await vi.waitFor(() => stack.run(`docker exec ${replica} node -e "${probe}"`), patience);
    }
    over = true;
    await Promise.all(load);
    process.stderr.write(`Through three restarts: ${JSON.stringify([...statuses])}\n`);
    expect([...statuses.keys()]).toEqual([200]);
  }, 120_000);

  describe("with an identity provider", () => {
    beforeAll(async () => {
      // The browser of the tests knows this person.
      await stack.run(withIdentity.replace(/(?<=IDENTITY_PASSWORD=).*/, "lovelace"));
    }, slowly);

    test.for(Object.entries(versions))(
      "a person signs in with %s, and calls",
      async ([, client]) => {
        const keeper = new Keeper();
        const session = await client.connect(stack.mcpUrl, keeper);
        onTestFinished(() => session.close());
        expect(keeper.discoveryState()?.authorizationServerUrl).toBe(stack.issuer);
        const answer = await session.call("query", { sql: "SELECT current_user" });
        expect(answer).toMatchObject({ structuredContent: { rows: [["mcp"]] } });
        // Its token is good at each of the replicas, and one that was changed is not.
        const access = keeper.kept?.access_token ?? "";
        for (let times = 0; times < 9; times += 1) expect((await query(access)).status).toBe(200);
        expect((await query(`${access.slice(0, -9)}AAAAAAAAA`)).status).toBe(401);
      },
    );

    test("a caller with a token of the file still may call", async () => {
      expect((await query(token)).status).toBe(200);
    });
  });
});
