import { setTimeout as sleep } from "node:timers/promises";
import type { Caller, LoadCall } from "./caller.ts";
import { type Fleet, startFleet } from "./fleet.ts";
import { connectOfficial } from "./official.ts";
import { openSession, openStateless } from "./raw.ts";

/** How much is asked of servers while they are restarted. */
export interface LoadOptions {
  /** The built main of the server. */
  readonly bin: string;
  readonly call: LoadCall;
  /** Calls in all. */
  readonly requests: number;
  /** Connections during the first rolling restart and during the last; in between they grow. */
  readonly connections: readonly [first: number, last: number];
  /** How often every process is restarted, one after the other. */
  readonly rolls: number;
  /** Is told after each rolling restart how it stands: a large load takes a while. */
  rolled?(tally: Readonly<Tally>): void;
}

/** What became of a load. */
export interface Tally {
  /** Calls that got the right answer, of all clients. */
  requests: number;
  /** Of these, the ones of 2026-07-28, which belong to no session. */
  stateless: number;
  /** Of these, the ones of the official clients. */
  official: number;
  /** Calls of 2026-07-28 that did not get it. */
  statelessFailed: number;
  /** Calls in a session that did not get it, in the first session or in one that was made again. */
  sessionFailed: number;
  /** The first failures, in words. */
  readonly failures: string[];
  /** Processes that were ended, and replaced. */
  restarts: number;
  /** Sessions that were in those processes. */
  ended: number;
  /** Of these, the ones whose client was not told by 404. */
  untold: number;
  /** Sessions that were answered with 404 while their process was alive. */
  strayed: number;
  /** Sessions that were answered with 404, and then made again so that the call got its answer. */
  madeAgain: number;
  /** Of these, the ones of the official clients. */
  officialMadeAgain: number;
  /** Requests that one process refused the connection for, and another took. */
  passedOn: number;
  /** The most connections to the balancer at once. */
  connections: number;
}

const processes = 3;
/** Milliseconds between two calls of a client that has nothing more to prove than that they are answered. */
const atRestMs = 20;
/** Of each official client there are so many. */
const ofEach = 2;
/** A load that fails so often shows nothing more. */
const mostFailures = 100;

/**
 * Calls a server of three processes through a balancer while every process is restarted, again and again.
 * Half of the clients have sessions, which they make again when they are lost.
 */
export async function loadThroughRestarts(options: LoadOptions): Promise<Tally> {
  const fleet = await startFleet(options.bin, processes);
  const load = new Load(fleet, options);
  try {
    return await load.run();
  } finally {
    await load.close();
    await fleet.close();
  }
}

class Load {
  readonly #fleet: Fleet;
  readonly #options: LoadOptions;
  readonly #callers: Caller[] = [];
  readonly #tally: Tally = {
    ...{ requests: 0, stateless: 0, official: 0, statelessFailed: 0, sessionFailed: 0 },
    ...{ failures: [], restarts: 0, ended: 0, untold: 0, strayed: 0, madeAgain: 0 },
    ...{ officialMadeAgain: 0, passedOn: 0, connections: 0 },
  };
  #waiting: { readonly requests: number; resolve(): void }[] = [];

  constructor(fleet: Fleet, options: LoadOptions) {
    this.#fleet = fleet;
    this.#options = options;
  }

  async run(): Promise<Tally> {
    const { connections, requests, rolls } = this.#options;
    const [first, last] = connections;
    const { url } = this.#fleet.balancer;
    for (let made = 0; made < ofEach; made += 1) {
      this.#callers.push(...(await connectOfficial(url, this.#options.call)));
    }
    for (let roll = 0; roll < rolls; roll += 1) {
      const share = rolls === 1 ? 1 : roll / (rolls - 1);
      await this.#grow(Math.round(first + share * (last - first)));
      await this.#roll(Math.ceil((requests * (roll + 1)) / rolls));
      this.#options.rolled?.(this.#sum());
    }
    // A client that lost its session in the last restart learns it now.
    await Promise.all(this.#callers.map((caller) => this.#attempt(caller)));
    return this.#sum();
  }

  async close(): Promise<void> {
    await Promise.all(this.#callers.map((caller) => caller.close()));
  }

  async #grow(size: number): Promise<void> {
    const { url } = this.#fleet.balancer;
    while (this.#callers.length < size) {
      const open = this.#callers.length % 2 === 0 ? openStateless : openSession;
      this.#callers.push(await open(url, this.#options.call));
    }
  }

  /** Everybody calls until so many calls are answered and every process is another. */
  async #roll(until: number): Promise<void> {
    const begin = this.#tally.requests;
    const { size } = this.#fleet;
    let restarted = false;
    const restart = async () => {
      for (let at = 0; at < size; at += 1) {
        await this.#reach(begin + ((until - begin) * (at + 1)) / (size + 1));
        await this.#fleet.restart(at);
      }
      restarted = true;
    };
    const callers = this.#callers.map(async (caller) => {
      while (!restarted || this.#tally.requests < until) {
        await this.#attempt(caller);
        // The calls that were asked for are made, and all keep at it until the last process is another.
        if (this.#tally.requests >= until) await sleep(atRestMs);
      }
    });
    await Promise.all([restart(), ...callers]);
  }

  async #attempt(caller: Caller): Promise<void> {
    const tally = this.#tally;
    const lostBefore = caller.lost.length;
    try {
      await caller.call();
    } catch (error) {
      this.#fail(caller, error);
      return;
    }
    const lost = caller.lost.length - lostBefore;
    tally.requests += 1;
    tally.madeAgain += lost;
    if (caller.kind === "stateless") tally.stateless += 1;
    if (caller.official) {
      tally.official += 1;
      tally.officialMadeAgain += lost;
    }
    if (this.#waiting.length > 0) this.#wake();
  }

  #fail({ kind, official }: Caller, error: unknown): void {
    const tally = this.#tally;
    if (kind === "stateless") tally.statelessFailed += 1;
    else tally.sessionFailed += 1;
    const said = `${official ? "official" : "raw"}, ${kind}: ${String(error)}`;
    if (tally.failures.length < 10) tally.failures.push(said);
    if (tally.statelessFailed + tally.sessionFailed >= mostFailures) {
      throw new Error(`${mostFailures} requests failed. ${tally.failures.join("\n")}`);
    }
  }

  #reach(requests: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ requests, resolve }));
  }

  #wake(): void {
    const reached = this.#waiting.filter(({ requests }) => requests <= this.#tally.requests);
    if (reached.length === 0) return;
    this.#waiting = this.#waiting.filter((each) => !reached.includes(each));
    for (const { resolve } of reached) resolve();
  }

  #sum(): Tally {
    const { ended, restarts, balancer } = this.#fleet;
    const lost = new Set(this.#callers.flatMap((caller) => caller.lost));
    const untold = [...ended].filter((id) => !lost.has(id)).length;
    const strayed = [...lost].filter((id) => !ended.has(id)).length;
    const { passedOn, mostConnections: connections } = balancer;
    return { ...this.#tally, restarts, ended: ended.size, untold, strayed, passedOn, connections };
  }
}
