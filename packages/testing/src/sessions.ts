import type { Stream } from "node:stream";
import {
  Client as ClientV2,
  StreamableHTTPClientTransport as HttpV2,
} from "@modelcontextprotocol/client";
import { StdioClientTransport as StdioV2 } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as StdioV1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as HttpV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { findLaunchers, type NamedLauncher } from "./backends/launchers.ts";
import { type Launch, type Launcher, toBinLauncher } from "./launchers.ts";
import type { HttpServer } from "./processes.ts";
import { type ReadSkill, readSkills } from "./skills.ts";

/** How a call went on its way: what a client passes besides name and arguments. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly logLevel?: "debug" | "info" | "warning" | "error";
  onprogress?(progress: { progress: number; total?: number | undefined }): void;
}

/** A named thing in a list. */
export interface Listed {
  readonly name: string;
  readonly [field: string]: unknown;
}

type Reference =
  | { readonly type: "ref/prompt"; readonly name: string }
  | { readonly type: "ref/resource"; readonly uri: string };

/** One official client on one transport, in the words the two versions of the SDK share. */
export interface Session {
  readonly version: string | undefined;
  readonly instructions: string | undefined;
  /** The log messages received so far, as `level data`. */
  readonly logs: readonly string[];
  /** What it was told of so far: the URI of each resource that changed, and `tools` for that list. */
  readonly changes: readonly string[];
  /** Listens to resources and to the list of tools, until the function it gives is called. */
  listen(...uris: readonly string[]): Promise<() => Promise<unknown>>;
  /** What the server has written for the person who runs it. */
  stderr(): string;
  listTools(): Promise<readonly Listed[]>;
  listResources(): Promise<readonly Listed[]>;
  listResourceTemplates(): Promise<readonly Listed[]>;
  listPrompts(): Promise<readonly Listed[]>;
  call(name: string, args?: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
  read(uri: string): Promise<unknown>;
  /** What the server teaches; the client of the older version knows of no skills. */
  readSkills(): Promise<readonly ReadSkill[]>;
  prompt(name: string, args?: Record<string, string>): Promise<unknown>;
  complete(
    ref: Reference,
    name: string,
    value: string,
    given?: Record<string, string>,
  ): Promise<unknown>;
  close(): Promise<void>;
}

/** A way to reach a server: one of the official clients, on one of the transports. */
export interface Way<Options> {
  readonly era: "legacy" | "modern";
  /** Whether the server is in a container, with the programs of its image instead of this machine's. */
  readonly contained: boolean;
  open(options: Options): Promise<Session>;
}

export interface ServerOptions extends Launch {
  /** The built main of the server. */
  readonly bin: string;
}

const identity = { name: "fairlead-tests", version: "1.0.0" };

const clients = {
  "client v1 over stdio": { era: "legacy", open: openV1Stdio },
  "client v1 over HTTP": { era: "legacy", open: openV1Http },
  "client v2 over stdio": { era: "modern", open: openV2Stdio },
  "client v2 over HTTP": { era: "modern", open: openV2Http },
} as const;

/** Every way to reach a built server: each official client, on each transport. */
export const sessions: Readonly<Record<string, Way<ServerOptions>>> = toWays(
  { suffix: "", contained: false },
  ({ open }) =>
    ({ bin, ...launch }: ServerOptions) =>
      open(toBinLauncher(bin), launch),
);

/**
 * The same to a server of this repository, or to the package in a folder, by its built bin and, where
 * an engine answers, by its image, which is built now: the names of those ways end in `(container)`.
 */
export async function findSessions(
  server: string | URL,
  bin: string,
): Promise<Readonly<Record<string, Way<Launch>>>> {
  const launchers = await findLaunchers(server, bin);
  const ways = launchers.map(({ launcher, ...kind }) =>
    toWays(
      kind,
      ({ open }) =>
        (launch: Launch) =>
          open(launcher, launch),
    ),
  );
  return Object.fromEntries(ways.flatMap((some) => Object.entries(some)));
}

/** The official client of the newer version, on a server that is started now and ends with it. */
export function openSession({ bin, ...launch }: ServerOptions): Promise<Session> {
  return openV2Stdio(toBinLauncher(bin), launch);
}

/** The official client of the newer version, on a server that listens already and is not ended. */
export function connectTo(url: string, launch: Pick<Launch, "elicit"> = {}): Promise<Session> {
  const rest: Rest = { stderr: () => "", close: async () => undefined };
  return connectV2(new HttpV2(new URL(url)), rest, launch);
}

function toWays<Options>(
  { suffix, contained }: Omit<NamedLauncher, "launcher">,
  bind: (client: (typeof clients)[keyof typeof clients]) => Way<Options>["open"],
): Record<string, Way<Options>> {
  const ways = Object.entries(clients).map(([name, client]) => {
    return [`${name}${suffix}`, { ...client, contained, open: bind(client) }];
  });
  return Object.fromEntries(ways);
}

/** What a session has of its server besides the protocol. */
interface Rest {
  stderr(): string;
  close(): Promise<unknown>;
}

async function openV1Stdio(launcher: Launcher, launch: Launch): Promise<Session> {
  const transport = new StdioV1({ ...(await launcher.toCommand(launch)), stderr: "pipe" });
  return connectV1(transport, hear(transport.stderr), launch);
}

async function openV1Http(launcher: Launcher, launch: Launch): Promise<Session> {
  const server = await launcher.serveHttp(launch);
  const transport = new HttpV1(new URL(server.url), toRequests(server));
  return connectV1(transport, server, launch).catch(afterwards(server.close));
}

async function openV2Stdio(launcher: Launcher, launch: Launch): Promise<Session> {
  const transport = new StdioV2({ ...(await launcher.toCommand(launch)), stderr: "pipe" });
  return connectV2(transport, hear(transport.stderr), launch);
}

async function openV2Http(launcher: Launcher, launch: Launch): Promise<Session> {
  const server = await launcher.serveHttp(launch);
  const transport = new HttpV2(new URL(server.url), toRequests(server));
  return connectV2(transport, server, launch).catch(afterwards(server.close));
}

function toRequests({ headers = {} }: HttpServer) {
  return { requestInit: { headers: { ...headers } } };
}

/** A server on stdio ends with its client. */
function hear(stream: Stream | null): Rest {
  let heard = "";
  stream?.on("data", (text) => {
    heard += text;
  });
  return { stderr: () => heard, close: async () => undefined };
}

/** A server whose client could not connect must end all the same. */
function afterwards(finish: () => Promise<unknown>): (error: unknown) => Promise<never> {
  return async (error) => {
    await finish();
    throw error;
  };
}

async function connectV1(
  transport: StdioV1 | HttpV1,
  { stderr, close }: Rest,
  { elicit }: Launch,
): Promise<Session> {
  const client = new ClientV1(identity, { capabilities: elicit ? { elicitation: {} } : {} });
  if (elicit !== undefined) {
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => ({ ...elicit(params.message) }));
  }
  const logs: string[] = [];
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
    logs.push(`${params.level} ${JSON.stringify(params.data)}`);
  });
  const changes: string[] = [];
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    changes.push(params.uri);
  });
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    changes.push("tools");
  });
  // Only the HTTP transport keeps the version; the hook by which it learns of it serves both.
  let version: string | undefined;
  const keep = "setProtocolVersion" in transport ? transport.setProtocolVersion : undefined;
  await client.connect(
    Object.assign(transport, {
      setProtocolVersion(negotiated: string) {
        version = negotiated;
        keep?.call(transport, negotiated);
      },
    }),
  );
  return {
    version,
    instructions: client.getInstructions(),
    logs,
    changes,
    async listen(...uris) {
      for (const uri of uris) await client.subscribeResource({ uri });
      return () => Promise.all(uris.map((uri) => client.unsubscribeResource({ uri })));
    },
    stderr,
    listTools: async () => (await client.listTools()).tools,
    listResources: async () => (await client.listResources()).resources,
    listResourceTemplates: async () => (await client.listResourceTemplates()).resourceTemplates,
    listPrompts: async () => (await client.listPrompts()).prompts,
    async call(name, args = {}, { logLevel, ...options } = {}) {
      if (logLevel !== undefined) await client.setLoggingLevel(logLevel);
      return client.callTool({ name, arguments: args }, undefined, options);
    },
    read: (uri) => client.readResource({ uri }),
    readSkills: async () => [],
    prompt: (name, args = {}) => client.getPrompt({ name, arguments: args }),
    complete: (ref, name, value, given = {}) =>
      client.complete({ ref, argument: { name, value }, context: { arguments: given } }),
    async close() {
      await client.close();
      await close();
    },
  };
}

