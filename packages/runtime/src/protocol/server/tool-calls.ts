import { explain, JsonRpcError } from "@fairlead/define/start";
import type { ToolAnswer } from "../../call/answer/answer.ts";
import type { ContentLimits } from "../../call/answer/content.ts";
import { readArguments } from "../../call/arguments/readings.ts";
import { type Call, CallAborted } from "../../call/call.ts";
import { OutOfScope } from "../../call/out-of-scope.ts";
import { isPromise } from "../../call/promise.ts";
import type { Request } from "../envelope.ts";
import { assertParamHeaders } from "../headers.ts";
import type { InFlight } from "../in-flight.ts";
import { errorCode, invalidParams, isJson, type Json, ProtocolError } from "../json-rpc.ts";
import type { EndpointOptions } from "../options.ts";
import { modernRevision } from "../revisions.ts";
import { orQuestions, toQuestions } from "../rounds/outcome.ts";
import { mayBeTask } from "../tasks/support.ts";
import type { TaskDoor } from "../tasks/task-door.ts";
import type { Catalog, CatalogTool } from "./catalog.ts";
import type { LoadedServer } from "./loaded-server.ts";

export interface ToolHost {
  readonly catalog: Catalog;
  readonly inFlight: InFlight;
  readonly tasks: TaskDoor;
  /** The server's code, once a retry has shown what it was given in the round before. */
  readyFor(request: Request, call: Call): LoadedServer | Promise<LoadedServer>;
  /** Is told of a call that is refused before it comes to a tool. */
  readonly denied: EndpointOptions["denied"];
}

/** Answers `tools/call`: with a result, with questions, or with a task. */
export class ToolCalls {
  readonly #host: ToolHost;

  constructor(host: ToolHost) {
    this.#host = host;
  }

  /** The result of a tools/call; throws ProtocolError where there is none. */
  answer(request: Request): string | Promise<string> {
    let listed: CatalogTool;
    let args: Json;
    try {
      ({ listed, args } = this.#read(request));
    } catch (error) {
      throw this.#tell(request, error);
    }
    const { name } = listed.surface.wire;
    const { task } = listed.surface;
    if (
      (task !== undefined || request.params["task"] !== undefined) &&
      this.#host.catalog.hasTasks
    ) {
      if (mayBeTask(request, name, task)) return this.#runTask(request, listed, args);
    }
    return this.#runTool(request, listed, args);
  }

  /** The tool that a request names and its arguments; throws ProtocolError where it may not be called so. */
  #read(request: Request): { readonly listed: CatalogTool; readonly args: Json } {
    const { name, arguments: given = {} } = request.params;
    if (typeof name !== "string") throw invalidParams("name is required (string).");
    const listed = this.#host.catalog.tools.get(name);
    if (!listed) throw invalidParams(`Unknown tool: ${name}`);
    const args = readArguments(given);
    if (!isJson(args)) throw invalidParams("arguments must be an object.");
    if (request.modern && request.peer.headers) {
      assertParamHeaders(request.peer.headers, listed.headers, args);
    }
    const { requires } = listed.surface;
    if (requires !== undefined) assertCapabilities(requires, request);
    return { listed, args };
  }

