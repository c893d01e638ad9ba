import { expect, test } from "vitest";
import { createRecorder, open } from "./recorder.fixture.ts";

const get = { method: "GET", path: "/x" };

/** A recorder that answers everything with this. */
function answering(body: string | Uint8Array, headers: Record<string, string> = {}, status = 200) {
  return createRecorder((response) => response.writeHead(status, headers).end(body));
}

const json = { "content-type": "application/json" };

test("one name in the path, the query and the body, each from its own argument", async () => {
  const { url, requests } = await createRecorder();
  await open({ baseUrl: `${url}/v1/` })(
    {
      method: "PUT",
      path: "/things/{id}",
      parameters: [
        { name: "id", in: "path", argument: "id" },
        { name: "id", in: "query", argument: "id_query" },
        { name: "X-Id", in: "header", argument: "id_header" },
        { name: "id", in: "cookie", argument: "id_cookie" },
      ],
      body: { contentType: "application/json", members: [{ name: "id", argument: "id_body" }] },
      accept: ["application/json", "text/plain"],
    },
    { id: "a/b", id_query: 2, id_header: 3, id_cookie: 4, id_body: 5 },
  );
  const [{ line, headers, body } = { line: "", headers: {}, body: "" }] = requests;
  expect([line, headers["x-id"], headers.cookie, headers.accept, body]).toEqual([
    "PUT /v1/things/a%2Fb?id=2",
    "3",
    "id=4",
    "application/json, text/plain",
    '{"id":5}',
  ]);
});

test.each(["GET", "QUERY", "PROPFIND", "PATCH", "DELETE"])(
  "method %s, with a body",
  async (method) => {
    const { url, requests } = await createRecorder();
    const body = { contentType: "application/json", argument: "body" };
    await open({ baseUrl: url })({ method, body }, { body: { a: 1 } });
    expect([requests[0]?.line, requests[0]?.body]).toEqual([`${method} /x`, '{"a":1}']);
  },
);

test("servers: variables, those of one operation, relative ones, other origins", async () => {
  const main = await createRecorder();
  const other = await createRecorder();
  const { hostname, port } = new URL(main.url);
  const server = {
    url: "http://{host}:{port}/{version}",
    variables: {
      host: { default: hostname },
      port: { default: port },
      version: { default: "v1", enum: ["v1", "v2"] },
    },
  };
  const api = { servers: [server], schemes: {} };
  const uploads = { url: "https://uploads.example.com/up" };
  const options = {
    api,
    operationServers: [uploads],
    origins: { "https://uploads.example.com": other.url },
  };
  const call = open({ ...options, variables: { version: "v2" } });
  await call(get);
  await call({ ...get, servers: [{ url: "/other" }] });
  await call({ ...get, servers: [uploads] });
  expect(main.requests.map(({ line }) => line)).toEqual(["GET /v2/x", "GET /other/x"]);
  expect(other.requests.map(({ line }) => line)).toEqual(["GET /up/x"]);
  expect(() => open({ api, variables: { version: "v3" } })).toThrow("one of v1, v2");
  for (const url of ["/api", "file:///etc", "{host}"]) {
    expect(() => open({ api: { servers: [{ url }], schemes: {} } })).toThrow(
      `"${url}" is not the URL of an API: give its base URL.`,
    );
  }
  await expect(call({ ...get, servers: [{ url: "https://elsewhere.example" }] })).rejects.toThrow(
    "not at",
  );
  const nowhere = "https://files.example:{unknown}";
  await expect(call({ ...get, servers: [{ url: nowhere }] })).rejects.toThrow(
    `"${nowhere}" is not a URL.`,
  );
});

test.each([
  ["text", "héllo", "text/plain; charset=utf-8", { kind: "text", text: "héllo" }],
  [
    "latin-1",
    new Uint8Array([0xe9]),
    "text/plain; charset=iso-8859-1",
    { kind: "text", text: "é" },
  ],
  ["XML", "<a/>", "application/atom+xml", { kind: "text", text: "<a/>" }],
  ["JSON that is none", "{", "application/json", { kind: "text", text: "{" }],
  ["JSON, compact", '{ "a": 1 }', "application/hal+json", { kind: "text", text: '{"a":1}' }],
  ["JSON without a type", "[1, 2]", "", { kind: "text", text: "[1,2]" }],
  [
    "bytes without a type",
    new Uint8Array([0xff]),
    "",
    { kind: "blob", type: "application/octet-stream" },
  ],
  ["a picture", new Uint8Array([1]), "image/png", { kind: "image", type: "image/png" }],
  ["a sound", new Uint8Array([1]), "audio/mpeg", { kind: "audio", type: "audio/mpeg" }],
  ["a PDF", new Uint8Array([1]), "application/pdf", { kind: "blob", type: "application/pdf" }],
  [
    "a picture too large to show",
    new Uint8Array(1024 * 1024 + 1),
    "image/png",
    { kind: "blob", name: "x", type: "image/png" },
  ],
  [
    "too much",
    new Uint8Array(16 * 1024 * 1024 + 1),
    "application/zip",
    { kind: "link", name: "x", size: 16 * 1024 * 1024 + 1 },
  ],
  ["nothing", "", "", { kind: "text", text: expect.stringContaining("Done (200 OK)") }],
])("answers: %s", async (_, body, type, expected) => {
  const { url } = await answering(body, type === "" ? {} : { "content-type": type });
  expect(await open({ baseUrl: url })(get)).toMatchObject(expected);
});

