import { setTimeout as wait } from "node:timers/promises";
import { defineTool, type Middleware, type Tool, ToolError } from "@fairlead/define";
import { expect, test } from "vitest";
import { z } from "zod";
import { connect } from "../src/testing/index.ts";
import { listen, modern, send } from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";

const greet = defineTool({
  ...plain,
  name: "greet",
  input: z.object({ name: z.string() }),
  run: ({ name }) => `Hello, ${name}.`,
});

async function call(
  middleware: readonly Middleware[],
  args: object = { name: "Ann" },
  tool: Tool = greet,
) {
  const client = await connect(serverOf([tool], { middleware }));
  const answer = await client.callTool(tool.name, { ...args });
  await client.close();
  return { ...answer, log: client.log };
}

/** Writes down what passes it, on the way in and on the way out. */
function witness(name: string, seen: unknown[]): Middleware {
  return async (step, next) => {
    seen.push([name, step.tool, step.arguments, step.principal.id]);
    try {
      const result = await next();
      seen.push([name, result]);
      return result;
    } catch (error) {
      seen.push([name, error instanceof Error ? error.message : error]);
      throw error;
    }
  };
}

test("stands around a call, the first outermost, and sees what the tool returned", async () => {
  const seen: unknown[] = [];
  const { text } = await call([witness("outer", seen), witness("inner", seen)]);
  expect(text).toBe("Hello, Ann.");
  expect(seen).toEqual([
    ["outer", "greet", { name: "Ann" }, "test"],
    ["inner", "greet", { name: "Ann" }, "test"],
    ["inner", "Hello, Ann."],
    ["outer", "Hello, Ann."],
  ]);
});

test("sees arguments that are refused, what the policy denies and what a tool throws", async () => {
  const seen: unknown[] = [];
  const { isError, text } = await call([witness("w", seen)], { nam: "Ann" });
  expect(isError).toBe(true);
  expect(seen).toEqual([
    ["w", "greet", { nam: "Ann" }, "test"],
    ["w", text],
  ]);
  const secret = new Error("secret");
  const thrower = defineTool({
    ...plain,
    name: "thrower",
    run: () => {
      throw secret;
    },
  });
  const broken = await call([witness("w", seen)], {}, thrower);
  expect(seen.at(-1)).toEqual(["w", "secret"]);
  expect(broken.text).toMatch(/^Internal error in thrower, reference \w+/);
  expect(broken.text).not.toContain("secret");

  const wipe = defineTool({ ...plain, name: "wipe", effect: "destroy", run: () => "Wiped." });
  const asked = await call([witness("w", seen)], {}, wipe);
  expect(asked.isError).toBe(true);
  expect(seen.at(-1)).toEqual(["w", asked.text]);
});

test("answers in place of the tool, changes its answer, or refuses with words for the model", async () => {
  expect((await call([() => "Not today."])).text).toBe("Not today.");
  expect((await call([async (_, next) => `${await next()} Bye.`])).text).toBe("Hello, Ann. Bye.");
  const refuse: Middleware = () => {
    throw new ToolError("Quota used up.", "Try again tomorrow.");
  };
  const refused = await call([refuse]);
  expect(refused).toMatchObject({ isError: true, text: "Quota used up.\nTry again tomorrow." });
});

test("runs the tool again for each next", async () => {
  let runs = 0;
  const flaky = defineTool({
    ...plain,
    name: "flaky",
    run: () => {
      runs += 1;
      if (runs < 3) throw new Error("not yet");
      return `run ${runs}`;
    },
  });
  const retry: Middleware = async (_, next) => {
    for (;;) {
      try {
        return await next();
      } catch {}
    }
  };
  expect((await call([retry], {}, flaky)).text).toBe("run 3");
});

test("what it gives is checked, cut and redacted like what a tool gives", async () => {
  const long = defineTool({ ...plain, name: "long", run: () => "x".repeat(100_000) });
  const { text } = await call([(_, next) => next()], {}, long);
  expect(text.length).toBeLessThan(40_000);
  const typed = defineTool({
    ...plain,
    name: "typed",
    output: z.object({ n: z.number() }),
    run: () => ({ n: 1 }),
  });
  const wrong = await call([() => ({ n: "one" })], {}, typed);
  expect(wrong.isError).toBe(true);
});

test("a call whose middleware or tool never ends can be cancelled, and its signal says so", async () => {
  for (const where of ["middleware", "tool"]) {
    const { promise: begun, resolve: begin } = Promise.withResolvers<AbortSignal>();
    const stuck = defineTool({
      ...plain,
      name: "stuck",
      run: (_, { signal }) => {
        begin(signal);
        return new Promise<string>(() => {});
      },
    });
    const middleware: Middleware = (step, next) => {
      if (where === "tool") return wait(5).then(next);
      begin(step.signal);
      return new Promise(() => {});
    };
    const listening = await listen(serverOf([stuck]), { middleware: [middleware] });
    const controller = new AbortController();
    const [body, headers] = modern("tools/call", { name: "stuck" });
    const sent: Record<string, string> = {};
    for (const [key, value] of Object.entries(headers)) sent[key] = String(value);
    const answer = fetch(listening.url, {
      method: "POST",
      body,
      headers: sent,
      signal: controller.signal,
    });
    const signal = await begun;
    controller.abort();
    await expect(answer).rejects.toThrow();
    await expect.poll(() => signal.aborted).toBe(true);
    await listening.endpoint.idle();
    await listening.close();
  }
});

test("what the operator gives stands outside of what the server brings", async () => {
  const seen: unknown[] = [];
  const server = serverOf([greet], { middleware: [witness("server", seen)] });
  const listening = await listen(server, { middleware: [witness("operator", seen)] });
  const { message } = await send(
    listening.url,
    ...modern("tools/call", { name: "greet", arguments: { name: "Bo" } }),
  );
  await listening.close();
  expect(message).toMatchObject({ result: { content: [{ text: "Hello, Bo." }] } });
  expect(seen.map((each) => (Array.isArray(each) ? each[0] : each))).toEqual([
    ...["operator", "server"],
    ...["server", "operator"],
  ]);
});

test("a context is a plain object: a copy of it still reports, is aborted and measures", async () => {
  const keys: string[] = [];
  const copying = defineTool({
    ...plain,
    name: "copying",
    run: (_, context) => {
      const copy = { ...context };
      keys.push(...Object.keys(copy));
      copy.progress(1, 2);
      return `${copy.signal.aborted} ${copy.principal.id} ${copy.room(100).characters}`;
    },
  });
  const server = serverOf([copying], { connect: () => ({ context: { db: "a database" } }) });
  const client = await connect(server);
  const { text } = await client.callTool("copying", {}, { progressToken: 7 });
  expect(text).toBe("false test 39800");
  expect(client.notifications).toMatchObject([{ params: { progressToken: 7, progress: 1 } }]);
  expect(keys.toSorted()).toEqual([
    ...["budget", "can", "clientCapabilities", "clientInfo", "db", "elicit", "elicitUrl", "log"],
    ...["once", "principal", "progress", "room", "roots", "sample", "signal"],
  ]);
  await client.close();
});
