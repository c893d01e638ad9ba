import { setTimeout as sleep } from "node:timers/promises";
import {
  definePrompt,
  defineResourceTemplate,
  defineTool,
  type ListedResource,
  type Server,
  ToolError,
} from "@fairlead/define";
import { expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { isJson, type Json } from "../src/protocol/json-rpc.ts";
import { type ConnectedClient, connect } from "../src/testing/index.ts";
import { plain, serverOf } from "./fixture/make.ts";

const never = () => new Promise<never>(() => {});
const entry = (name: string): ListedResource => ({ uri: `test://${name}`, name });
const template = (name: string, list: () => Promise<readonly ListedResource[]>) =>
  defineResourceTemplate({
    uriTemplate: `test://${name}/{id}`,
    name,
    read: () => ({ body: name }),
    list,
    complete: { id: () => list().then((members) => members.map((member) => member.name)) },
  });

const fixed = { ...entry("fixed"), read: () => ({ body: "fixed" }) };
const prompt = definePrompt({
  name: "p",
  description: "A prompt of a test.",
  arguments: z.object({}),
  get: () => "p",
});
const news = defineTool({ ...plain, name: "read_news", run: () => "news" });

function listing(rest: Partial<Server>): Server {
  return serverOf([news], { resources: [fixed], prompts: [prompt], ...rest });
}

async function open(server: Server, era: "modern" | "legacy" = "modern") {
  const client = await connect(server, { era });
  onTestFinished(() => client.close());
  return client;
}

async function namesOf(client: ConnectedClient, method = "resources/list", params: Json = {}) {
  const result = await client.request(method, params);
  const entries = Object.values(result).find(Array.isArray) ?? [];
  const names = entries.filter(isJson).map(({ name }) => name);
  return { ...result, names, nextCursor: result["nextCursor"] };
}

const down = new Error("connect ECONNREFUSED");
const backends: readonly (readonly [string, Server["connect"], logged: number])[] = [
  ["never answers", never, 0],
  ["throws", () => Promise.reject(down), 1],
  [
    "throws at once",
    () => {
      throw down;
    },
    1,
  ],
  [
    "wants a sign-in",
    () => Promise.reject(new ToolError("Nobody has signed in.", "Run login.")),
    0,
  ],
];

for (const era of ["modern", "legacy"] as const) {
  test.for(backends)(
    `every list is answered where the backend %s (${era})`,
    async ([, backend, logged]) => {
      const asked = vi.fn(async () => [entry("dynamic")]);
      const server = listing({
        connect: backend,
        resourceTemplates: [template("a", asked), template("b", asked)],
        findUnusableTools: async () => new Map([["read_news", "No."]]),
        credentials: ["token"],
      });
      const client = await open(server, era);
      expect(await namesOf(client, "tools/list")).toMatchObject({ names: ["read_news"] });
      expect(await namesOf(client, "prompts/list")).toMatchObject({ names: ["p"] });
      expect(await namesOf(client, "resources/templates/list")).toMatchObject({
        names: ["a", "b"],
      });
      expect(await namesOf(client)).toMatchObject({ names: ["fixed"] });
      expect(asked).not.toHaveBeenCalled();
      expect(client.log).toHaveLength(logged);
    },
  );

  test(`what a template lists is there, is late, or fails by itself (${era})`, async () => {
    const gate = Promise.withResolvers<readonly ListedResource[]>();
    const slow = vi.fn(() => gate.promise);
    const server = listing({
      resourceTemplates: [
        template("slow", slow),
        template("never", never),
        template("out", () => Promise.reject(new ToolError("Signed out.", "Sign in."))),
        template("broken", () => Promise.reject(new Error("a fault"))),
        template("quick", async () => [entry("quick")]),
      ],
    });
    const client = await open(server, era);
    const first = await namesOf(client);
    expect(first.names).toEqual(["fixed", "quick"]);
    if (era === "modern") expect(first).toMatchObject({ ttlMs: 0, cacheScope: "private" });
    expect(client.log).toEqual([expect.stringContaining("a fault")]);
    // Work that is under way is not begun again by each list.
    expect((await namesOf(client)).names).toEqual(["fixed", "quick"]);
    expect(slow).toHaveBeenCalledTimes(1);
    gate.resolve([entry("slow")]);
    await sleep(0);
    expect((await namesOf(client)).names).toEqual(["fixed", "slow", "quick"]);
  });
}

test("what was late is shown as it last was, for as long as it is late again", async () => {
  const waits = [300, 600_000];
  let round = 0;
  const list = vi.fn(async () => {
    round += 1;
    const mine = round;
    await sleep(waits[mine - 1], undefined, { ref: false });
    return [entry(`round ${mine}`)];
  });
  const client = await open(listing({ resourceTemplates: [template("slow", list)] }));
  expect((await namesOf(client)).names).toEqual(["fixed"]);
  await vi.waitFor(async () => {
    expect((await namesOf(client)).names).toEqual(["fixed", "round 1"]);
  });
  await vi.waitFor(async () => {
    expect(list).toHaveBeenCalledTimes(2);
    expect((await namesOf(client)).names).toEqual(["fixed", "round 1"]);
  });
});

test("a cursor goes on where its page ended, whatever else has come or gone", async () => {
  const gate = Promise.withResolvers<readonly ListedResource[]>();
  const members = Array.from({ length: 250 }, (_, index) => entry(`member ${index}`));
  const server = listing({
    resourceTemplates: [
      template("slow", () => gate.promise),
      template("many", async () => members),
    ],
  });
  const client = await open(server);
  const { names, nextCursor } = await namesOf(client);
  expect(nextCursor).toBeTypeOf("string");
  expect(names).toEqual(["fixed", ...members.slice(0, 199).map(({ name }) => name)]);
  gate.resolve([entry("slow")]);
  const rest = await namesOf(client, "resources/list", { cursor: nextCursor });
  expect(rest.names).toEqual(members.slice(199).map(({ name }) => name));
  expect(rest.nextCursor).toBeUndefined();
  const again = await namesOf(client);
  expect(again.names.slice(0, 3)).toEqual(["fixed", "slow", "member 0"]);
});

test("the work of a list is told when the server shuts down, and holds nothing up", async () => {
  const signals: AbortSignal[] = [];
  const late = defineResourceTemplate({
    uriTemplate: "test://late/{id}",
    name: "late",
    read: () => ({ body: "late" }),
    list: (context) => {
      signals.push(context.signal);
      return never();
    },
  });
  const client = await connect(listing({ resourceTemplates: [late] }));
  expect((await namesOf(client)).names).toEqual(["fixed"]);
  expect(signals[0]?.aborted).toBe(false);
  await client.close();
  expect(signals[0]?.aborted).toBe(true);
});

test("a connection that opens after the shutdown is closed, and one that never does is left behind", async () => {
  const gate = Promise.withResolvers<{ context: object; close(): void }>();
  const close = vi.fn();
  const resourceTemplates = [template("a", async () => [])];
  const client = await connect(listing({ connect: () => gate.promise, resourceTemplates }));
  await namesOf(client);
  await client.close();
  expect(client.log).toEqual([]);
  gate.resolve({ context: {}, close });
  await vi.waitFor(() => expect(close).toHaveBeenCalledTimes(1));
});

test("a completion whose backend fails proposes nothing, and what is not a domain error is logged", async () => {
  const ref = (name: string) => ({ type: "ref/resource", uri: `test://${name}/{id}` });
  const server = listing({
    resourceTemplates: [
      template("out", () => Promise.reject(new ToolError("Signed out.", "Sign in."))),
      template("broken", () => Promise.reject(new Error("a fault"))),
    ],
  });
  const client = await open(server);
  for (const name of ["out", "broken"]) {
    const params = { ref: ref(name), argument: { name: "id", value: "x" } };
    expect(await client.request("completion/complete", params)).toMatchObject({
      completion: { values: [], total: 0, hasMore: false },
    });
  }
  expect(client.log).toEqual([expect.stringContaining("a fault")]);
  const unknown = { ref: ref("none"), argument: { name: "id", value: "x" } };
  await expect(client.request("completion/complete", unknown)).rejects.toMatchObject({
    code: -32602,
  });
});
