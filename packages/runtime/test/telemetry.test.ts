import { createHash } from "node:crypto";
import { defineTool, type Middleware, type Server, ToolError, toSurface } from "@fairlead/define";
import {
  combine,
  createMetrics,
  type Exchange,
  type Fault,
  type Observe,
} from "@fairlead/operate/telemetry";
import { readTokens } from "@fairlead/operate/tokens";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import type { Endpoint } from "../src/protocol/endpoint.ts";
import { isJson } from "../src/protocol/json-rpc.ts";
import { dial, jsonHeaders, legacy, listen, modern, openStream, send } from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";
import { openSession } from "./fixture/session.ts";

const slowly = { timeout: 20_000 };
let release: () => void = () => undefined;

const fine = defineTool({ ...plain, name: "fine", aliases: ["good"], run: () => "ok" });
const failing = defineTool({
  ...plain,
  name: "failing",
  run: () => {
    throw new ToolError("It cannot be done.");
  },
});
const slow = defineTool({
  ...plain,
  name: "slow",
  run: (_, { signal }) =>
    new Promise<string>((resolve, reject) => {
      release = () => resolve("late");
      signal.addEventListener("abort", () => reject(signal.reason));
    }),
});
/** Says in its own output what a failed call says around it. */
const mimic = defineTool({
  ...plain,
  name: "mimic",
  input: z.object({ deep: z.boolean() }),
  output: z.looseObject({}),
  run: ({ deep }) => {
    const server = { name: "test", version: "1.0.0" };
    const _meta = { "io.modelcontextprotocol/serverInfo": server };
    return { a: '","isError":true}', isError: true, ...(deep && { _meta }) };
  },
});

async function open(options: Parameters<typeof listen>[1] = {}, rest: Partial<Server> = {}) {
  const server = serverOf([fine, failing, slow, mimic], rest);
  const surface = toSurface(server);
  const usage = () => ({ residentBytes: 1, cpuSeconds: 1 });
  const metrics = createMetrics({ surface, transport: "tcp" }, usage);
  const { observe = metrics.observe, ...others } = options;
  const listening = await listen(server, {
    ...{ observe, traffic: [metrics.traffic] },
    refused: ({ status }) => metrics.traffic.refused(status),
    ...others,
  });
  onTestFinished(async () => {
    metrics.close();
    await listening.close();
  });
  const values = (name: string) =>
    Object.fromEntries(
      metrics
        .expose(undefined)
        .text.split("\n")
        .filter((line) => line.startsWith(name))
        .map((line) => [
          line.slice(name.length, line.lastIndexOf(" ")),
          Number(line.slice(line.lastIndexOf(" "))),
        ]),
    );
  const count = (labels: readonly string[]) =>
    Object.entries(values("mcp_server_operation_duration_seconds_count"))
      .filter(([key]) => labels.every((label) => key.includes(label)))
      .reduce((sum, [, value]) => sum + value, 0);
  return { ...listening, metrics, values, count };
}

const label = (name: string, value: string) => `${name}="${value}"`;
const inTool = (name: string) => label("gen_ai_tool_name", name);
const withError = (type: string) => label("error_type", type);