  /** Tells of a refusal, such as a state that is not the client's own; gives the error back. */
  #tell(request: Request, error: unknown): unknown {
    const { denied } = this.#host;
    if (denied === undefined || error instanceof CallAborted) return error;
    // Of what nobody expected the log has the rest.
    const said = error instanceof JsonRpcError ? error.message : explain(error);
    const { principal, clientInfo, params } = request;
    const { name, arguments: given, _meta: meta } = params;
    denied({
      ...{ principal, clientInfo, reason: said ?? "Internal error." },
      by: error instanceof OutOfScope ? error.refusedBy : "protocol",
      ...(isJson(meta) && { meta }),
      ...(typeof name === "string" && { tool: name }),
      ...(given !== undefined && { arguments: given }),
    });
    return error;
  }

  #runTask(request: Request, listed: CatalogTool, args: Json): Promise<string> {
    const check = async (call: Call) => {
      const loaded = await this.#ready(request, call);
      try {
        loaded.tools.bind(listed.surface).assertInScope(args, call);
      } catch (error) {
        throw this.#tell(request, error);
      }
    };
    return this.#host.tasks.call(request, check, async (call, limit) => {
      const loaded = await this.#ready(request, call);
      const tool = loaded.tools.bind(listed.surface);
      limit(tool.timeoutMs);
      let isError = false;
      const answer = async () => {
        // The result of a task has a `_meta` of its own.
        const { meta: _, ...given } = await tool.call(args, call, contentLimits(request));
        isError = given.isError === true;
        return this.#toToolResult(request, listed, given);
      };
      return { result: await orQuestions(this.#host.catalog, call, answer()), isError };
    });
  }

  #runTool(request: Request, listed: CatalogTool, args: Json): string | Promise<string> {
    const call = this.#begin(request);
    let answer: ToolAnswer | Promise<ToolAnswer>;
    try {
      const run = (loaded: LoadedServer) => {
        const tool = loaded.tools.bind(listed.surface);
        const given = tool.call(args, call, contentLimits(request));
        if (isPromise(given)) this.#host.inFlight.limit(call, tool.timeoutMs);
        return given;
      };
      const ready = this.#ready(request, call);
      answer = isPromise(ready) ? ready.then(run) : run(ready);
    } catch (error) {
      this.#host.inFlight.end(request, call);
      throw error;
    }
    if (isPromise(answer)) return this.#awaitTool(request, listed, call, answer);
    this.#host.inFlight.end(request, call);
    return this.#toToolResult(request, listed, answer);
  }

  #begin(request: Request): Call {
    try {
      return this.#host.inFlight.begin(request);
    } catch (error) {
      throw this.#tell(request, error);
    }
  }

  #ready(request: Request, call: Call): LoadedServer | Promise<LoadedServer> {
    const ready = this.#host.readyFor(request, call);
    if (!isPromise(ready) || this.#host.denied === undefined) return ready;
    return ready.catch((error) => {
      throw this.#tell(request, error);
    });
  }

  async #awaitTool(
    request: Request,
    listed: CatalogTool,
    call: Call,
    answer: Promise<ToolAnswer>,
  ): Promise<string> {
    try {
      const given = await answer;
      if (call.asked === undefined) return this.#toToolResult(request, listed, given);
      return await toQuestions(this.#host.catalog, call.asked);
    } finally {
      this.#host.inFlight.end(request, call);
    }
  }

  #toToolResult(
    { era }: Request,
    { wrapsOutput }: CatalogTool,
    { content, structured, isError, meta }: ToolAnswer,
  ): string {
    let members = `"content":${content}`;
    if (structured !== undefined) {
      const wrap = wrapsOutput && era === "legacy";
      members += `,"structuredContent":${wrap ? `{"result":${structured}}` : structured}`;
    }
    if (isError) members += ',"isError":true';
    return this.#host.catalog.result(era, members, "complete", meta);
  }
}

/** Throws -32021 with the capabilities that are missing. */
function assertCapabilities(
  requires: { readonly [capability: string]: unknown },
  request: Request,
): void {
  const missing = Object.entries(requires).filter(([key]) => !(key in request.clientCapabilities));
  if (missing.length === 0) return;
  throw new ProtocolError(
    errorCode.missingClientCapability,
    `The client must declare: ${missing.map(([key]) => key).join(", ")}.`,
    request.modern ? 400 : 200,
    { requiredCapabilities: Object.fromEntries(missing) },
  );
}

const everything: ContentLimits = { audio: true, links: true };

/** The content that a revision knows. */
export function contentLimits({ revision }: Request): ContentLimits {
  if (revision === modernRevision) return everything;
  return { audio: revision >= "2025-03-26", links: revision >= "2025-06-18" };
}
