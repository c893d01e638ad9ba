import type { ListKind, Principal, Surface } from "@fairlead/define";
import type { Call } from "../../call/call.ts";
import type { Request } from "../envelope.ts";
import { featureTimeoutMs, type InFlight } from "../in-flight.ts";
import { errorCode, methodNotFound, ProtocolError, toNotificationFrame } from "../json-rpc.ts";
import type { EndpointOptions } from "../options.ts";
import type { Peer, Stream } from "../peer.ts";
import { doFeature, type FeatureRules } from "../server/features.ts";
import type { LoadedServer } from "../server/loaded-server.ts";
import type { FollowTask, Subscriptions } from "./subscriptions.ts";

/** What the methods need of the server they belong to. */
interface Host {
  readonly inFlight: InFlight;
  readonly features: FeatureRules;
  /** Tells of tasks; undefined where no tool runs as one. */
  readonly followTask: FollowTask | undefined;
  /** The server's code, loaded at its first need. */
  load(): Promise<LoadedServer>;
}

/** The methods by which clients listen. What stands behind them is loaded when the first of them does. */
export class SubscriptionMethods {
  readonly #surface: Surface;
  readonly #options: EndpointOptions;
  readonly #host: Host;
  /** Clients of older revisions from before the server's code was loaded. */
  readonly #early = new Map<Stream, Principal>();
  #loaded: LoadedServer | undefined;
  #opened: Promise<Subscriptions> | undefined;
  #leaving = false;

  constructor(options: EndpointOptions, host: Host) {
    this.#surface = options.surface;
    this.#options = options;
    this.#host = host;
  }

  /** `resources/subscribe` and `resources/unsubscribe`, for a client that can be told something. */
  async subscribe(request: Request, way: "subscribe" | "unsubscribe"): Promise<string> {
    if (!this.#surface.watches || !request.peer.stream) throw methodNotFound(request);
    return this.#during(request, async (loaded, call) => {
      await (await this.#openNew(loaded))[way](request, call);
      return "{}";
    });
  }

  /** `subscriptions/listen`, whose answer comes when it ends. */
  listen(request: Request): Promise<string> {
    const { watches, changes } = this.#surface;
    if (!watches && !changes && !this.#host.followTask) throw methodNotFound(request);
    const { headers } = request.peer;
    if (headers && !String(headers["accept"]).includes("text/event-stream")) {
      const message = `${request.method} is answered with an event stream: send Accept: text/event-stream.`;
      throw new ProtocolError(errorCode.invalidRequest, message, 406);
    }
    const opening = this.#during(request, async (loaded, call) =>
      (await this.#openNew(loaded)).listen(request, call),
    );
    // Nothing here may wait for the end of the stream: it would hold on to the request for as long.
    return new Promise((resolve, reject) => {
      opening.then((open) => open({ resolve, reject })).catch(reject);
    });
  }

  /** From now on a client of an older revision is told of changed lists. */
  async followLists({ stream, principal }: Pick<Peer, "stream" | "principal">): Promise<void> {
    if (stream === undefined || this.#surface.changes === undefined) return;
    if (this.#loaded) return (await this.#open(this.#loaded)).followLists(stream, principal);
    // Without the server's code no list changes, and wanting to be told need not load it.
    this.#early.set(stream, principal);
    stream.onClose(() => this.#early.delete(stream));
  }

  /** A list has changed for a principal. */
  async change(list: ListKind, principal: Principal): Promise<void> {
    (await this.#openToTell())?.change(list, principal);
  }

  /** A list has changed for everyone. */
  async changeForAll(list: ListKind): Promise<void> {
    const frame = toNotificationFrame(`notifications/${list}/list_changed`, {});
    for (const stream of this.#early.keys()) stream.send(frame);
    (await this.#openToTell())?.changeForAll(list);
  }

  load(loaded: LoadedServer): void {
    this.#loaded = loaded;
    for (const [stream, principal] of this.#early) void this.followLists({ stream, principal });
    this.#early.clear();
  }

  /** Ends everything in order, and takes nothing new. */
  async close(): Promise<void> {
    this.#leaving = true;
    (await this.#opened)?.close();
  }

  /** Does work for a request as a call in flight, with the server's code loaded. */
  async #during<T>(
    request: Request,
    work: (loaded: LoadedServer, call: Call) => Promise<T>,
  ): Promise<T> {
    const { inFlight, load, features } = this.#host;
    const call = inFlight.begin(request);
    try {
      const loaded = await load();
      inFlight.limit(call, featureTimeoutMs);
      return await call.settle(doFeature(features, request, call, () => work(loaded, call)));
    } finally {
      inFlight.end(request, call);
    }
  }

  /** Where nobody ever listened there is nobody to tell, unless other processes hear of it too. */
  #openToTell(): Promise<Subscriptions> | undefined {
    return this.#options.bus && this.#loaded ? this.#open(this.#loaded) : this.#opened;
  }

  /** For what is new: who came while the server's code was loaded may be too late. */
  async #openNew(loaded: LoadedServer): Promise<Subscriptions> {
    const opened = await this.#open(loaded);
    if (!this.#leaving) return opened;
    throw new ProtocolError(errorCode.busy, "The server is shutting down.", 503);
  }

  #open(loaded: LoadedServer): Promise<Subscriptions> {
    this.#opened ??= import("./subscriptions.ts").then((module) => {
      const { bus, sink } = this.#options;
      const { followTask = async () => undefined } = this.#host;
      const { access } = this.#options;
      const given = { loaded, bus, sink, surface: this.#surface, followTask, access };
      return new module.Subscriptions(given);
    });
    return this.#opened;
  }
}
