import { defineTool, defineToolset, type Effect } from "@fairlead/define";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import type { PolicyOptions } from "../src/call/policy.ts";
import { connect } from "../src/testing/index.ts";
import { plain, serverOf } from "./fixture/make.ts";

const ran = vi.fn<(name: string, args: unknown) => string>(() => "done");

function tool(name: string, effect: Effect, more = {}) {
  return defineTool({
    ...plain,
    name,
    effect,
    input: z.object({ path: z.string().optional() }),
    run: (args) => ran(name, args),
    ...more,
  });
}

const either = defineTool({
  ...plain,
  name: "either",
  effect: {
    least: "read",
    most: "destroy",
    of: ({ how }) => how,
  },
  input: z.object({ how: z.enum(["read", "write", "destroy"]) }),
  run: (args) => ran("either", args),
});

const server = serverOf(
  [
    tool("read", "read", { aliases: ["look"] }),
    tool("write", "write", { aliases: ["put"] }),
    tool("destroy", "destroy"),
    tool("old", "read", { listed: false }),
    either,
  ],
  {},
);
const withExtra = {
  ...server,
  toolsets: [
    ...server.toolsets,
    defineToolset({
      name: "extra",
      description: "More.",
      optional: true,
      tools: [tool("more", "read")],
    }),
  ],
};

async function open(policy: PolicyOptions = {}) {
  ran.mockClear();
  const client = await connect(withExtra, { policy });
  return {
    client,
    names: async () => (await client.listTools()).map(({ name }) => name),
    call: async (name: string, args = {}) => {
      ran.mockClear();
      const { isError, text } = await client.callTool(name, args);
      return { isError, text, ran: ran.mock.calls.length };
    },
  };
}

const refused = (reason: string | RegExp) => ({
  isError: true,
  text: expect.stringMatching(reason),
  ran: 0,
});
const done = { isError: false, text: "done", ran: 1 };

describe("--confirm", () => {
  test("destroy, the default, asks before what cannot be undone", async () => {
    const { call, client } = await open();
    expect(await call("write")).toEqual(done);
    expect(await call("destroy")).toEqual(refused(/cannot be undone.+confirm: true/));
    for (const confirm of ["yes", "1", "false", "", 1, {}, [true], false, null]) {
      expect(await call("destroy", { confirm })).toEqual(refused(/cannot be undone/));
    }
    expect(await call("destroy", { confirm: true })).toEqual(done);
    expect(ran).toHaveBeenCalledWith("destroy", {});
    const listed = await client.listTools();
    const destroy = listed.find(({ name }) => name === "destroy");
    expect(destroy).toHaveProperty("inputSchema.properties.confirm.type", "boolean");
    expect(listed.find(({ name }) => name === "write")).not.toHaveProperty(
      "inputSchema.properties.confirm",
    );
  });

  test("asks by what these very arguments do", async () => {
    const { call } = await open();
    expect(await call("either", { how: "read" })).toEqual(done);
    expect(await call("either", { how: "write" })).toEqual(done);
    expect(await call("either", { how: "destroy" })).toEqual(refused(/confirm: true/));
    expect(await call("either", { how: "destroy", confirm: true })).toEqual(done);
  });

  test("write asks before every change", async () => {
    const { call } = await open({ confirm: "write" });
    expect(await call("read")).toEqual(done);
    expect(await call("write")).toEqual(refused(/changes data.+confirm: true/));
    expect(await call("put", { confirm: true })).toEqual(done);
  });

  test("never asks nobody, and then confirm is not an argument", async () => {
    const { call } = await open({ confirm: "never" });
    expect(await call("destroy")).toEqual(done);
    expect(await call("destroy", { confirm: true })).toEqual(refused(/Unknown argument "confirm"/));
  });

  test("is asked only once the arguments are right", async () => {
    const { call } = await open();
    expect(await call("destroy", { pth: "x" })).toEqual(refused(/Unknown argument "pth"/));
    expect(await call("destroy", { confirm: true, path: 1 })).toEqual(refused(/path: expected/));
  });
});

describe("--read-only", () => {
  test("hides what writes, and refuses it with the reason, by any name", async () => {
    const { names, call } = await open({ readOnly: true });
    expect(await names()).toEqual(["read", "either"]);
    for (const name of ["write", "put", "destroy"]) {
      expect(await call(name, { confirm: true })).toEqual(refused(/--read-only/));
    }
    expect(await call("either", { how: "write" })).toEqual(refused(/--read-only/));
    expect(await call("either", { how: "read" })).toEqual(done);
  });

  test("beats --tools, --toolsets all and --confirm never", async () => {
    const policy = {
      readOnly: true,
      confirm: "never",
      toolsets: ["all"],
      tools: ["write"],
    } as const;
    const { names, call } = await open(policy);
    expect(await names()).toEqual(["read", "either", "more"]);
    expect(await call("write")).toEqual(refused(/--read-only/));
  });
});

test("what is hidden is refused with how to have it", async () => {
  const { names, call } = await open({ excludeTools: ["read"] });
  expect(await names()).toEqual(["write", "destroy", "either"]);
  expect(await call("more")).toEqual(refused(/--toolsets extra/));
  expect(await call("read")).toEqual(refused(/--exclude-tools/));
  expect(await call("look")).toEqual(refused(/--exclude-tools/));
});

test("old names and unlisted tools stay callable", async () => {
  const { names, call } = await open();
  expect(await names()).not.toContain("old");
  expect(await call("old")).toEqual(done);
  expect(await call("look")).toEqual(done);
  expect(ran).toHaveBeenCalledWith("read", {});
  expect(await (await open({ legacy: true })).names()).toContain("old");
});

test("arguments that are not an object are -32602", async () => {
  const { client } = await open();
  for (const wrong of [[], "x", 1]) {
    const call = client.request("tools/call", { name: "read", arguments: wrong });
    await expect(call).rejects.toMatchObject({ code: -32602 });
  }
});
