import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createRecorder, open } from "../call/recorder.fixture.ts";
import type { Encoding } from "../values/form.ts";
import { createFileReader } from "./files.ts";
import type { Body } from "./operation.ts";

const whole = (contentType: string, more: Partial<Body> = {}): Body => ({
  contentType,
  argument: "body",
  ...more,
});

/** What a body becomes on the wire: its media type and its text. */
async function send(body: Body, args: Record<string, unknown>, directories: string[] = []) {
  const { url, requests } = await createRecorder();
  await open({ baseUrl: url, files: createFileReader({ directories }) })({ body }, args);
  const [request] = requests;
  return [request?.headers["content-type"], request?.body];
}

test.each([
  [
    "JSON of members",
    {
      contentType: "application/json",
      members: [
        { name: "id", argument: "id_body" },
        { name: "tag", argument: "tag" },
        { name: "note", argument: "note" },
      ],
    },
    { id_body: 7, tag: "ü" },
    '{"id":7,"tag":"ü"}',
  ],
  [
    "merge-patch keeps null, which removes",
    {
      contentType: "application/merge-patch+json",
      members: [
        { name: "a", argument: "a" },
        { name: "b", argument: "b" },
      ],
    },
    { a: null, b: { c: null } },
    '{"a":null,"b":{"c":null}}',
  ],
  [
    "an object that is required and has no members",
    { contentType: "application/json", members: [{ name: "a", argument: "a" }], required: true },
    {},
    "{}",
  ],
  ["a list at the root", whole("application/json"), { body: [{ a: 1 }, 2] }, '[{"a":1},2]'],
  ["a string at the root", whole("application/json"), { body: "a" }, '"a"'],
  ["null at the root", whole("application/json"), { body: null }, "null"],
  ["text as it is", whole("text/plain"), { body: 'a "b"\n' }, 'a "b"\n'],
  ["XML as it is", whole("application/xml"), { body: "<a/>" }, "<a/>"],
  ["*/* with an object", whole("*/*"), { body: { a: 1 } }, '{"a":1}'],
] satisfies [string, Body, Record<string, unknown>, string][])(
  "%s",
  async (_, body, args, text) => {
    expect(await send(body, args)).toEqual([body.contentType, text]);
  },
);

test("no argument of the body, no body", async () => {
  expect(await send(whole("application/json"), {})).toEqual([undefined, ""]);
});

const form = "application/x-www-form-urlencoded";

test.each([
  [
    "single values and lists",
    { a: "x y", b: [1, 2], c: true, d: null },
    {},
    "a=x%20y&b=1&b=2&c=true&d=",
  ],
  ["what nests", { meta: { k: "v", l: { m: 1 } } }, {}, "meta[k]=v&meta[l][m]=1"],
  [
    "lists of objects",
    { items: [{ a: 1, b: 2 }, { a: 3 }] },
    {},
    "items[0][a]=1&items[0][b]=2&items[1][a]=3",
  ],
  [
    "deepObject",
    { meta: { k: "v" } },
    { meta: { style: "deepObject", explode: true } },
    "meta[k]=v",
  ],
  ["pipeDelimited", { a: [1, 2] }, { a: { style: "pipeDelimited" } }, "a=1|2"],
  ["form without explode", { a: [1, 2] }, { a: { explode: false } }, "a=1,2"],
  ["JSON in a form", { a: { b: 1 } }, { a: { contentType: "application/json" } }, 'a={"b":1}'],
] satisfies [string, Record<string, unknown>, Record<string, Encoding>, string][])(
  "urlencoded: %s",
  async (_, body, encoding, text) => {
    const [type, sent] = await send(whole(form, { encoding }), { body });
    expect([type, decodeURIComponent(sent ?? "")]).toEqual([form, decodeURIComponent(text)]);
    expect(sent).not.toContain("[");
  },
);

/** Multipart with the boundary, which is different each time, taken out. */
async function sendForm(body: Body, args: Record<string, unknown>, directories: string[] = []) {
  const [type = "", text = ""] = await send(body, args, directories);
  const boundary = /; boundary=(\S+)$/.exec(type)?.[1] ?? "none";
  return text.replaceAll(boundary, "B").split("\r\n");
}

