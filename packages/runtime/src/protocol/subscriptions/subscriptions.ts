import type { ListKind, Principal, Surface } from "@fairlead/define";
import { explain } from "@fairlead/define/start";
import type { AccessOf } from "@fairlead/operate/policy";
import { type Bus, MemoryBus, type Notice } from "@fairlead/store";
import type { Call } from "../../call/call.ts";
import type { ErrorSink } from "../../call/failure.ts";
import type { Request } from "../envelope.ts";
import { errorCode, type Json, ProtocolError, toNotificationFrame } from "../json-rpc.ts";
import type { Stream } from "../peer.ts";
import type { LoadedServer } from "../server/loaded-server.ts";
import { type Filter, readFilter, readUri } from "./filter.ts";
import { type Following, Listening, type ListeningHost, type ToAnswer } from "./listening.ts";
import { Shares } from "./shares.ts";
import { slowDown } from "./slow-down.ts";
import { type Exchange, Subscriber } from "./subscriber.ts";
import { toListTopic, toNotice, toResourceTopic } from "./topics.ts";
import { Watches } from "./watches.ts";

/** Streams of all principals together: one that is alone may have half of them. */
const mostStreams = 2_048;
/** Resources that are listened to, in the same way. */
const mostResources = 8_192;
const nothing: Filter = { lists: [], uris: [], tasks: [] };

export interface SubscriptionsOptions {
  readonly loaded: LoadedServer;
  readonly bus: Bus | undefined;
  readonly sink: ErrorSink;
  readonly surface: Surface;
  readonly followTask: FollowTask;
  /** What the operator permits callers to see, which may change for all at once. */
  readonly access: AccessOf | undefined;
}

/** Tells of a task of the caller's own; undefined for any other. */
export type FollowTask = (
  request: Request,
  id: string,
  tell: (task: Json) => void,
) => Promise<Following | undefined>;

/** Who listens to what of a server. */
export class Subscriptions implements ListeningHost {
  readonly serverInfo: { readonly name: string; readonly version: string };
  readonly #loaded: LoadedServer;
  readonly #access: AccessOf | undefined;
  readonly #bus: Bus;
  readonly #sink: ErrorSink;
  readonly #kinds: readonly ListKind[];
  readonly #exchange: Exchange;
  readonly #followTask: FollowTask;
  readonly #streams = new Shares(mostStreams, "subscriptions");
  readonly #open = new Set<Listening>();
  /** Those of 2025, by the stream that they are told on. */
  readonly #followers = new WeakMap<Stream, Subscriber>();
  /** How the lists that changed a moment ago are told of, by their topics. */
  readonly #slowed = new Map<string, () => void>();
  /** When each principal's last subscription has been looked at. */
  readonly #turns = new Map<string, Promise<void>>();
  #closed = false;

