import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Server } from "@fairlead/runtime";
import { connect, toSample } from "@fairlead/runtime/testing";
import { type ApiData, listOperations, type OperationEntry, toInput } from "../data/data.ts";
import type { Credential } from "../request/security.ts";
import { connectApi } from "../server/connect.ts";

/** A generated server and what it was generated from. */
export interface ApiSubject {
  readonly server: Server;
  readonly data: ApiData;
}

type Arguments = Readonly<Record<string, unknown>>;

type Test = (name: string, run: () => void | Promise<void>) => void;

interface Seen {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * Registers, with a test runner's `test`, one test for each operation: called with sample arguments
 * it sends the one request its description asks for, to a server that writes requests down.
 */
export function operations({ server, data }: ApiSubject, test: Test): void {
  for (const entry of listOperations(data)) {
    test(`request: ${entry.name}`, async () => {
      const args = toArguments(entry, data);
      const [seen, ...more] = await send(server, data, entry, args);
      ok(
        seen !== undefined && more.length === 0,
        `${entry.name} sends ${more.length + 1} requests`,
      );
      checkRequest(entry, args, seen);
    });
  }
}

async function send(server: Server, data: ApiData, entry: OperationEntry, args: Arguments) {
  const seen: Seen[] = [];
  const recorder = createServer(async (request, response) => {
    const body = (await buffer(request)).toString("utf8");
    const url = new URL(request.url ?? "/", "http://recorder");
    seen.push({ method: request.method ?? "", url, headers: request.headers, body });
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  recorder.listen(0, "127.0.0.1");
  await once(recorder, "listening");
  const address = recorder.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const here = `http://127.0.0.1:${port}`;
  const { context, close } = await connectApi(
    data,
    { baseUrl: here },
    { environment: {} },
    {
      origins: toOrigins(data, here),
      credentials: toCredentials(data),
    },
  );
  const client = await connect(server, {
    context,
    policy: { toolsets: ["all"], confirm: "never" },
  });
  try {
    const { isError, text } =
      data.mode === "search"
        ? await client.callTool("call_operation", { name: entry.name, arguments: args })
        : await client.callTool(entry.name, args);
    ok(!isError, text);
    return seen;
  } finally {
    await client.close();
    await close?.();
    recorder.closeAllConnections();
    recorder.close();
  }
}

/** Every argument, with files as what they hold. */
function toArguments(entry: OperationEntry, data: ApiData): Arguments {
  const { body } = entry.operation;
  const sample = toSample(toInput(entry, data));
  const args: Record<string, unknown> = { ...(typeof sample === "object" && sample) };
  if (entry.fields !== undefined) delete args[entry.fields];
  const file = "data:text/plain,sample";
  const toFile = (value: unknown) => (Array.isArray(value) ? value.map(() => file) : file);
  if (body?.file === true && body.argument !== undefined) args[body.argument] = file;
  for (const { name, argument } of body?.members ?? []) {
    if (body?.files?.includes(name)) args[argument] = toFile(args[argument]);
  }
  return args;
}

/** Every other origin the operations name, led to the recorder. */
function toOrigins(data: ApiData, here: string): Record<string, string> {
  const urls = listOperations(data).flatMap(({ operation }) => operation.servers ?? []);
  const origins = urls.flatMap(({ url }) => URL.parse(url)?.origin ?? []);
  return Object.fromEntries(origins.map((origin) => [origin, here]));
}

function toCredentials(data: ApiData): Record<string, Credential> {
  const entries = Object.entries(data.schemes).map(([name, { type }]) => {
    const basic = { username: "user", password: "sample" };
    return [name, type === "basic" ? basic : { token: "sample" }] as const;
  });
  return Object.fromEntries(entries);
}

function checkRequest({ operation }: OperationEntry, args: Arguments, seen: Seen): void {
  strictEqual(seen.method, operation.method);
  const path = operation.path.split(/\{[^{}]*\}/).map(toPattern);
  ok(new RegExp(`${path.join("[^/]+")}$`).test(seen.url.pathname), seen.url.pathname);
  for (const { in: place, name, argument } of operation.parameters ?? []) {
    const value = args[argument];
    if (typeof value !== "string" && typeof value !== "number") continue;
    if (place === "query") ok(seen.url.searchParams.has(name), `no ${name} in ${seen.url.search}`);
    if (place === "header") ok(name.toLowerCase() in seen.headers, `no header ${name}`);
    if (place === "cookie") ok(seen.headers.cookie?.includes(`${name}=`), `no cookie ${name}`);
  }
  checkBody(operation, args, seen);
}

function checkBody({ body }: OperationEntry["operation"], args: Arguments, seen: Seen): void {
  if (body === undefined) return strictEqual(seen.body, "");
  const members = (body.members ?? []).filter(({ argument }) => argument in args);
  const value =
    body.argument === undefined
      ? Object.fromEntries(members.map(({ name, argument }) => [name, args[argument]]))
      : args[body.argument];
  if (value === undefined || (body.argument === undefined && members.length === 0)) return;
  const type = seen.headers["content-type"] ?? "none";
  ok(body.contentType.includes("*") || type.startsWith(body.contentType), type);
  if (/[/+]json\b/.test(body.contentType) && body.file !== true) {
    deepStrictEqual(JSON.parse(seen.body), value);
  } else if (body.argument === undefined) {
    // A list or an object with nothing in it leaves no trace in a form.
    for (const { name } of members.filter(({ argument }) => !isEmpty(args[argument])))
      ok(
        seen.body.includes(name) || seen.body.includes(encodeURIComponent(name)),
        `no ${name} in the body`,
      );
  } else ok(seen.body.length > 0, "no body");
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.values(value).every(isEmpty);
}

function toPattern(text: string): string {
  return new URL(`http://x/${text.replace(/^\//, "")}`).pathname
    .slice(text.startsWith("/") ? 0 : 1)
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
