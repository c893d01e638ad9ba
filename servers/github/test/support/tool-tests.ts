import { setImmediate } from "node:timers/promises";
import type { Toolset } from "@fairlead/runtime";
import type { Clock } from "@fairlead/upstream";
import { describe, expect, test, vi } from "vitest";
import type { Context } from "../../src/context.ts";
import { calls } from "./calls.ts";
import { invisible, poison } from "./hostile.ts";
import { createClient, createWorld, myToken, tools } from "./world.ts";

const readers = tools
  .filter(({ wire }) => wire.annotations.readOnlyHint)
  .map(({ wire }) => wire.name);

/** Tools whose answers are text for reading, or a picture or file. */
const readable = [
  ...["get_file_contents", "get_commit", "get_job_logs", "get_release", "get_issue", "issue_read"],
  ...["get_pull_request", "pull_request_read", "get_pull_request_files"],
  ...["get_pull_request_status", "get_pull_request_comments", "get_pull_request_reviews"],
];

/** The arguments of a tool's call in the table; a tool that is not in it fails its tests. */
function find(name: string) {
  const call = calls[name];
  if (call === undefined) throw new Error(`${name} has no call in the table`);
  return call;
}

/** Numbers and names of what the world has not. */
const things = {
  ...{ issue_number: 999, pull_number: 999, pullNumber: 999, run_id: 999, tag: "v9" },
};

/** Code and logs, where a comment is to be seen. */
const verbatim = [
  ...["get_file_contents", "get_commit", "get_job_logs"],
  ...["get_pull_request", "get_pull_request_files", "pull_request_read"],
];
/** Names and numbers alone. */
const wordless = ["get_me", "search_users"];

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

/** Tests of every tool of a toolset: what each of them does, and what none of them may do. */
export function testToolset(toolset: Toolset<Context>): void {
  describe.each(toolset.tools.map(({ name }) => name))("%s", (name) => {
    const [toArguments, word] = find(name);
    const reads = readers.includes(name);

    test("does its work", async () => {
      const world = await createWorld();
      const client = await createClient(world.fake.url);
      const { isError, text, structuredContent } = await client.callTool(name, toArguments(world));
      expect(text).toContain(word);
      expect([isError, client.log]).toEqual([false, []]);
      // What is for reading has no second form, which many hosts would show instead.
      expect(typeof structuredContent).toBe(readable.includes(name) ? "undefined" : "object");
      expect(world.fake.problems).toEqual([]);
    });

    test("says what is wrong where GitHub does not do it", async () => {
      const world = await createWorld();
      const { clock } = createClock();
      const client = await createClient(world.fake.url, { around: { clock } });
      const call = async (status: number, body: string, headers = {}) => {
        const stop = world.fake.intercept(() => ({ status, body, headers }));
        const { isError, text } = await client.callTool(name, toArguments(world));
        stop();
        expect([isError, client.log]).toEqual([true, []]);
        return text;
      };
      expect(await call(404, '{"message":"Not Found"}')).toMatch(/Not Found \(404\)\nCheck/);
      expect(await call(403, '{"message":"Resource not accessible"}')).toMatch(
        /accessible \(403\)\nThe token does not/,
      );
      expect(await call(401, '{"message":"Bad credentials"}')).toContain(
        "GITHUB_PERSONAL_ACCESS_TOKEN",
      );
      const html = { "content-type": "text/html" };
      expect(await call(200, "<html>Log in to the hotel</html>", html)).toContain(
        "the form that was expected",
      );
      expect(await call(200, '{"half":')).toContain("the form that was expected");
      expect(await call(500, '{"message":"Oops"}')).toContain("(500)");
      expect(await call(503, "<html>No backend</html>", html)).toContain(
        "GitHub itself has a problem",
      );
    });

    test("says what is not there", async () => {
      const world = await createWorld();
      const client = await createClient(world.fake.url);
      const given = toArguments(world);
      for (const absent of [{ repo: "nothing" }, things]) {
        const replaced = Object.entries(absent).filter(([key]) => key in given);
        if (replaced.length === 0) continue;
        const args = { ...given, ...Object.fromEntries(replaced) };
        const { isError, text } = await client.callTool(name, args);
        expect([isError, text]).toEqual([true, expect.stringContaining("(404)")]);
      }
      expect(client.log).toEqual([]);
    });

    test("waits out a rate limit, and says how long one lasts", async () => {
      const world = await createWorld();
      const { clock, waits } = createClock();
      const client = await createClient(world.fake.url, { around: { clock } });
      let limited = 0;
      const stop = world.fake.intercept(() => {
        limited += 1;
        const headers = { "retry-after": "7" };
        return limited === 1
          ? { status: 429, headers, body: '{"message":"slow down"}' }
          : undefined;
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

    test("takes no answer of another form, whichever it is", async () => {
      const world = await createWorld();
      const { fake } = world;
      for (let which = 1; ; which += 1) {
        const client = await createClient(fake.url);
        const before = fake.requests.length;
        const stop = fake.intercept(() =>
          fake.requests.length === before + which ? { status: 200, body: "7" } : undefined,
        );
        const { isError, text } = await client.callTool(name, toArguments(world));
        stop();
        expect(client.log).toEqual([]);
        if (fake.requests.length < before + which) {
          expect([which > 1, isError]).toEqual([true, false]);
          return;
        }
        if (["search_issues", "search_code"].includes(name) && which > 1) {
          // Whose words they are could not be seen, so they are not shown.
          expect(text).toContain("1 kept back");
        } else
          expect([which, isError, text]).toEqual([
            which,
            true,
            expect.stringMatching("the form that was expected"),
          ]);
      }
    });

    test("ends its request when it is cancelled, whichever it is", async () => {
      const world = await createWorld();
      const { fake } = world;
      const given = { name, arguments: toArguments(world) };
      for (let which = 1; ; which += 1) {
        const client = await createClient(fake.url);
        const { promise: hanging, resolve } = Promise.withResolvers<"hanging">();
        const [before, left] = [fake.requests.length, fake.abandoned.length];
        const stop = fake.intercept(() => {
          if (fake.requests.length < before + which) return undefined;
          resolve("hanging");
          return "hang";
        });
        const call = client.request("tools/call", given, 4711).catch(() => "closed");
        const outcome = await Promise.race([call, hanging]);
        stop();
        if (outcome !== "hanging") {
          // It has no further request to hang, and did its work after all that.
          expect(JSON.stringify(outcome)).toContain(JSON.stringify(word).slice(1, -1));
          expect(which).toBeGreaterThan(1);
          return;
        }
        await setImmediate();
        client.notify("notifications/cancelled", { requestId: 4711 });
        await vi.waitFor(() => expect(fake.abandoned.length).toBeGreaterThan(left));
        const sent = fake.requests.length;
        await client.close();
        expect([await call, fake.requests.length]).toEqual(["closed", sent]);
      }
    });

    test("shows nothing that nobody sees", async () => {
      const world = await createWorld();
      const poisoned = await poison(world.fake, myToken);
      const client = await createClient(world.fake.url);
      const given = toArguments(world);
      const theirs = Object.entries(poisoned).filter(([key]) => reads && key in given);
      const args = { ...given, ...Object.fromEntries(theirs) };
      const { isError, text, structuredContent } = await client.callTool(name, args);
      expect(isError, text).toBe(false);
      const shown = text + JSON.stringify(structuredContent);
      expect(shown).not.toMatch(invisible);
      if (!verbatim.includes(name)) expect(shown).not.toContain("obey");
      // Else it would show nothing of it in any case.
      if (reads && !wordless.includes(name)) expect(shown).toContain("家");
    });
  });
}
