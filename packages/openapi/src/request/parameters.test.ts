import { expect, test } from "vitest";
import type { Value } from "../values/encode.ts";
import { ArgumentError } from "../values/errors.ts";
import { type Parameter, writeParameters } from "./parameters.ts";

const empty = "";
const single = "blue";
const list = ["blue", "black", "brown"];
const record = { R: 100, G: 200, B: 150 };

/** The style examples of OpenAPI 3.2.0, section 4.12.6: [in, style, explode, empty, single, list, record]. */
const table: [Parameter["in"], Parameter["style"], boolean, string, string, string, string][] = [
  [
    "path",
    "matrix",
    false,
    ";color",
    ";color=blue",
    ";color=blue,black,brown",
    ";color=R,100,G,200,B,150",
  ],
  [
    "path",
    "matrix",
    true,
    ";color",
    ";color=blue",
    ";color=blue;color=black;color=brown",
    ";R=100;G=200;B=150",
  ],
  ["path", "label", false, ".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"],
  ["path", "label", true, ".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"],
  ["header", "simple", false, "", "blue", "blue,black,brown", "R,100,G,200,B,150"],
  ["header", "simple", true, "", "blue", "blue,black,brown", "R=100,G=200,B=150"],
  [
    "query",
    "form",
    false,
    "color=",
    "color=blue",
    "color=blue,black,brown",
    "color=R,100,G,200,B,150",
  ],
  [
    "query",
    "form",
    true,
    "color=",
    "color=blue",
    "color=blue&color=black&color=brown",
    "R=100&G=200&B=150",
  ],
  [
    "query",
    "spaceDelimited",
    false,
    "color=",
    "color=blue",
    "color=blue%20black%20brown",
    "color=R%20100%20G%20200%20B%20150",
  ],
  [
    "query",
    "pipeDelimited",
    false,
    "color=",
    "color=blue",
    "color=blue%7Cblack%7Cbrown",
    "color=R%7C100%7CG%7C200%7CB%7C150",
  ],
  [
    "query",
    "deepObject",
    true,
    "color=",
    "color=blue",
    "color%5B0%5D=blue&color%5B1%5D=black&color%5B2%5D=brown",
    "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
  ],
  [
    "cookie",
    "form",
    false,
    "color=",
    "color=blue",
    "color=blue,black,brown",
    "color=R,100,G,200,B,150",
  ],
  [
    "cookie",
    "cookie",
    false,
    "color=",
    "color=blue",
    "color=blue,black,brown",
    "color=R,100,G,200,B,150",
  ],
  [
    "cookie",
    "cookie",
    true,
    "color=",
    "color=blue",
    "color=blue; color=black; color=brown",
    "R=100; G=200; B=150",
  ],
];

/** What one parameter called color becomes. */
function write(parameter: Partial<Parameter>, value: Value): string {
  const whole: Parameter = { name: "color", in: "query", ...parameter };
  const template = whole.in === "path" ? "/x{color}" : "/x";
  const { path, query, headers, cookies } = writeParameters(template, [whole], () => value);
  return path.slice(2) + query + (headers.get("color") ?? "") + cookies.join("; ");
}

test.each(table)("%s %s explode=%s", (place, style, explode, ...expected) => {
  const parameter = { in: place, explode, ...(style && { style }) };
  expect([empty, single, list, record].map((value) => write(parameter, value))).toEqual(expected);
});

test("simple in a path writes what it writes in a header, and refuses what would leave the path", () => {
  expect(write({ in: "path", explode: true }, record)).toBe("R=100,G=200,B=150");
  for (const value of ["", ".", "..", [], "a/../b", "../admin"]) {
    const color: Parameter = { name: "color", in: "path", allowReserved: true };
    const done = () => writeParameters("/things/{color}/x", [color], () => value);
    expect(done, JSON.stringify(value)).toThrow(ArgumentError);
  }
});

test.each(["a\r\nx-evil: 1", "a\0", "ł"])("no header or cookie is made of %j", (value) => {
  expect(() => write({ in: "header" }, value)).toThrow(ArgumentError);
  expect(() => write({ in: "cookie", style: "cookie" }, value)).toThrow(ArgumentError);
});

