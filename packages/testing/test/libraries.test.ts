import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, test, vi } from "vitest";
import { createBackends } from "../src/hosts/libraries/backends.ts";
import { findLost, toPayload } from "../src/hosts/libraries/payload.ts";
import { findHidden, findNotStrict, findRefused } from "../src/hosts/libraries/referee.ts";
import { findChanged, findUnstrict } from "../src/hosts/libraries/schemas.ts";
import { findListed, type Session } from "../src/hosts/libraries/session.ts";
import { npmInstall } from "../src/hosts/npm-install.ts";

const text = { type: "string" };

function toOffer(name: string, schema: object, { strict = true } = {}) {
  return { name, schema, strict, outputSchema: undefined };
}

function toSession(session: Partial<Session>): Session {
  return { offered: [], listed: [], views: [], results: [], ...session };
}

describe("the payload of a result", () => {
  it("is every text and picture, whole", () => {
    const content = [
      { type: "text", text: "one\ntwo\n" },
      { type: "image", data: "aGk=" },
    ];
    expect(toPayload({ content }, undefined)).toEqual(["one\ntwo", "", "", "aGk="]);
  });

  it("of data is every leaf and fence, without what its schema names", () => {
    const structuredContent = { kind: "file", name: "lamp", sizes: [7] };
    const content = [{ type: "text", text: '<untrusted source="x">lamp</untrusted>' }];
    const schema = { properties: { kind: { enum: ["file", "folder"] } } };
    const fences = ['<untrusted source="x">', "</untrusted>"];
    expect(toPayload({ content, structuredContent }, schema)).toEqual(["lamp", 7, ...fences]);
  });
});

describe("what a view lacks", () => {
  it("is found in texts, in JSON, and in lines of JSON", () => {
    const payload = ['a "b"', 12_345, "one\ntwo"];
    expect(findLost(payload, 'a "b" costs 12,345\n  one\n  two')).toEqual([]);
    expect(findLost(payload, JSON.stringify(payload))).toEqual([]);
    expect(findLost(payload, payload.map((piece) => JSON.stringify(piece)).join("\n"))).toEqual([]);
  });

  it("is not part of another number, and no other text", () => {
    expect(findLost([7, "brass"], "17 lamps")).toEqual([7, "brass"]);
    expect(findLost(["a", "on"], "one brass lamp")).toEqual(["a", "on"]);
    expect(findLost(["a", ""], "one: a lamp")).toEqual([]);
  });
});

test("the repository of the git server is the same whatever git's own configuration says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-backends-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const own = join(folder, "gitconfig");
  writeFileSync(own, "[commit]\n\tgpgsign = true\n[gpg]\n\tprogram = false\n");
  vi.stubEnv("GIT_CONFIG_GLOBAL", own);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { all, close } = await createBackends(folder);
  onTestFinished(close);
  expect(all.map(({ server }) => server)).toContain("git");
});

test("what npm cannot install is said, and what it can is there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-install-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "lamp"));
  writeFileSync(join(folder, "lamp/package.json"), '{ "name": "lamp", "version": "1.0.0" }');
  writeFileSync(join(folder, "package.json"), '{ "dependencies": { "lamp": "file:lamp" } }');
  expect(await npmInstall(folder)).toBe(undefined);
  expect(existsSync(join(folder, "node_modules/lamp/package.json"))).toBe(true);
  expect(await npmInstall(folder, ["file:nowhere"])).toContain("npm install");
});

test("what was offered is compared with the list it is of, its pages joined", () => {
  const lists = [
    { tools: [{ name: "look" }], nextCursor: "more" },
    { content: [] },
    { tools: [{ name: "write" }] },
    { tools: [{ name: "look" }] },
  ];
  const find = (...names: string[]) => {
    const offered = names.map((name) => toOffer(name, {}));
    return findListed(lists, offered).map(({ name }) => name);
  };
  expect(find("write", "look")).toEqual(["look", "write"]);
  expect(find("look")).toEqual(["look"]);
  expect(find("write")).toEqual(["look"]);
  expect(findListed([], [])).toEqual([]);
});

