import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { legacy, modern, send } from "./fixture/http.ts";
import { call, eventually, messages, type Running, start } from "./fixture/process.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-start-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const token = "a-token-nobody-guesses";
const digest = createHash("sha256").update(token).digest("hex");
const tokens = write("tokens", `alice sha256:${digest}\n`);

/** Starts a server over HTTP and waits until it listens. */
async function serve(...args: Parameters<typeof start>): Promise<{ url: URL; running: Running }> {
  const running = start(...args);
  const url = await eventually(() => {
    const [, found] = /listening on (\S+)/.exec(running.stderr()) ?? [];
    if (found === undefined) throw new Error(`It does not listen: ${running.stderr()}`);
    return new URL(found.replace("0.0.0.0", "127.0.0.1"));
  });
  return { url, running };
}

/** What a server that will not start has to say. */
async function refusal(args: readonly string[], env = {}): Promise<string> {
  const running = start(args, env);
  expect(await running.exited).toBe(2);
  expect(running.stdout()).toBe("");
  expect(running.stderr()).toMatch(/^@fairlead\/fixture cannot start:\n( {2}- .+\n)+$/);
  return running.stderr();
}

describe.concurrent("T1, CVE-2026-23744: beyond this machine", () => {
  test.for(["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "0:0", "127.1:0"])(
    "%s is refused without tokens",
    async (http) => {
      expect(await refusal(["--http", http])).toContain("--token-file");
      expect(await refusal([], { FAIRLEAD_HTTP: http })).toContain("--insecure-no-auth");
    },
  );

  test("it listens with --insecure-no-auth, and anybody may call", async () => {
    const { url, running } = await serve(["--http", "0.0.0.0:0", "--insecure-no-auth"]);
    expect((await send(url, ...legacy("ping"))).status).toBe(200);
    running.child.kill("SIGTERM");
    expect(await running.exited).toBe(0);
  });

  test("it listens with --token-file, and the bearers of tokens may call", async () => {
    const { url, running } = await serve(["--http", "0.0.0.0:0", "--token-file", tokens]);
    expect((await send(url, ...legacy("ping"))).status).toBe(401);
    const params = { name: "who_am_i", arguments: { secret: "x" } };
    const headers = { authorization: `Bearer ${token}` };
    const { message } = await send(url, ...modern("tools/call", params, { headers }));
    expect(message).toMatchObject({ result: { structuredContent: { id: "alice" } } });
    const failing = modern(
      "tools/call",
      { name: "fail", arguments: { how: "error" } },
      { headers },
    );
    await send(url, ...failing);
    running.child.kill("SIGTERM");
    expect(await running.exited).toBe(0);
    expect(running.stderr()).toContain("hunter2");
    expect(running.stderr()).not.toContain(token);
    expect(running.stderr()).not.toContain(digest);
  });

  test("a token taken out of the file opens nothing a moment later", async () => {
    const file = write("changing", `alice sha256:${digest}\n`);
    const { url, running } = await serve(["--http", "127.0.0.1:0", "--token-file", file]);
    const [body, headers] = legacy("ping");
    const ping = async (bearer = token) =>
      (await send(url, body, { ...headers, authorization: `Bearer ${bearer}` })).status;
    expect(await ping()).toBe(200);
    const other = createHash("sha256").update("another").digest("hex");
    writeFileSync(file, `bob sha256:${other}\n`);
    await expect.poll(() => ping(), { timeout: 20_000 }).toBe(401);
    writeFileSync(file, "bob another\n");
    await eventually(() => expect(running.stderr()).toMatch(/warn .*line 1 .*stay valid/));
    expect(await ping("another")).toBe(200);
    running.child.kill("SIGTERM");
    expect(await running.exited).toBe(0);
  });

  test("the last token may be taken out of the file, and a file that is gone takes none", async () => {
    const file = write("last", `alice sha256:${digest}\n`);
    const { url, running } = await serve(["--http", "127.0.0.1:0", "--token-file", file]);
    const [body, headers] = legacy("ping");
    const ping = async () =>
      (await send(url, body, { ...headers, authorization: `Bearer ${token}` })).status;
    // One that leads to itself cannot even be looked at.
    rmSync(file);
    symlinkSync(file, file);
    running.child.kill("SIGHUP");
    await eventually(() => expect(running.stderr()).toMatch(/cannot be read.* stay valid/));
    expect(await ping()).toBe(200);
    rmSync(file);
    writeFileSync(file, `# alice sha256:${digest}\n`);
    await expect.poll(ping, { timeout: 20_000 }).toBe(401);
    await eventually(() => expect(running.stderr()).toContain("nobody may call"));
    running.child.kill("SIGTERM");
    expect(await running.exited).toBe(0);
  });

  test("SIGHUP has the file read again, and the server stays", async () => {
    const file = write("hang-up", `alice sha256:${digest}\n`);
    const { url, running } = await serve(["--http", "127.0.0.1:0", "--token-file", file]);
    writeFileSync(file, `# nobody\nbob sha256:${digest}\n`);
    running.child.kill("SIGHUP");
    await eventually(() => expect(running.stderr()).toContain("hang-up: read again."));
    expect((await send(url, ...legacy("ping"))).status).toBe(401);
    running.child.kill("SIGTERM");
    expect(await running.exited).toBe(0);
  });

  test("a token file that others may write to is warned of", async () => {
    const wide = write("wide", `alice sha256:${digest}\n`);
    for (const [mode, warned] of [
      [0o666, true],
      [0o620, true],
      [0o644, false],
    ] as const) {
      chmodSync(wide, mode);
      const { running } = await serve(["--http", "127.0.0.1:0", "--token-file", wide]);
      running.child.kill("SIGTERM");
      expect(await running.exited).toBe(0);
      expect(running.stderr().includes(`(mode ${mode.toString(8)})`)).toBe(warned);
    }
  });

  test("a token file that is of no use is refused, on this machine too", async () => {
    const plain = write("plain", `alice ${token}\n`);
    for (const http of ["0", "0.0.0.0:0"]) {
      expect(await refusal(["--http", http, "--token-file", plain])).not.toContain(token);
    }
    expect(await refusal(["--http", "0", "--token-file", write("empty", "")])).toContain(
      "no token",
    );
    expect(await refusal(["--http", "0", "--token-file", join(folder, "none")])).toContain(
      "existing",
    );
  });
});

describe.concurrent("options", () => {
  const config = write("config.json", '{"depth":7}');
  const depthOf = async (args: readonly string[], env = {}) => {
    const running = start(args, env);
    running.say(call(1, "show_config"));
    running.child.stdin?.end();
    expect(await running.exited).toBe(0);
    const [, depth] = /\\"depth\\":(\d)/.exec(running.stdout()) ?? [];
    return Number(depth);
  };

  test("a flag wins over a variable, a variable over the file, the file over the default", async () => {
    const env = { FIXTURE_DEPTH: "6" };
    expect(await depthOf([])).toBe(3);
    expect(await depthOf(["--config", config])).toBe(7);
    expect(await depthOf(["--config", config], env)).toBe(6);
    expect(await depthOf(["--config", config, "--depth", "5"], env)).toBe(5);
  });

  test("every problem is said at once, and no secret among them", async () => {
    const said = await refusal(
      ["--depth", "99", "--nonsense", "s3cret-value", "--tools", "no_tool", "--http", "nowhere"],
      { FIXTURE_API_KEY: "s3cret-value", FAIRLEAD_CONFIRM: "maybe" },
    );
    for (const problem of ["--depth", "--nonsense", "no_tool", "--http", "--confirm"]) {
      expect(said).toContain(problem);
    }
    expect(said).not.toContain("s3cret");
  });

  test("a reference that the host did not resolve is warned of, in the log and in a refusal", async () => {
    const env = { FIXTURE_API_KEY: "${FIXTURE_API_KEY}" };
    const running = start([], env);
    running.say(call(1, "show_config"));
    running.child.stdin?.end();
    expect(await running.exited).toBe(0);
    expect(running.stdout()).not.toContain("apiKey");
    expect(running.stderr()).toMatch(/ warn FIXTURE_API_KEY holds the text \$\{FIXTURE_API_KEY\} /);
    expect(await refusal(["--depth", "99"], env)).toContain("FIXTURE_API_KEY holds the text");
  });

  test("what only the config's own schema can tell stops the server as well", async () => {
    expect(await refusal(["--http", "0", "--even", "3"])).toContain(
      "--even (FIXTURE_EVEN): must be even",
    );
    const running = start(["--even", "3"]);
    running.say(call(1, "echo", { text: "x" }));
    expect(await running.exited).toBe(2);
    expect(running.stderr()).toContain("must be even");
  });

  test("a port that is taken is refused in one line", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const address = taken.address();
    const port = typeof address === "object" && address ? address.port : 0;
    expect(await refusal(["--http", `${port}`])).toContain("EADDRINUSE");
    taken.close();
  });

  test("a server whose code cannot be loaded says so and leaves, and does not listen", async () => {
    const broken = fileURLToPath(new URL("fixture/broken.ts", import.meta.url));
    const failure = await promisify(execFile)(process.execPath, [broken, "--http", "0"]).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("The server's code is gone."),
    });
    expect(failure).not.toMatchObject({ stderr: expect.stringContaining("listening") });
  });

  test("a secret is in no answer, in any form, from a variable or a file", async () => {
    const secret = "s3cret-value-of-some-length";
    const file = write("secret", `${secret}\n`);
    for (const env of [{ FIXTURE_API_KEY: secret }, { FIXTURE_API_KEY_FILE: file }]) {
      const running = start([], env);
      running.say(
        call(1, "show_config"),
        call(2, "echo", { text: Buffer.from(secret).toString("base64") }),
        call(3, "echo", { [secret]: 1 }),
        call(4, secret),
      );
      running.child.stdin?.end();
      expect(await running.exited).toBe(0);
      expect(messages(running)).toHaveLength(4);
      expect(running.stdout()).toContain("[redacted]");
      const seen = running.stdout() + running.stderr();
      expect(seen).not.toContain("s3cret");
      expect(seen).not.toContain(Buffer.from(secret).toString("base64"));
    }
  });

  test("--help, --version and surface answer on stdout, whatever else is wrong", async () => {
    const wrong = ["--depth", "99", "--nonsense"];
    const env = { FIXTURE_API_KEY: "s3cret-value" };
    for (const [word, expected] of [
      ["--help", "--depth"],
      ["--version", "1.2.3"],
      ["surface", '"toolsets"'],
    ] as const) {
      const running = start([word, ...wrong], env);
      expect(await running.exited).toBe(0);
      expect(running.stdout()).toContain(expected);
      expect(running.stdout() + running.stderr()).not.toContain("s3cret");
    }
  });
});