describe("what a request came to", () => {
  test("ok, with the revision, for a tool by its name and by its alias", async () => {
    const { url, count } = await open();
    await send(url, ...modern("tools/call", { name: "fine" }));
    await send(url, ...modern("tools/call", { name: "good" }));
    await send(url, ...legacy("tools/call", { name: "fine" }, { version: "2025-06-18" }));
    const revision = (version: string) => label("mcp_protocol_version", version);
    expect(count([inTool("fine"), revision("2026-07-28")])).toBe(2);
    expect(count([inTool("fine"), revision("2025-06-18")])).toBe(1);
    expect(count(["error_type"])).toBe(0);
  });

  test.for([
    ["2026-07-28", modern],
    ["2025-11-25", legacy],
  ] as const)("tool_error, and not what a tool says in its output (%s)", async ([, request]) => {
    const { url, count } = await open();
    await send(url, ...request("tools/call", { name: "failing" }));
    for (const deep of [false, true]) {
      const call = { name: "mimic", arguments: { deep } };
      const { message } = await send(url, ...request("tools/call", call));
      expect(message).toMatchObject({ result: { structuredContent: { isError: true } } });
    }
    expect(count([inTool("failing"), withError("tool_error")])).toBe(1);
    expect(count([inTool("mimic")])).toBe(2);
    expect(count([inTool("mimic"), "error_type"])).toBe(0);
  });

  test("an error code, also where the envelope is refused and in a batch", async () => {
    const { url, count } = await open();
    await send(url, ...modern("tools/call", { name: "nothing" }));
    await send(url, ...modern("no/such"));
    const version = { "io.modelcontextprotocol/protocolVersion": "1999-01-01" };
    const headers = { "mcp-protocol-version": "1999-01-01" };
    await send(url, ...modern("tools/call", { name: "fine", _meta: version }, { headers }));
    const batch = [1, 2].map((id) => ({ jsonrpc: "2.0", id, method: "no/such" }));
    await send(url, JSON.stringify(batch), {
      ...jsonHeaders,
      "mcp-protocol-version": "2025-03-26",
    });
    expect(count([inTool("_OTHER"), withError("-32602")])).toBe(1);
    expect(count([label("mcp_method_name", "_OTHER"), withError("-32601")])).toBe(3);
    expect(count([inTool("fine"), withError("-32022"), 'status_code="-32022"'])).toBe(1);
  });

  test("cancelled, when a client hangs up; and it is in flight until then", async () => {
    const { url, count, values } = await open();
    const [body, headers] = modern("tools/call", { name: "slow" });
    const hangingUp = new AbortController();
    const asked = fetch(url, {
      method: "POST",
      body,
      headers: new Headers(Object.entries(headers).map(([key, value]) => [key, String(value)])),
      signal: hangingUp.signal,
    });
    const inFlight = () => values("fairlead_requests_in_flight")[""];
    await expect.poll(inFlight, slowly).toBe(1);
    hangingUp.abort();
    await expect(asked).rejects.toThrow();
    await expect.poll(inFlight, slowly).toBe(0);
    expect(count([inTool("slow"), withError("cancelled")])).toBe(1);
  });

  test("nothing for notifications, and for what is not a request", async () => {
    const { url, values } = await open();
    const notification = { jsonrpc: "2.0", method: "notifications/initialized" };
    const others = [
      { jsonrpc: "2.0", id: {}, method: "ping" },
      { id: 1, method: "ping" },
      { jsonrpc: "1.0", id: 1, method: "ping" },
      { jsonrpc: "2.0", id: 1, method: ["ping"] },
      { jsonrpc: "2.0", id: 1, result: {}, method: null },
      ...[7, null, [], [[]]],
    ];
    for (const body of [notification, ...others]) {
      await send(url, JSON.stringify(body), jsonHeaders);
    }
    expect(values("mcp_server_operation_duration_seconds_count")).toEqual({});
    expect(values("fairlead_requests_in_flight")).toEqual({ "": 0 });
  });
});

test("what is refused at the door is counted by its status", async () => {
  const hex = createHash("sha256").update("secret-token").digest("hex");
  const { url, values, metrics } = await open({
    authenticate: readTokens(`ada-lovelace sha256:${hex}`),
    maxMessageBytes: 1_000,
    maxCalls: 2,
  });
  const authorization = "Bearer secret-token";
  const call = (name: string, headers = {}) =>
    send(url, ...modern("tools/call", { name }, { headers: { authorization, ...headers } }));
  await call("fine");
  await call("fine", { authorization: "Bearer wrong" });
  await call("fine", { host: "evil.example" });
  await send(new URL("/nowhere", url), "");
  await send(url, "x".repeat(2_000), { ...jsonHeaders, authorization });
  const waiting = call("slow");
  await expect.poll(() => values("fairlead_requests_in_flight")[""], slowly).toBe(1);
  expect((await call("fine")).status).toBe(429);
  release();
  await waiting;
  const refused = (status: number) => [`{http_response_status_code="${status}"}`, 1] as const;
  expect(values("fairlead_http_refused_total")).toEqual(
    Object.fromEntries([401, 403, 404, 413, 429].map(refused)),
  );
  expect(metrics.expose(undefined).text).not.toMatch(/ada|lovelace|secret/);
});

