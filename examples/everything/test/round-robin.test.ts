// Three processes with nothing in common but a key, each request sent to the next of them.
import { randomBytes } from "node:crypto";
import {
  type Balancer,
  connectTo,
  createBalancer,
  type HttpServer,
  serveHttp,
} from "@fairlead/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { bin } from "./bin.ts";
import { isJson, request } from "./modern.ts";
import { rule, ruleAll } from "./referee.ts";
import { scenariosOf } from "./scenarios.ts";

const revision = "2026-07-28";

const changes = "a change is told to who listens at the process where it happens";
const tasks = "a task is in the memory of the process that started it";
/** What the processes would have to share more for, with the reason. It has to fail as long as it is here. */
const shared: Readonly<Record<string, string>> = {
  "server-stateless": changes,
  "tasks-lifecycle": tasks,
  "tasks-wire-fields": tasks,
  "tasks-request-state-removal": tasks,
  "tasks-mrtr-input": tasks,
  "tasks-request-headers": tasks,
  "tasks-dispatch-and-envelope": tasks,
  "tasks-mrtr-composition": tasks,
};
const alone = scenariosOf(revision).filter((scenario) => !(scenario in shared));

let servers: readonly HttpServer[];
beforeAll(async () => {
  servers = await start({ FAIRLEAD_STATE_KEYS: randomBytes(32).toString("base64") });
});
afterAll(() => stop(servers));

function start(env: Readonly<Record<string, string>>): Promise<readonly HttpServer[]> {
  return Promise.all([1, 2, 3].map(() => serveHttp(bin, ["--max-stream-seconds", "1"], env)));
}

async function stop(all: readonly HttpServer[]): Promise<void> {
  for (const server of all) await server.close();
}

/** A balancer of its own, so that no other test's requests come in between. */
async function balance(all: readonly HttpServer[]): Promise<Balancer> {
  const balancer = await createBalancer(all.map(({ url }) => url));
  onTestFinished(() => balancer.close());
  return balancer;
}

/** How many requests each process answered. */
function sharesOf(balancer: Balancer): number[] {
  return servers.map(({ url }) => balancer.answeredBy(url));
}

describe("the referee, sent to the next of three processes with each request", () => {
  let balancer: Balancer;
  let passed = 0;
  let rulings: Awaited<ReturnType<typeof ruleAll>>;
  beforeAll(async () => {
    balancer = await createBalancer(servers.map(({ url }) => url));
    rulings = await ruleAll(balancer.url, revision);
  });
  afterAll(async () => {
    await balancer.close();
    const sum = `${passed} of ${scenariosOf(revision).length} server scenarios pass`;
    process.stderr.write(`Conformance at ${revision} through three processes: ${sum}\n`);
  });

  test.concurrent.for(alone)("%s", async (scenario, context) => {
    const { verdict, report } =
      rulings.get(scenario) ?? (await rule(balancer.url, revision, scenario));
    context.expect(verdict, report).toBe("passes");
    passed += 1;
  });

  test("each process answered a third of it", () => {
    const shares = sharesOf(balancer);
    expect(Math.min(...shares)).toBeGreaterThan(alone.length / 3);
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    expect(balancer.passedOn).toBe(0);
  });
});

describe("what needs more than a key", () => {
  test("is eight scenarios, and leaves 41", () => {
    expect(scenariosOf(revision)).toEqual(expect.arrayContaining(Object.keys(shared)));
    expect(Object.keys(shared)).toHaveLength(8);
    expect(alone).toHaveLength(41);
  });

  test.for(Object.entries(shared))("%s: %s", async ([scenario]) => {
    const balancer = await balance(servers);
    const { verdict, report } = await rule(balancer.url, revision, scenario);
    expect(verdict, report).toMatch(/^(?:fails|warns)$/);
  });
});

test("a list that one process began is continued by another", async () => {
  const [a = "", b = ""] = servers.map(({ url }) => url);
  const call = (cursor?: unknown) => ({ name: "list_items", arguments: { limit: 5, cursor } });
  const { structuredContent: page } = await request(a, "tools/call", call());
  expect(page).toMatchObject({ next_cursor: expect.any(String) });
  const cursor = isJson(page) ? page["next_cursor"] : undefined;
  expect(await request(b, "tools/call", call(cursor))).toMatchObject({
    structuredContent: { items: [{ number: 6 }, {}, {}, {}, {}] },
  });
});

describe("a question to the official client", () => {
  const elicit = () => ({ action: "accept", content: { name: "Ada", color: "blue" } }) as const;

  test("is asked by one process, and its answer is read by another", async () => {
    const balancer = await balance(servers);
    const session = await connectTo(balancer.url, { elicit });
    onTestFinished(() => session.close());
    const before = sharesOf(balancer);
    expect(await session.call("test_input_required_result_elicitation")).toMatchObject({
      content: [{ type: "text", text: "Hello, Ada!" }],
    });
    const took = sharesOf(balancer).map((count, at) => count - (before[at] ?? 0));
    expect(took.toSorted()).toEqual([0, 1, 1]);
  });

  test("and another question after it: each of the three processes runs the call", async () => {
    const balancer = await balance(servers);
    const session = await connectTo(balancer.url, { elicit });
    onTestFinished(() => session.close());
    const before = sharesOf(balancer);
    expect(await session.call("test_input_required_result_multi_round")).toMatchObject({
      content: [{ type: "text", text: expect.stringMatching(/Ada.*blue/) }],
    });
    const took = sharesOf(balancer).map((count, at) => count - (before[at] ?? 0));
    expect(took).toEqual([1, 1, 1]);
  });

  test("is not answered where each process has a key of its own", async () => {
    const strangers = await start({});
    onTestFinished(() => stop(strangers));
    const balancer = await balance(strangers);
    const session = await connectTo(balancer.url, { elicit });
    onTestFinished(() => session.close());
    await expect(session.call("test_input_required_result_elicitation")).rejects.toMatchObject({
      code: -32602,
    });
  });
});