describe("a schema that a library changes", () => {
  const listed = {
    type: "object",
    properties: { at: { type: "array", items: { type: ["string", "integer"] } } },
  };
  const offer = (items: object) => {
    return { type: "object", properties: { at: { type: "array", items } } };
  };

  it("is the same with null, and with its types apart", () => {
    const items = { anyOf: [text, { type: "number" }, { type: "null" }] };
    expect(findChanged(listed, offer(items))).toEqual([]);
    const at = { anyOf: [{ type: "array", items }, { type: "null" }] };
    expect(findChanged(listed, { type: "object", properties: { at } })).toEqual([]);
  });

  it("is found where a parameter is gone, free or narrower", () => {
    expect(findChanged(listed, { type: "object" })).toEqual([".at"]);
    expect(findChanged(listed, offer({}))).toEqual([".at[]"]);
    expect(findChanged(listed, offer(text))).toEqual([".at[]"]);
  });
});

describe("a schema that OpenAI refuses as strict", () => {
  it("is one with an open object, an optional parameter, no items or no type", () => {
    const closed = { type: "object", additionalProperties: false };
    const properties = { list: { type: "array" }, map: { type: "object" }, any: {} };
    expect(findUnstrict({ ...closed, properties, required: ["list", "map"] })).toEqual([
      ".any is optional",
      ".list has no items",
      ".map is open",
      ".any has no type",
    ]);
    expect(findUnstrict({ ...closed, properties: { name: text }, required: ["name"] })).toEqual([]);
  });
});

describe("the referee", () => {
  const tool = toOffer("look", { type: "object", properties: { at: text } });

  it("names a tool that is left out, added or changed", () => {
    expect(findRefused(toSession({ listed: [tool], offered: [tool] }))).toEqual([]);
    expect(findRefused(toSession({}))).toHaveLength(1);
    const free = { ...tool, schema: { ...tool.schema, properties: { at: {} } } };
    const strange = toSession({
      listed: [{ ...tool, schema: { ...tool.schema, properties: { at: text } } }],
      offered: [free],
    });
    expect(findRefused(strange)).toEqual(["look.at is offered as something else."]);
    expect(findRefused(strange, ["look.at"])).toEqual([]);
    expect(findRefused(toSession({ listed: [tool], offered: [tool] }), ["look.at"])).toEqual([
      "look.at is offered as it is listed: take it out of the list.",
    ]);
    expect(findRefused(toSession({ listed: [tool] }))).toEqual(["look is not offered."]);
    const other = toOffer("look", { type: "object", properties: {} });
    expect(findRefused(toSession({ listed: [tool], offered: [other] }))).toHaveLength(1);
    expect(findRefused(toSession({ listed: [tool], offered: [tool, toOffer("x", {})] }))).toEqual([
      "x is offered and was not listed.",
    ]);
  });

  it("names what is hidden, what failed and what was never answered", () => {
    const calls = [{ tool: "look", args: {}, holds: ["lamp"] }];
    const content = [{ type: "text", text: "a lamp" }];
    const find = (view: object, result: object) => {
      return findHidden(calls, toSession({ views: [{ ...view }], results: [{ ...result }] }));
    };
    expect(find({ model: "a lamp" }, { content })).toEqual([]);
    expect(find({ model: "a" }, { content })).toHaveLength(2);
    expect(find({}, { content })).toHaveLength(1);
    expect(find({ model: "a lamp" }, { content, isError: true })).toHaveLength(1);
    expect(findHidden(calls, toSession({}))).toHaveLength(1);
  });

  it("names a tool that is not strict, and a name in the list that is not needed", () => {
    const loose = toOffer("dispatch_workflow", {}, { strict: false });
    expect(findNotStrict("github", toSession({ offered: [loose] }))).toEqual([]);
    expect(findNotStrict("github", toSession({}))).toHaveLength(1);
    expect(findNotStrict("git", toSession({ offered: [loose] }))).toHaveLength(1);
  });
});