test("a cookie's value does not become a second cookie", () => {
  expect(() => write({ in: "cookie", style: "cookie" }, "a; admin=1")).toThrow(ArgumentError);
  expect(write({ in: "cookie", style: "form" }, "a; admin=1")).toBe("color=a%3B%20admin%3D1");
});

test("defaults are those of the location", () => {
  expect(write({ in: "query" }, list)).toBe("color=blue&color=black&color=brown");
  expect(write({ in: "path" }, list)).toBe("blue,black,brown");
  expect(write({ in: "header" }, record)).toBe("R,100,G,200,B,150");
  expect(write({ in: "cookie" }, single)).toBe("color=blue");
  expect(write({ in: "cookie", style: "cookie" }, list)).toBe(
    "color=blue; color=black; color=brown",
  );
  expect(write({ in: "query", style: "pipeDelimited" }, list)).toBe("color=blue%7Cblack%7Cbrown");
});

test("everything that is not unreserved is percent-encoded, unless reserved characters are allowed", () => {
  const hostile = "a/b?c=d&e#f g+h%20[é]!'()*\u{1f600}";
  expect(write({ in: "query" }, hostile)).toBe(
    "color=a%2Fb%3Fc%3Dd%26e%23f%20g%2Bh%2520%5B%C3%A9%5D%21%27%28%29%2A%F0%9F%98%80",
  );
  expect(write({ in: "query", allowReserved: true }, hostile)).toBe(
    "color=a/b?c=d%26e%23f%20g%2Bh%20%5B%C3%A9%5D!'()*%F0%9F%98%80",
  );
  expect(write({ in: "path" }, "../admin?x=1".replace("..", "x"))).toBe("x%2Fadmin%3Fx%3D1");
  expect(write({ in: "query" }, "\ud800")).toBe("color=%EF%BF%BD");
});

test("headers and cookies of the cookie style are as they are", () => {
  expect(write({ in: "header" }, "a b/c")).toBe("a b/c");
  expect(write({ in: "cookie", style: "cookie" }, "a%20b")).toBe("color=a%20b");
  expect(write({ in: "cookie", style: "form" }, "a b")).toBe("color=a%20b");
});

test("content is written in its media type, once encoded", () => {
  const parameter = { contentType: "application/json" };
  expect(write(parameter, { eq: "1" })).toBe("color=%7B%22eq%22%3A%221%22%7D");
  expect(write(parameter, "text")).toBe("color=%22text%22");
  expect(write({ in: "header", ...parameter }, { eq: 1 })).toBe('{"eq":1}');
  expect(write({ contentType: "text/plain" }, "a b")).toBe("color=a%20b");
});

test("deepObject nests, and numbers the items of lists", () => {
  const value = { created: { gte: 1, lt: 2 }, tags: ["a", { b: 1 }], none: undefined };
  expect(decodeURIComponent(write({ style: "deepObject" }, value))).toBe(
    "color[created][gte]=1&color[created][lt]=2&color[tags][0]=a&color[tags][1][b]=1",
  );
});

test("a querystring is the whole query", () => {
  const place = { in: "querystring" as const };
  expect(write({ ...place, contentType: "application/json" }, { a: [1] })).toBe(
    "%7B%22a%22%3A%5B1%5D%7D",
  );
  const form = { ...place, contentType: "application/x-www-form-urlencoded" };
  expect(write(form, { a: [1, 2], "b c": "d&e" })).toBe("a=1&a=2&b%20c=d%26e");
});

test("parameters of one name in several places are kept apart, and what is undefined is left out", () => {
  const parameters: Parameter[] = [
    { name: "id", in: "path" },
    { name: "id", in: "query" },
    { name: "id", in: "header" },
    { name: "id", in: "cookie" },
    { name: "other", in: "query" },
    { name: "Authorization", in: "header" },
  ];
  const parts = writeParameters("/things/{id}", parameters, ({ in: place, name }) =>
    name === "other" ? undefined : place,
  );
  expect({ ...parts, headers: [...parts.headers] }).toEqual({
    path: "/things/path",
    query: "id=query",
    headers: [["id", "header"]],
    cookies: ["id=cookie"],
  });
});

test("nothing in a value is taken for a replacement pattern", () => {
  expect(write({ in: "path" }, "$&$1")).toBe("%24%26%241");
});