test("multipart: files with their names, lists as parts, objects as JSON, types as asked", async () => {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-upload-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'ph"oto.png'), "PNG");
  await writeFile(join(directory, "a.bin"), "BIN");
  const body = whole("multipart/form-data", {
    files: ["photo", "more"],
    encoding: {
      photo: { contentType: "image/*" },
      xml: { contentType: "text/xml; charset=utf-8" },
    },
  });
  const value = {
    note: "hi",
    tags: ["a", "b"],
    meta: { k: [1] },
    photo: 'ph"oto.png',
    more: ["a.bin", "data:text/csv;name=t.csv;base64,YSxi"],
    xml: "<a/>",
  };
  expect(await sendForm(body, { body: value }, [directory])).toEqual([
    "--B",
    'Content-Disposition: form-data; name="note"',
    "",
    "hi",
    "--B",
    'Content-Disposition: form-data; name="tags"',
    "",
    "a",
    "--B",
    'Content-Disposition: form-data; name="tags"',
    "",
    "b",
    "--B",
    'Content-Disposition: form-data; name="meta"',
    "Content-Type: application/json",
    "",
    '{"k":[1]}',
    "--B",
    'Content-Disposition: form-data; name="photo"; filename="ph%22oto.png"',
    "Content-Type: image/png",
    "",
    "PNG",
    "--B",
    'Content-Disposition: form-data; name="more"; filename="a.bin"',
    "Content-Type: application/octet-stream",
    "",
    "BIN",
    "--B",
    'Content-Disposition: form-data; name="more"; filename="t.csv"',
    "Content-Type: text/csv",
    "",
    "a,b",
    "--B",
    'Content-Disposition: form-data; name="xml"',
    "Content-Type: text/xml; charset=utf-8",
    "",
    "<a/>",
    "--B--",
    "",
  ]);
});

test.each([
  ["image/*, application/pdf", "image/png", "image/png"],
  ["image/*, application/pdf", "text/csv", "application/pdf"],
  ["image/*, application/pdf", "imagery/raw", "application/pdf"],
  ["image/*", "text/csv", "text/csv"],
])("multipart: an API that takes %s is sent a file of %s as %s", async (asked, own, sent) => {
  const encoding = { file: { contentType: asked } };
  const body = whole("multipart/form-data", { files: ["file"], encoding });
  const lines = await sendForm(body, { body: { file: `data:${own};base64,YSxi` } });
  expect(lines).toContain(`Content-Type: ${sent}`);
});

test("multipart: no value ends its part or adds a header", async () => {
  const lines = await sendForm(whole("multipart/form-data"), {
    body: { 'a"\r\nX-Evil: 1': "v\r\n--B" },
  });
  expect(lines[1]).toBe('Content-Disposition: form-data; name="a%22%0D%0AX-Evil: 1"');
  expect(lines.filter((line) => line.startsWith("X-Evil"))).toEqual([]);
});

test("a file is the body, in its own type where the API takes any", async () => {
  const args = { body: "data:image/png;base64,UE5H" };
  expect(await send(whole("*/*", { file: true }), args)).toEqual(["image/png", "PNG"]);
  const octets = whole("application/octet-stream", { file: true });
  expect(await send(octets, args)).toEqual(["application/octet-stream", "PNG"]);
});

test("files stay inside the directories, and without one there are none", async () => {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-upload-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  await symlink("/etc/passwd", join(directory, "link"));
  const { url, requests } = await createRecorder();
  const body = whole("*/*", { file: true });
  const call = open({
    baseUrl: url,
    files: createFileReader({ directories: [directory], maxBytes: 3 }),
  });
  for (const path of ["/etc/passwd", "../../etc/passwd", join(directory, "link")]) {
    await expect(call({ body }, { body: path }), path).rejects.toThrow(/denied|outside|not in/i);
  }
  await expect(call({ body }, { body: "data:,abcd" })).rejects.toThrow("at most 3");
  const closed = open({ baseUrl: url });
  await expect(closed({ body }, { body: "/etc/passwd" })).rejects.toThrow("no directory is open");
  expect(requests).toEqual([]);
});

const line = { op: "a" };

test.each([
  ["application/x-ndjson", '{"op":"a"}\n{"op":"a"}\n'],
  ["application/jsonl", '{"op":"a"}\n{"op":"a"}\n'],
  ["application/json-seq", '\u001e{"op":"a"}\n\u001e{"op":"a"}\n'],
])("JSON Lines: %s is sent line by line", async (type, text) => {
  expect(await send(whole(type), { body: [line, line] })).toEqual([type, text]);
});

test("a form that is a text to its document goes as it is written", async () => {
  const type = "application/x-www-form-urlencoded";
  expect(await send(whole(type), { body: "a=1&b=%20" })).toEqual([type, "a=1&b=%20"]);
});

test.each([
  [{ explode: false }, ["x,y"]],
  [{ style: "pipeDelimited", explode: false }, ["x|y"]],
  [{ style: "spaceDelimited" }, ["x y"]],
  [{ style: "form", explode: true }, ["x", "y"]],
  [{}, ["x", "y"]],
] as const)("multipart: a list with the encoding %j", async (encoding, parts) => {
  const body = whole("multipart/form-data", { encoding: { a: encoding } });
  const [, text = ""] = await send(body, { body: { a: ["x", "y"] } });
  const values = [...String(text).matchAll(/name="a"\r\n\r\n(.*)\r\n/g)].map(([, value]) => value);
  expect(values).toEqual(parts);
});

test("multipart: a file that may be null is left out where it is", async () => {
  const body = whole("multipart/form-data", { files: ["file"] });
  const [, text = ""] = await send(body, { body: { file: null, note: "n" } });
  expect(text).not.toContain("file");
  expect(text).toContain('name="note"');
});
