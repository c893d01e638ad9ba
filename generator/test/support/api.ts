import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type ApiData, listOperations, toInput } from "@fairlead/openapi";
import { connect } from "@fairlead/runtime/testing";
import { onTestFinished } from "vitest";
import { toServer } from "../../src/emit/files.ts";
import type { Json } from "../../src/json.ts";
import { load } from "../../src/load/load.ts";
import { type Plan, type PlanOptions, plan } from "../../src/plan/plan.ts";

/** A folder of the test's own. */
export async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "openapi-to-mcp-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Plans a document that goes the whole way, through a file. */
export async function toPlan(document: Json, options: Partial<PlanOptions> = {}): Promise<Plan> {
  const directory = await createFolder();
  await writeFile(join(directory, "api.json"), JSON.stringify(document));
  const loaded = await load("api.json", { directory });
  return plan(loaded, { name: "test", mode: "tools", maxTokens: 8_000, ...options });
}

/** A document with these paths. */
export function toDocument(paths: Json, more: Json = {}): Json {
  return { openapi: "3.1.0", info: { title: "Test", version: "1" }, paths, ...more };
}

/** The schema of a tool's arguments. */
export function inputOf({ data }: Plan, name: string): Json {
  const entry = listOperations(data).find((one) => one.name === name);
  if (entry === undefined) throw new TypeError(`no ${name}`);
  return toInput(entry, data);
}

/** The package a server under test says it is. */
export const facts = { name: "test", version: "1.0.0", description: "A test." };

export interface Request {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that writes down what it is asked, behind the tools of a plan. */
export async function serve(
  { data }: { readonly data: ApiData },
  config: Json = {},
  respond: (response: ServerResponse, request: Request) => void = (response) => {
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  },
  { confirm = "never" }: { readonly confirm?: "never" | "destroy" } = {},
) {
  const requests: Request[] = [];
  const api = createServer(async (request, response) => {
    const body = (await buffer(request)).toString("utf8");
    const seen = { line: `${request.method} ${request.url}`, headers: request.headers, body };
    requests.push(seen);
    respond(response, seen);
  });
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  const address = api.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const baseUrl = `http://127.0.0.1:${port}`;
  const server = toServer(data, facts);
  const client = await connect(server, {
    config: { baseUrl, ...config },
    policy: { toolsets: ["all"], confirm },
  });
  onTestFinished(async () => {
    await client.close();
    api.closeAllConnections();
    api.close();
  });
  return { client, requests, baseUrl };
}
