import { env as ownEnvironment } from "node:process";
import { type Principal, type Server, toSurface } from "@fairlead/define";
import { findEnabledToolsets, type PolicyOptions } from "../call/policy.ts";
import { createLog } from "../operate/log.ts";
import { Endpoint } from "../protocol/endpoint.ts";
import { isJson, type Json, type RequestId } from "../protocol/json-rpc.ts";
import type { Cancellable, Peer, Stream } from "../protocol/peer.ts";
import { type Question, Questions } from "../protocol/questions.ts";
import { type ClientOptions, RawClient } from "./client.ts";
import { assertWhole } from "./whole-answer.ts";

/** What stands in for the process around a server in a test. */
export interface ConnectOptions extends ClientOptions {
  /** Given to the tools instead of what the server's `connect` would open. */
  readonly context?: unknown;
  /** Config as a person would give it; defaults apply. */
  readonly config?: unknown;
  readonly policy?: PolicyOptions;
  readonly budget?: number;
  readonly secrets?: readonly string[];
  readonly principal?: Principal;
  /** Tools whose answers some hosts may show in part, as those of a demonstration do. */
  readonly unchecked?: readonly string[];
}

/** A client in the same process, with the server's log next to it. */
export interface ConnectedClient extends RawClient {
  readonly log: readonly string[];
}

/**
 * Connects a client to a server in-process, through the whole way of a call and without a port. A
 * request is rejected when some host would not show its model the whole of the answer.
 */
export async function connect(
  server: Server,
  options: ConnectOptions = {},
): Promise<ConnectedClient> {
  const log: string[] = [];
  const { policy, budget, secrets = [], context, unchecked = [] } = options;
  const { principal = { id: "test" } } = options;
  const surface = toSurface(server);
  const tools = server.toolsets.flatMap((toolset) => toolset.tools);
  const config = isJson(options.config) ? options.config : {};
  const endpoint = new Endpoint({
    surface,
    policy: { enabled: findEnabledToolsets(surface.options, config), ...policy },
    // Config is what `connect` opens things from: with a context given there is nothing to open.
    load: async () => ({
      server,
      config: context === undefined ? server.config.parse(config) : config,
      environment: ownEnvironment,
    }),
    secrets,
    context,
    sink: createLog((line) => log.push(line), { secrets }).error,
    ...(budget !== undefined && { budget }),
  });
  const client = new RawClient(options, (method, params, result) => {
    if (method !== "tools/call") return;
    const known = endpoint.catalog.tools.get(String(params["name"]))?.surface;
    if (known === undefined || unchecked.includes(known.wire.name)) return;
    const tool = tools.find(({ name }) => name === known.wire.name);
    assertWhole(result, { surface: known, tool, budget });
  });
  const peer = new MemoryPeer(principal, (frame) => client.receive(frame));
  await client.attach({
    send(frame) {
      void Promise.resolve(endpoint.handle(JSON.parse(frame), peer)).then((answer) => {
        if (answer !== undefined) client.receive(answer);
      });
    },
    async close() {
      peer.leave();
      await endpoint.close();
    },
  });
  return Object.assign(client, { log });
}

class MemoryPeer implements Peer {
  readonly principal: Principal;
  revision: Peer["revision"];
  logLevel: Peer["logLevel"];
  client: Peer["client"];
  clientCapabilities: Peer["clientCapabilities"] = {};
  status = 200;
  readonly send: (frame: string) => void;
  readonly #inFlight = new Map<RequestId, Cancellable>();
  readonly #questions = new Questions();
  readonly #left: (() => void)[] = [];

  constructor(principal: Principal, send: (frame: string) => void) {
    this.principal = principal;
    this.send = send;
  }

  readonly ask = (question: Question): Promise<Json> =>
    this.#questions.ask("", question, this.send);

  settle(id: RequestId, answer: Json): void {
    this.#questions.settle("", id, answer);
  }

  readonly stream: Stream = {
    connected: true,
    send: (frame) => this.send(frame),
    onClose: (callback) => void this.#left.push(callback),
  };

  leave(): void {
    for (const callback of this.#left.splice(0)) callback();
  }

  begin(id: RequestId, request: Cancellable): void {
    this.#inFlight.set(id, request);
  }

  open(id: RequestId, request: Cancellable): void {
    this.#inFlight.set(id, request);
  }

  end(id: RequestId): void {
    this.#inFlight.delete(id);
  }

  cancel(id: RequestId, reason: string): void {
    this.#inFlight.get(id)?.cancel(reason);
  }
}
