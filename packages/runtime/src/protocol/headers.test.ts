import { describe, expect, test } from "vitest";
import { assertParamHeaders, assertStandardHeaders, findParamHeaders } from "./headers.ts";

const mismatch = expect.objectContaining({ code: -32020, status: 400 });
const encode = (text: string) => `=?base64?${Buffer.from(text).toString("base64")}?=`;

/** What `run` throws, for errors that are told by their fields. */
function thrownBy(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("Mcp-Method and Mcp-Name", () => {
  const check = (name: string | undefined, actual: unknown, method = "tools/call") =>
    thrownBy(() =>
      assertStandardHeaders({ "mcp-method": "tools/call", "mcp-name": name }, method, {
        name: actual,
      }),
    );

  test("pass when they say what the body says", () => {
    expect(check("echo", "echo")).toBeUndefined();
    expect(check(encode("café"), "café")).toBeUndefined();
    expect(check(encode("echo"), "echo")).toBeUndefined();
    expect(check(encode(encode("echo")), encode("echo"))).toBeUndefined();
  });

  test.for([
    ["another name", "other", "echo"],
    ["another case", "Echo", "echo"],
    ["no name", undefined, "echo"],
    ["an empty name", "", "echo"],
    ["a broken sentinel", "=?base64?%%%?=", "echo"],
    ["Base64 of another name", encode("other"), "echo"],
    ["a sentinel in capitals", encode("echo").replace("base64", "BASE64"), "echo"],
    ["a value that is not a string", "1", 1],
  ] as const)("refuse %s", ([, name, actual]) => {
    expect(check(name, actual)).toEqual(mismatch);
  });

  test("are compared decoded only: an intermediary must not read another name than we do", () => {
    expect(check(encode("echo"), encode("echo"))).toEqual(mismatch);
  });

  test("refuse another method", () => {
    expect(check("echo", "echo", "tools/list")).toEqual(mismatch);
    expect(thrownBy(() => assertStandardHeaders({}, "tools/list", {}))).toEqual(mismatch);
  });

  test("want a name for the three methods that have one", () => {
    const headers = { "mcp-method": "resources/read", "mcp-name": "test://one" };
    const read = (params: { uri: string }) =>
      assertStandardHeaders(headers, "resources/read", params);
    expect(thrownBy(() => read({ uri: "test://one" }))).toBeUndefined();
    expect(thrownBy(() => read({ uri: "test://two" }))).toEqual(mismatch);
  });
});

describe("Mcp-Param-*", () => {
  const params = [
    { header: "Mcp-Param-Region", path: ["region"] },
    { header: "Mcp-Param-Zone", path: ["inner", "zone"] },
  ];
  const check = (headers: Record<string, string>, args: Record<string, unknown>) =>
    thrownBy(() => assertParamHeaders(headers, params, args));

  test("pass when they say what the arguments say", () => {
    expect(check({}, {})).toBeUndefined();
    expect(check({}, { region: null })).toBeUndefined();
    expect(check({ "mcp-param-region": "eu" }, { region: "eu" })).toBeUndefined();
    expect(check({ "mcp-param-region": encode(" 世界\n") }, { region: " 世界\n" })).toBeUndefined();
    expect(check({ "mcp-param-region": "true" }, { region: true })).toBeUndefined();
    expect(check({ "mcp-param-region": "" }, { region: "" })).toBeUndefined();
    expect(check({ "mcp-param-zone": "b" }, { inner: { zone: "b" } })).toBeUndefined();
    expect(check({ "mcp-param-other": "x" }, {})).toBeUndefined();
  });

  test("compare integers as numbers", () => {
    for (const stated of ["42", "42.0", "42.000"]) {
      expect(check({ "mcp-param-region": stated }, { region: 42 })).toBeUndefined();
    }
    for (const stated of ["43", "", " ", "0x2a", "4.2e1", "+42", "42,", "Infinity", "NaN"]) {
      expect(check({ "mcp-param-region": stated }, { region: 42 }), stated).toEqual(mismatch);
    }
    expect(check({ "mcp-param-region": "-7" }, { region: -7 })).toBeUndefined();
  });

  test.for([
    ["a missing header", {}, { region: "eu" }],
    ["a header without a value in the body", { "mcp-param-region": "eu" }, {}],
    ["a header next to a null", { "mcp-param-region": "null" }, { region: null }],
    ["another value", { "mcp-param-region": "us" }, { region: "eu" }],
    ["another case", { "mcp-param-region": "EU" }, { region: "eu" }],
    ["broken Base64", { "mcp-param-region": "=?base64?*?=" }, { region: "eu" }],
    ["an object", { "mcp-param-region": "[object Object]" }, { region: {} }],
    ["a list", { "mcp-param-region": "eu" }, { region: ["eu"] }],
    ["an object that cannot be text", { "mcp-param-region": "x" }, { region: { toString: 1 } }],
    ["another nested value", { "mcp-param-zone": "a" }, { inner: { zone: "b" } }],
  ] as const)("refuse %s", ([, headers, args]) => {
    expect(check({ ...headers }, args)).toEqual(mismatch);
  });
});

describe("x-mcp-header in a schema", () => {
  const field = (name: unknown, type: unknown = "string") => ({ type, "x-mcp-header": name });
  const find = (properties: unknown) => findParamHeaders({ type: "object", properties }, "tool");

  test("is found at any depth of properties", () => {
    const found = find({
      region: field("Region"),
      inner: { type: "object", properties: { zone: field("Zone", "integer") } },
    });
    expect(found).toEqual([
      { header: "Mcp-Param-Region", path: ["region"] },
      { header: "Mcp-Param-Zone", path: ["inner", "zone"] },
    ]);
  });

  test("is found below a property that is called properties", () => {
    expect(find({ properties: { type: "object", properties: { a: field("A") } } })).toEqual([
      { header: "Mcp-Param-A", path: ["properties", "a"] },
    ]);
  });

  test.for([
    ["an empty name", { a: field("") }],
    ["a name with a space", { a: field("My Region") }],
    ["a name with a line break", { a: field("a\r\nb") }],
    ["a name that is not a string", { a: field(1) }],
    ["a number", { a: field("A", "number") }],
    ["an object", { a: field("A", "object") }],
    ["a union of types", { a: field("A", ["string", "null"]) }],
    ["the same name twice", { a: field("Region"), b: field("REGION") }],
    ["an array's items", { a: { type: "array", items: field("A") } }],
    ["a branch", { a: { anyOf: [field("A"), { type: "null" }] } }],
    ["a definition", { a: { $defs: { b: field("A") } } }],
  ] as const)("is refused for %s", ([, properties]) => {
    expect(() => find(properties)).toThrow(TypeError);
  });

  test("is refused at the root, and means nothing inside data", () => {
    expect(() => findParamHeaders(field("A"), "tool")).toThrow(TypeError);
    expect(find({ a: { type: "object", default: field("A") } })).toEqual([]);
  });
});
