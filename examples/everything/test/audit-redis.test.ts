// The audit log in a Redis Stream alone, written by a process and verified by the command.
import { fileURLToPath } from "node:url";
import { createRedis, type HttpProcess, run, serveHttp } from "@fairlead/testing";
import { Redis } from "ioredis";
import { afterAll, describe, expect, test, vi } from "vitest";
import { bin } from "./bin.ts";
import { ask } from "./modern.ts";

const cli = fileURLToPath(new URL("../../../cli/dist/main.js", import.meta.url));
const redis = await createRedis();
afterAll(() => redis?.close());

const key = "test:audit";
const url = redis?.url ?? "";
const patience = { timeout: 20_000, interval: 50 };
const start = (): Promise<HttpProcess> =>
  serveHttp(bin, ["--audit-stream", key], { FAIRLEAD_AUDIT_REDIS: url });
const verify = (...more: string[]) =>
  run(cli, ["audit", "verify", "--stream", key, ...more], { FAIRLEAD_AUDIT_REDIS: url });
const read = (at: string) =>
  ask(at, "resources/list").then(() =>
    ask(at, "tools/call", { name: "list_primes", arguments: { below: 10 } }),
  );
const note = async (at: string) =>
  JSON.stringify(await ask(at, "tools/call", { name: "add_note", arguments: { text: "b" } }));

describe.skipIf(redis === undefined)("--audit-redis alone", () => {
  test("goes on over a restart, and refuses calls that write while Redis is away", async () => {
    const first = await start();
    await read(first.url);
    expect(await note(first.url)).not.toContain("was not called");
    await first.kill();
    const second = await start();
    await redis?.stop();
    expect(await note(second.url)).toContain("add_note was not called: the audit log");
    await read(second.url);
    expect(second.stderr()).toContain("The audit log cannot be written");
    expect(second.stderr()).not.toContain(redis?.password);
    await redis?.start();
    await vi.waitFor(
      async () => expect(await note(second.url)).not.toContain("was not called"),
      patience,
    );
    await second.close();

    const { code, stdout } = await verify();
    expect(stdout).toMatch(/^Whole: \d+ lines in the stream, from /);
    expect(code).toBe(0);
    const client = new Redis(url);
    const entries = await client.xrange(key, "-", "+");
    const lines = entries.map(([, [, line = ""]]) => JSON.parse(line));
    expect(lines.filter(({ kind }) => kind === "open")).toHaveLength(2);
    expect(
      lines.filter(({ kind, tool }) => kind === "intent" && tool === "add_note").length,
    ).toBeGreaterThanOrEqual(2);
    expect(lines).toContainEqual(expect.objectContaining({ tool: "add_note", by: "audit" }));
    expect(
      lines.filter(({ tool, outcome }) => tool === "list_primes" && outcome === "ok"),
    ).toHaveLength(2);
    // Somebody takes a line out.
    await client.xdel(key, "2-0");
    client.disconnect();
    expect(await verify()).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("lines are missing"),
    });
  });

  test("does not start where Redis cannot be reached, and shows no password", async () => {
    const nowhere = "redis://:hunter2hunter2@127.0.0.1:1";
    const { code, stderr } = await run(bin, ["--audit-redis", nowhere]);
    expect(code).toBe(2);
    expect(stderr).toContain(
      "--audit-redis (FAIRLEAD_AUDIT_REDIS): Redis cannot be used (ECONNREFUSED).",
    );
    expect(stderr).not.toContain("hunter2");
    const wrong = await run(bin, ["--audit-redis", "http://:hunter2hunter2@cache"]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("must be redis://");
    expect(wrong.stderr).not.toContain("hunter2");
  });
});