test("answers: chosen fields, and what there is where none fits", async () => {
  const body = '{"items":[{"id":1,"owner":{"login":"a","id":2},"x":null}],"total":1}';
  const { url } = await answering(body, json);
  const call = open({ baseUrl: url });
  const some = await call(get, {}, { fields: ["items.owner.login", "items.x", "total"] });
  expect(some).toMatchObject({ text: '{"items":[{"owner":{"login":"a"},"x":null}],"total":1}' });
  await expect(call(get, {}, { fields: ["nope"] })).rejects.toMatchObject({
    hint: "It has: items, total.",
  });
});

test("answers: a long list loses its end, and stays JSON", async () => {
  const items = Array.from({ length: 1_000 }, (_, id) => ({ id, name: "n".repeat(20) }));
  const { url } = await answering(JSON.stringify({ meta: 1, items }), json);
  const answer = await open({ baseUrl: url })(get, {}, { budget: 2_000 });
  if (answer.kind !== "text") throw new TypeError(answer.kind);
  const kept: unknown = JSON.parse(answer.text);
  expect(answer.text.length + answer.notices.join().length).toBeLessThanOrEqual(2_000);
  const shown = Number(
    /^Cut: (\d+) of 1000 items of items shown/.exec(answer.notices[0] ?? "")?.[1],
  );
  expect(shown).toBeGreaterThan(10);
  expect(kept).toEqual({ meta: 1, items: items.slice(0, shown) });
});

const page = {
  parameters: [
    { name: "page", in: "query" as const, argument: "page" },
    { name: "per_page", in: "query" as const, argument: "per_page" },
  ],
};

test("pages: the Link header, in the words of the arguments", async () => {
  const link = '<https://api.example/x?page=3&per_page=2>; rel="next", <https://x>; rel="last"';
  const { url } = await answering("[1]", { ...json, link });
  const answer = await open({ baseUrl: url })({ ...get, ...page }, { page: 2, per_page: 2 });
  expect(answer.notices).toEqual(["More: call again with the same arguments and page 3."]);
});

test.each([
  [{ meta: { next: "abc" } }, ['More: call again with the same arguments and page "abc".']],
  [{ meta: { next: "" } }, []],
  [{ meta: null }, []],
])("pages: a cursor in %j", async (body, notices) => {
  const { url } = await answering(JSON.stringify(body), json);
  const next = { member: ["meta", "next"], argument: "page" };
  expect((await open({ baseUrl: url })({ ...get, ...page, next })).notices).toEqual(notices);
});

test("pages: the Link header of an answer that is revalidated", async () => {
  const link = '<https://api.example/x?page=3>; rel="next"';
  const { url, requests } = await createRecorder((response, { headers }) => {
    const status = headers["if-none-match"] === '"1"' ? 304 : 200;
    response.writeHead(status, { ...json, etag: '"1"', link }).end(status === 200 ? "[1]" : "");
  });
  const call = open({ baseUrl: url });
  const more = "More: call again with the same arguments and page 3.";
  for (const _ of [1, 2]) expect((await call({ ...get, ...page })).notices).toEqual([more]);
  expect(requests[1]?.headers["if-none-match"]).toBe('"1"');
});

test("pages: the address of the next in the answer", async () => {
  const { url } = await answering('{"next":"/x?page=9"}', json);
  const answer = await open({ baseUrl: url })({ ...get, ...page, next: { member: ["next"] } });
  expect(answer.notices).toEqual(["More: call again with the same arguments and page 9."]);
});

test.each([
  [404, '{"message":"Not Found","documentation_url":"x"}', "404 Not Found: Not Found"],
  [422, '{"message":"Failed","errors":[{"field":"title","code":"missing"}]}', "Failed: missing"],
  [400, '{"error":{"message":"No such customer","code":"c"}}', "No such customer: c"],
  [400, '{"title":"Bad","detail":"Too long"}', "Too long: Bad"],
  [500, "<html><body>Oops", "500 Internal Server Error."],
  [400, "plain words", "400 Bad Request: plain words"],
])("errors: status %i with %s", async (status, body, expected) => {
  const { url } = await answering(body, json, status);
  const error: unknown = await open({ baseUrl: url })(get).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ status, message: expect.stringContaining(expected) });
  expect(error).toMatchObject({ hint: expect.stringMatching(/\.$/) });
});

test("an aborted call ends", async () => {
  const { url } = await createRecorder(() => {});
  const controller = new AbortController();
  const calling = open({ baseUrl: url })(get, {}, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error("enough")), 20);
  await expect(calling).rejects.toThrow("enough");
});