test("sessions and streams are counted while they are open", async () => {
  const { url, values } = await open({}, { changes: ["tools"] });
  const session = await openSession(url);
  const gone = await openSession(url);
  await gone.end();
  const events = await session.listen();
  const listening = await openStream(
    url,
    ...modern("subscriptions/listen", { notifications: { toolsListChanged: true } }),
  );
  await expect.poll(() => values("fairlead_streams"), slowly).toEqual({ "": 2 });
  expect(values("fairlead_sessions")).toEqual({ "": 1 });
  events.drop();
  listening.close();
  await expect.poll(() => values("fairlead_streams"), slowly).toEqual({ "": 0 });
  await expect.poll(() => values("fairlead_requests_in_flight"), slowly).toEqual({ "": 0 });
  expect(Object.values(values("mcp_server_session_duration_seconds_count"))).toEqual([1]);
});

describe("an observation", () => {
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  function watch() {
    const seen: { exchange: Exchange; ended?: Fault | undefined; ends: number }[] = [];
    const observe: Observe = (exchange) => {
      const one: (typeof seen)[number] = { exchange, ends: 0 };
      seen.push(one);
      return {
        traceparent,
        run: (work) => work(),
        accept: () => undefined,
        end(fault) {
          one.ended = fault;
          one.ends += 1;
        },
      };
    };
    return { seen, observe };
  }

  test("gives its span to middleware, whatever the request had in its place", async () => {
    const metas: unknown[] = [];
    const middleware: Middleware[] = [
      ({ meta }, next) => {
        metas.push(meta["traceparent"], meta["other"]);
        return next();
      },
    ];
    const { observe, seen } = watch();
    const { url } = await open({ observe, middleware });
    await send(url, ...modern("tools/call", { name: "fine", _meta: { other: 1 } }));
    await send(url, ...legacy("tools/call", { name: "fine", _meta: { traceparent: "own" } }));
    await send(url, ...legacy("tools/call", { name: "fine" }));
    expect(metas).toEqual([traceparent, 1, traceparent, undefined, traceparent, undefined]);
    const own = seen[1]?.exchange.params;
    expect(isJson(own) && own["_meta"]).toEqual({ traceparent: "own" });
  });

  test("ends once for every request, and is told what the client is, without secrets", async () => {
    const { observe, seen } = watch();
    const { url } = await open({ observe, secrets: ["hunter2hunter2"] });
    await send(url, ...modern("tools/call", { name: "hunter2hunter2" }));
    await send(url, ...legacy("tools/call", { name: 7 }, { version: "2025-11-25" }));
    await send(url, ...modern("tools/call", { name: "failing" }));
    await send(url, ...modern("tools/list"));
    expect(seen.map(({ ends }) => ends)).toEqual([1, 1, 1, 1]);
    expect(seen.map(({ ended }) => ended?.type)).toEqual([
      "-32602",
      "-32602",
      "tool_error",
      undefined,
    ]);
    expect(seen[0]?.ended?.message).toMatch(/^Unknown tool: (?!.*hunter2)/);
  });

  test("of several, each is told, the first outermost", async () => {
    const order: string[] = [];
    const named =
      (name: string, given?: string): Observe =>
      () => ({
        traceparent: given,
        run(work) {
          order.push(`${name} begins`);
          return work();
        },
        accept: (revision) => void order.push(`${name} ${revision}`),
        end: () => void order.push(`${name} ends`),
      });
    const observe = combine([named("a"), named("b", traceparent)]);
    const { url } = await open({ ...(observe && { observe }) });
    await send(url, ...modern("tools/call", { name: "fine" }));
    expect(order.map((entry) => entry.replace(/\d{4}-\d\d-\d\d/, "revision"))).toEqual([
      ...["a begins", "b begins", "a revision", "b revision", "b ends", "a ends"],
    ]);
  });
});

