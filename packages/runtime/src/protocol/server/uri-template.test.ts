import { describe, expect, test } from "vitest";
import { UriTemplate } from "./uri-template.ts";

const match = (template: string, uri: string) => new UriTemplate(template).match(uri);

describe("matches", () => {
  test("one segment per {name}, decoded", () => {
    expect(match("test://items/{id}/data", "test://items/a%20b/data")).toEqual({ id: "a b" });
    expect(match("test://items/{id}", "test://items/a/b")).toBeUndefined();
    expect(match("test://items/{id}/data", "test://items/7/other")).toBeUndefined();
    expect(match("test://{a}-{b}", "test://1-2-3")).toEqual({ a: "1", b: "2-3" });
  });

  test("slashes too for {+name}", () => {
    expect(match("file:///{+path}", "file:///a/b/c.txt")).toEqual({ path: "a/b/c.txt" });
    expect(match("x://{+path}/raw", "x://a/raw/raw")).toEqual({ path: "a/raw" });
  });

  test("nothing but the template itself where there are no variables", () => {
    expect(match("test://fixed", "test://fixed")).toEqual({});
    expect(match("test://fixed", "test://fixed/")).toBeUndefined();
  });

  test("no URI with a broken percent sign", () => {
    expect(match("test://{id}", "test://%zz")).toBeUndefined();
    expect(match("test://{id}", "test://%c3")).toBeUndefined();
  });

  test("a literal that the rest of the URI is too short for", () => {
    expect(match("a{x}bc", "ab")).toBeUndefined();
    expect(match("aa{x}aa", "aaa")).toBeUndefined();
  });

  test("no variable to nothing", () => {
    expect(match("aa{x}aa", "aaaa")).toBeUndefined();
    expect(match("x://{a}/{+b}", "x:///1")).toBeUndefined();
    expect(match("x://{a}/{+b}", "x://1/")).toBeUndefined();
  });

  test("variables with the names of object members", () => {
    const found = match("x://{constructor}/{toString}", "x://a/b");
    expect(Object.entries(found ?? {})).toEqual([
      ["constructor", "a"],
      ["toString", "b"],
    ]);
  });
});

test("names its variables", () => {
  expect(new UriTemplate("x://{a}/{+b}").variables).toEqual(["a", "b"]);
});

test.for([
  "x://{a*}",
  "x://{/a}",
  "x://{?a}",
  "x://{a,b}",
  "x://{a:3}",
  "x://{",
  "x://}",
  "x://{}",
])("refuses %s", (template) => {
  expect(() => new UriTemplate(template)).toThrow(TypeError);
});

test("refuses two variables with nothing between them", () => {
  expect(() => new UriTemplate("x://{a}{+b}")).toThrow(/between/);
});

describe("T7, CVE-2026-0621: templates", () => {
  const size = 65_536;
  const templates = ["x://{a}/{b}/{c}/end", "x://{+a}/{+b}/{+c}/end", "x://{a}-{b}-{c}-{d}.json"];
  const uris = ["/", "-", "a", "a/", "-a/", "%41", "/end", "%"].map(
    (piece) => `x://${piece.repeat(Math.ceil(size / piece.length))}`,
  );

  test.for(templates)("matching %s is linear in the URI", (template) => {
    const pattern = new UriTemplate(template);
    // Backtracking would need hours for a single one of these; linear needs milliseconds for all.
    for (let round = 0; round < 10; round += 1) for (const uri of uris) pattern.match(uri);
  });

  test("reading a template is linear in the template", () => {
    expect(() => new UriTemplate(`x://${"{a".repeat(size)}`)).toThrow(TypeError);
    expect(() => new UriTemplate(`x://${"{".repeat(size)}`)).toThrow(TypeError);
  });
});