  constructor(options: SubscriptionsOptions) {
    const { loaded, bus = new MemoryBus(), sink, surface, access } = options;
    const { name, version } = surface.package;
    this.#followTask = options.followTask;
    this.#loaded = loaded;
    this.#access = access;
    this.#bus = bus;
    this.#sink = sink;
    this.#kinds = surface.changes ?? [];
    this.serverInfo = { name, version };
    this.#exchange = {
      bus,
      watches: new Watches((...given) => loaded.watch(...given), bus, sink),
      shares: new Shares(mostResources, "resources"),
    };
  }

  /**
   * Takes up a `subscriptions/listen`: looks at each of its resources as a read would, and leaves out
   * what a read would not give, so nobody hears of what they may not see (hole H7). What it returns
   * opens the stream.
   */
  async listen(request: Request, call: Call): Promise<(answer: ToAnswer) => void> {
    const filter = readFilter(request.params["notifications"]);
    const { principal } = request;
    this.#streams.take(principal);
    const listening = new Listening(request, this.#exchange, this);
    this.#open.add(listening);
    const { subscriber } = listening;
    try {
      const lists = this.#kinds.filter((kind) => filter.lists.includes(kind));
      await subscriber.follow(this.#toListTopics(lists, principal));
      if (filter.uris.length > 0) {
        await this.#inTurn(principal, () => this.#addAll(request, call, subscriber, filter.uris));
      }
      const tasks = await this.#followTasks(request, listening, filter.tasks);
      if (call.aborted) throw call.aborted;
      const uris = filter.uris.filter((uri) => subscriber.has(uri));
      const honoured = this.#closed ? nothing : { lists, uris, tasks };
      return (answer) => listening.open(honoured, answer);
    } catch (error) {
      listening.release();
      throw error;
    }
  }

  /** Has a stream told of tasks; gives those that are the caller's own. */
  async #followTasks(
    request: Request,
    listening: Listening,
    ids: readonly string[],
  ): Promise<readonly string[]> {
    const known: string[] = [];
    for (const id of ids) {
      const following = await this.#followTask(request, id, (params) =>
        listening.tell({ method: "notifications/tasks", params }),
      );
      if (following === undefined) continue;
      listening.follow(following);
      known.push(id);
    }
    return known;
  }

  /** `resources/subscribe` of the older revisions; throws what a read would be refused with. */
  async subscribe(request: Request, call: Call): Promise<void> {
    const { stream } = request.peer;
    const uri = readUri(request.params["uri"]);
    if (stream === undefined) throw new TypeError("Without a stream nothing can be told.");
    const follower = this.#followerOn(stream, request.principal);
    try {
      await call.settle(follower.add(uri, () => this.#loaded.assertReadable(uri, request, call)));
    } catch (error) {
      follower.remove(uri);
      throw error;
    }
  }

  /** `resources/unsubscribe`; what nobody listens to is not an error. */
  async unsubscribe({ params, peer }: Request): Promise<void> {
    const uri = readUri(params["uri"]);
    if (peer.stream) this.#followers.get(peer.stream)?.remove(uri);
  }

  /** Tells a client of the older revisions of changed lists, which it need not ask for. */
  async followLists(stream: Stream, principal: Principal): Promise<void> {
    const topics = this.#toListTopics(this.#kinds, principal);
    await this.#followerOn(stream, principal).follow(topics);
  }

  /** Tells all who follow a list that it has changed. */
  change(kind: ListKind, principal: Principal): void {
    this.#announce(this.#toListTopic(kind, principal));
  }

  /** Tells all who follow a list of any principal that it has changed. */
  changeForAll(kind: ListKind): void {
    this.#announce(toListTopic(kind));
  }

  #announce(topic: string): void {
    const slowed = this.#slowed.get(topic);
    if (slowed) return slowed();
    const notice = toNotice(topic);
    const tell = slowDown(
      () => void this.#bus.publish(topic, notice),
      () => this.#closed,
      () => this.#slowed.delete(topic),
    );
    this.#slowed.set(topic, tell);
    tell();
  }

  /** False for word of a resource that the operator has taken from the principal since they listen. */
  mayHear(principal: Principal, { method, params }: Notice): boolean {
    const features = this.#access?.(principal).features;
    if (features === undefined || method !== "notifications/resources/updated") return true;
    return features.resource(String(params["uri"])) === undefined;
  }

  /** Takes note that a stream is over, however often it is told. */
  release(listening: Listening, principal: Principal): void {
    if (this.#open.delete(listening)) this.#streams.give(principal);
  }

  /** Ends everything in order: each stream with its answer. New ones end as they begin. */
  close(): void {
    this.#closed = true;
    for (const listening of [...this.#open]) listening.end();
    this.#exchange.watches.close();
  }

  #followerOn(stream: Stream, principal: Principal): Subscriber {
    const known = this.#followers.get(stream);
    if (known) return known;
    const tell = (notice: Notice) => {
      if (!this.mayHear(principal, notice)) return;
      stream.send(toNotificationFrame(notice.method, notice.params));
    };
    // The protocol cannot say that a subscription has ended. A client that reads again has missed nothing.
    const lost = (uri: string) => tell(toNotice(toResourceTopic(principal, uri)));
    const follower = new Subscriber(this.#exchange, principal, { tell, lost });
    this.#followers.set(stream, follower);
    stream.onClose(() => follower.close());
    return follower;
  }

  async #addAll(
    request: Request,
    call: Call,
    subscriber: Subscriber,
    uris: readonly string[],
  ): Promise<void> {
    for (const uri of uris) {
      if (call.aborted) throw call.aborted;
      try {
        const mayRead = () => this.#loaded.assertReadable(uri, request, call);
        await call.settle(subscriber.add(uri, mayRead));
      } catch (error) {
        if (error instanceof ProtocolError) {
          if (error.code === errorCode.busy) throw error;
        } else if (!call.aborted && explain(error) === undefined) {
          this.#sink(error, `subscriptions/listen to ${uri}`, "-");
        }
      }
    }
  }

  /** One after the other for each principal: a stream takes no slot, so its reads may not be many at once. */
  #inTurn({ id }: Principal, work: () => Promise<void>): Promise<void> {
    const turn = (this.#turns.get(id) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => {});
    this.#turns.set(id, settled);
    void settled.then(() => this.#turns.get(id) === settled && this.#turns.delete(id));
    return turn;
  }

  #toListTopics(kinds: readonly ListKind[], principal: Principal): readonly string[] {
    const own = kinds.map((kind) => this.#toListTopic(kind, principal));
    return this.#access ? [...own, ...kinds.map((kind) => toListTopic(kind))] : own;
  }

  /** A list changes for all, unless each principal has a connection of their own. */
  #toListTopic(kind: ListKind, principal: Principal): string {
    return toListTopic(kind, this.#loaded.toConnectionKey(principal));
  }
}