describe("/readyz", () => {
  const probe = async (url: URL, path: string) => {
    const { status, body } = await send(new URL(path, url), "", {}, "GET");
    return `${status} ${body.trim()}`;
  };

  test("asks the backend once for many, tells nothing of it, and leaves /livez alone", async () => {
    const problem = new Error("password authentication failed for user root");
    let checks = 0;
    const ready = async () => {
      checks += 1;
      throw problem;
    };
    const { url } = await open({ readiness: { keepMs: 600_000 } }, { ready });
    const answers = await Promise.all(Array.from({ length: 50 }, () => probe(url, "/readyz")));
    expect(new Set(answers)).toEqual(new Set(["503 backend"]));
    expect(await probe(url, "/livez")).toBe("200 ok");
    expect(checks).toBe(1);
  });

  test("opens the connection of the process, and tells when that begins to succeed", async () => {
    const problem = new Error("no database");
    let fails = true;
    let opened = 0;
    const changes: unknown[] = [];
    const { url } = await open(
      { readiness: { keepMs: 0, changed: (reason, error) => changes.push(reason, error) } },
      {
        connect() {
          if (fails) throw problem;
          opened += 1;
          return { context: { name: "there" } };
        },
        async ready(_, { context }) {
          expect(await context()).toEqual({ name: "there" });
        },
      },
    );
    for (let n = 0; n < 3; n += 1) expect(await probe(url, "/readyz")).toBe("503 backend");
    fails = false;
    expect(await probe(url, "/readyz")).toBe("200 ready");
    await send(url, ...modern("tools/call", { name: "fine" }));
    expect(opened).toBe(1);
    expect(changes).toEqual(["backend", problem, undefined, undefined]);
  });

  test("one server of several in a process is enough", async () => {
    const broken = { ready: () => Promise.reject(new Error("down")) };
    const [first, second] = [await open({}, broken), await open({}, broken)];
    const third = await open();
    const serve = (endpoints: readonly Endpoint[]) =>
      listen(serverOf([]), {
        endpoints: new Map(endpoints.map((endpoint, index) => [`/${index}/mcp`, endpoint])),
      });
    const [some, none] = [
      await serve([first.endpoint, third.endpoint]),
      await serve([first.endpoint, second.endpoint]),
    ];
    onTestFinished(async () => void (await Promise.all([some.close(), none.close()])));
    expect(await probe(some.url, "/readyz")).toBe("200 ready\n/0/mcp backend\n/1/mcp ready");
    expect(await probe(none.url, "/readyz")).toBe("503 backend\n/0/mcp backend\n/1/mcp backend");
  });

  test("a probe that hung up does no harm", async () => {
    const answers: (() => void)[] = [];
    const ready = () => new Promise<void>((resolve) => answers.push(resolve));
    const { url } = await open({ readiness: { timeoutMs: 60_000 } }, { ready });
    const socket = await dial(url);
    socket.write("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
    await expect.poll(() => answers.length, slowly).toBe(1);
    socket.destroy();
    const second = send(new URL("/readyz", url), "", {}, "GET");
    answers[0]?.();
    expect((await second).status).toBe(200);
    expect(answers).toHaveLength(1);
  });

  test("a probe that waits for the backend hears that the server leaves meanwhile", async () => {
    const answers: (() => void)[] = [];
    const ready = () => new Promise<void>((resolve) => answers.push(resolve));
    const { url, close } = await open({ readiness: { timeoutMs: 60_000 } }, { ready });
    const asked = probe(url, "/readyz");
    await expect.poll(() => answers.length, slowly).toBe(1);
    const closed = close(60_000);
    answers[0]?.();
    expect(await asked).toBe("503 draining");
    await closed;
  });
});