test("a command of the server's own is given options and environment, and ends", async () => {
  const running = start(["tell-depth", "--depth", "4"], { FIXTURE_PLACE: "here" });
  expect(await running.exited).toBe(0);
  expect(running.stdout()).toBe("4 here\n");
});

test.for(["SIGTERM", "SIGINT"] as const)(
  "%s lets HTTP calls in flight be answered",
  async (signal) => {
    const { url, running } = await serve(["--http", "127.0.0.1:0"]);
    const params = { name: "who_am_i", arguments: { secret: "late", ms: 500 } };
    const asked = send(url, ...modern("tools/call", params));
    await eventually(async () => {
      expect((await send(new URL("/readyz", url), "", {}, "GET")).status).toBe(200);
    });
    running.child.kill(signal);
    expect((await asked).message).toMatchObject({
      result: { structuredContent: { secret: "late" } },
    });
    expect(await running.exited).toBe(0);
  },
);

test("SIGTERM ends HTTP calls that never end, and their children", async () => {
  const { url, running } = await serve(["--http", "127.0.0.1:0"]);
  const asked = send(url, ...modern("tools/call", { name: "hang" }));
  await send(url, ...legacy("ping"));
  running.child.kill("SIGTERM");
  expect(await running.exited).toBe(0);
  expect((await asked).message).toMatchObject({
    error: { message: "The server is shutting down." },
  });
});
