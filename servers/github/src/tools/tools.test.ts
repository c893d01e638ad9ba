import { setImmediate } from "node:timers/promises";
import type { Clock } from "@fairlead/runtime/upstream";
import { describe, expect, test, vi } from "vitest";
import { calls } from "../../test/support/calls.ts";
import { createClient, createWorld, tools } from "../../test/support/world.ts";

const names = tools.map(({ wire }) => wire.name);

/** The arguments of a tool's call in the table; a tool that is not in it fails its tests. */
function find(name: string) {
  const call = calls[name];
  if (call === undefined) throw new Error(`${name} has no call in the table`);
  return call;
}

function createClock() {
  const waits: number[] = [];
  let now = 1_800_000_000_000;
  const clock: Clock = {
    now: () => now,
    async sleep(ms, signal) {
      signal.throwIfAborted();
      waits.push(ms);
      now += ms;
    },
  };
  return { clock, waits };
}

describe.each(names)("%s", (name) => {
  const [toArguments, word] = find(name);

  test("does its work", async () => {
    const world = await createWorld();
    const client = await createClient(world.fake.url);
    const { isError, text, structuredContent } = await client.callTool(name, toArguments(world));
    expect(text).toContain(word);
    expect([isError, client.log]).toEqual([false, []]);
    expect(structuredContent).toBeTypeOf("object");
    expect(world.fake.problems).toEqual([]);
  });

  test("says what is wrong where GitHub does not do it", async () => {
    const world = await createWorld();
    const client = await createClient(world.fake.url);
    const call = async (status: number, body: string, headers = {}) => {
      const stop = world.fake.intercept(() => ({ status, body, headers }));
      const { isError, text } = await client.callTool(name, toArguments(world));
      stop();
      expect([isError, client.log]).toEqual([true, []]);
      return text;
    };
    expect(await call(404, '{"message":"Not Found"}')).toMatch(/Not Found \(404\)\nCheck/);
    expect(await call(403, '{"message":"Resource not accessible"}')).toMatch(
      /accessible \(403\)\nThe token may not/,
    );
    expect(await call(401, '{"message":"Bad credentials"}')).toContain(
      "GITHUB_PERSONAL_ACCESS_TOKEN",
    );
    const html = { "content-type": "text/html" };
    expect(await call(200, "<html>Log in to the hotel</html>", html)).toContain("not the form");
    expect(await call(200, '{"half":')).toContain("not the form");
  });

  test("waits out a rate limit, and says how long one lasts", async () => {
    const world = await createWorld();
    const { clock, waits } = createClock();
    const client = await createClient(world.fake.url, { around: { clock } });
    let limited = 0;
    const stop = world.fake.intercept(() => {
      limited += 1;
      const headers = { "retry-after": "7" };
      return limited === 1 ? { status: 429, headers, body: '{"message":"slow down"}' } : undefined;
    });
    const { text } = await client.callTool(name, toArguments(world));
    expect(text).toContain(word);
    expect(waits).toEqual([7_000]);
    stop();
    const headers = { "retry-after": "3600" };
    world.fake.intercept(() => ({ status: 403, headers, body: '{"message":"API rate limit"}' }));
    const again = await createClient(world.fake.url, { around: { clock } });
    const long = await again.callTool(name, toArguments(world));
    expect([long.isError, long.text]).toEqual([true, expect.stringContaining("3600 seconds")]);
  });

  test("says that GitHub cannot be reached", async () => {
    const world = await createWorld();
    const { clock } = createClock();
    // Nothing listens on the port of discard.
    const client = await createClient("http://127.0.0.1:9", { around: { clock } });
    const { isError, text } = await client.callTool(name, toArguments(world));
    expect([isError, client.log]).toEqual([true, []]);
    expect(text).toContain("ECONNREFUSED");
  });

  test("ends its request when it is cancelled", async () => {
    const world = await createWorld();
    const client = await createClient(world.fake.url);
    world.fake.intercept(() => "hang");
    const before = world.fake.requests.length;
    const given = { name, arguments: toArguments(world) };
    void client.request("tools/call", given, 4711).catch(() => {});
    await vi.waitFor(() => expect(world.fake.requests.length).toBe(before + 1));
    await setImmediate();
    client.notify("notifications/cancelled", { requestId: 4711 });
    await vi.waitFor(() => expect(world.fake.abandoned).toHaveLength(1));
    expect(world.fake.requests.length).toBe(before + 1);
  });
});

test("lists give the named fields alone, and say which there are", async () => {
  const { fake } = await createWorld();
  const client = await createClient(fake.url);
  const hello = { owner: "octocat", repo: "hello" };
  for (const [name, key, fields, line] of [
    ["list_issues", "issues", ["number", "title"], "2 It breaks"],
    ["list_pull_requests", "pulls", ["number", "head"], "1 feature/one"],
    ["list_commits", "commits", ["message"], "Add src/app.ts"],
  ] as const) {
    const { structuredContent, text } = await client.callTool(name, { ...hello, fields });
    expect(text.split("\n")).toContain(line);
    for (const row of Object(structuredContent)[key]) expect(Object.keys(row)).toEqual(fields);
    const wrong = await client.callTool(name, { ...hello, fields: ["body"] });
    expect([wrong.isError, wrong.text]).toEqual([true, expect.stringContaining(fields[0])]);
  }
});