async function connectV2(
  transport: StdioV2 | HttpV2,
  { stderr, close }: Rest,
  { elicit }: Launch,
): Promise<Session> {
  const client = new ClientV2(identity, {
    capabilities: elicit ? { elicitation: {} } : {},
    versionNegotiation: { mode: { pin: "2026-07-28" } },
  });
  if (elicit !== undefined) {
    client.setRequestHandler("elicitation/create", ({ params }) => ({ ...elicit(params.message) }));
  }
  const logs: string[] = [];
  client.setNotificationHandler("notifications/message", ({ params }) => {
    logs.push(`${params.level} ${JSON.stringify(params.data)}`);
  });
  const changes: string[] = [];
  client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
    changes.push(params.uri);
  });
  client.setNotificationHandler("notifications/tools/list_changed", () => {
    changes.push("tools");
  });
  await client.connect(transport);
  return {
    version: client.getNegotiatedProtocolVersion(),
    instructions: client.getInstructions(),
    logs,
    changes,
    async listen(...uris) {
      const filter = { toolsListChanged: true, resourceSubscriptions: [...uris] };
      const subscription = await client.listen(filter);
      return () => subscription.close();
    },
    stderr,
    listTools: async () => (await client.listTools()).tools,
    listResources: async () => (await client.listResources()).resources,
    listResourceTemplates: async () => (await client.listResourceTemplates()).resourceTemplates,
    listPrompts: async () => (await client.listPrompts()).prompts,
    call: (name, args = {}, { logLevel, ...options } = {}) =>
      client.callTool(
        {
          name,
          arguments: args,
          ...(logLevel && { _meta: { "io.modelcontextprotocol/logLevel": logLevel } }),
        },
        options,
      ),
    read: (uri) => client.readResource({ uri }),
    readSkills: () => readSkills(client),
    prompt: (name, args = {}) => client.getPrompt({ name, arguments: args }),
    complete: (ref, name, value, given = {}) =>
      client.complete({ ref, argument: { name, value }, context: { arguments: given } }),
    async close() {
      await client.close();
      await close();
    },
  };
}