test.each([
  [
    "HEAD",
    { etag: '"1"', "content-length": "7", "x-total": "3", server: "s" },
    ['ETag: "1"', "Content-Length: 7", "X-Total: 3"],
  ],
  [
    "GET",
    { "operation-location": "https://api.example/op/1" },
    ["Operation-Location: https://api.example/op/1"],
  ],
] as const)("headers: an empty answer to %s tells %j", async (method, headers, told) => {
  const { url } = await createRecorder((response) => response.writeHead(200, headers).end());
  const answer = await open({ baseUrl: url })({ method, path: "/x" });
  if (answer.kind !== "text") throw new TypeError(answer.kind);
  for (const line of told) expect(answer.text).toContain(line);
  expect(answer.text).not.toMatch(/server|date/i);
});

test("headers: an ETag for If-Match and an Operation-Location are shown with the answer", async () => {
  const headers = { ...json, etag: '"abc"', "operation-location": "/op/1", "retry-after": "5" };
  const { url } = await answering('{"id":1}', headers, 202);
  const call = open({ baseUrl: url });
  const location = "Operation-Location: /op/1";
  const asking = open({ baseUrl: url, api: { servers: [], schemes: {}, etags: true } });
  expect((await asking(get)).notices).toEqual([location, 'ETag: "abc"', "Retry-After: 5"]);
  expect((await call(get)).notices).toEqual([location, "Retry-After: 5"]);
});

test("an endless event stream: what came, with a word", async () => {
  let pass = () => {};
  const slept = new Promise<void>((resolve) => {
    pass = resolve;
  });
  const clock = { now: () => 0, sleep: () => slept };
  const { url } = await createRecorder((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: one\n\n");
    setTimeout(() => {
      response.write("data: two\n\n");
      setTimeout(pass, 50);
    }, 20);
  });
  expect(await open({ baseUrl: url, clock })(get)).toMatchObject({
    kind: "text",
    text: "data: one\n\ndata: two\n\n",
    notices: ["Cut: the stream goes on. This is what came within 20 seconds."],
  });
});

test.each([
  ["breaks", "before the connection broke"],
  ["is long", "first, as much as an answer holds"],
])("an event stream that %s: what came, with a word", async (how, words) => {
  const { url } = await createRecorder((response) => {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    if (how === "is long") response.write('{"n":1}\n'.repeat(10_000));
    else response.write('{"n":1}\n', () => setTimeout(() => response.destroy(), 20));
  });
  const answer = await open({ baseUrl: url })(get, {}, { budget: 1_000 });
  if (answer.kind !== "text") throw new TypeError(answer.kind);
  expect(answer.text).toMatch(/^\{"n":1\}\n/);
  expect(answer.notices.join()).toContain(words);
});

test("an event stream that ends is whole, and no longer timed", async () => {
  const { url } = await answering("data: all\n\n", { "content-type": "text/event-stream" });
  const whole = { text: "data: all\n\n", notices: [] };
  const timers: AbortSignal[] = [];
  const sleep = (_ms: number, signal: AbortSignal) => {
    timers.push(signal);
    return new Promise<void>(() => {});
  };
  expect(await open({ baseUrl: url, clock: { now: () => 0, sleep } })(get)).toMatchObject(whole);
  expect(timers.map(({ aborted }) => aborted)).toEqual([true]);
});

test("digits: an answer keeps those of every number, cut, chosen and in the next page", async () => {
  const body = '{"items":[{"id":1917043659912705296,"price":19.90}],"next":1917043659912705297}';
  const { url } = await answering(body, json);
  const call = open({ baseUrl: url });
  expect(await call(get)).toMatchObject({ text: body });
  const chosen = await call(get, {}, { fields: ["items.id"] });
  expect(chosen).toMatchObject({ text: '{"items":[{"id":1917043659912705296}]}' });
  const paged = { ...get, ...page, next: { member: ["next"], argument: "page" } };
  const more = 'More: call again with the same arguments and page "1917043659912705297".';
  expect((await call(paged)).notices).toEqual([more]);
});

test.each([
  [false, "page 123", 'page "00123"'],
  [true, 'page "123"', 'page "00123"'],
])(
  "pages: a position of digits, for an argument that takes text alone: %j",
  async (text, plain, zeros) => {
    const parameters = [{ name: "page", in: "query" as const, argument: "page", text }];
    const say = async (after: string) => {
      const link = `<https://api.example/x?page=${after}>; rel="next"`;
      const { url } = await answering("[1]", { ...json, link });
      return (await open({ baseUrl: url })({ ...get, parameters })).notices.join();
    };
    expect(await say("123")).toContain(plain);
    expect(await say("00123")).toContain(zeros);
  },
);

test("several answer types: the argument chooses, and the first is asked for without it", async () => {
  const { url, requests } = await createRecorder();
  const operation = {
    ...get,
    accept: ["application/json", "application/pdf"],
    acceptArgument: "as",
  };
  const call = open({ baseUrl: url });
  for (const args of [{}, { as: "application/pdf" }]) await call(operation, args);
  expect(requests.map(({ headers }) => headers.accept)).toEqual([
    "application/json",
    "application/pdf",
  ]);
});
