import { randomBytes } from "node:crypto";
import { type Balancer, createBalancer } from "../balancer/balancer.ts";
import { type HttpServer, serveHttp } from "../processes.ts";

const mostStarts = 3;

/** Processes of one server behind a balancer, with a key in common. */
export class Fleet {
  readonly balancer: Balancer;
  /** The sessions of the processes that were ended. */
  readonly ended = new Set<string>();
  restarts = 0;
  readonly #start: () => Promise<HttpServer>;
  readonly #servers: HttpServer[];

  constructor(start: () => Promise<HttpServer>, servers: HttpServer[], balancer: Balancer) {
    this.#start = start;
    this.#servers = servers;
    this.balancer = balancer;
  }

  get size(): number {
    return this.#servers.length;
  }

  /**
   * Ends a process as an operator does, by SIGTERM, and starts another once it is gone. The balancer is
   * told nothing before that.
   */
  async restart(at: number): Promise<void> {
    const old = this.#servers[at];
    if (old === undefined) throw new RangeError(`Process ${at} is not one of the fleet.`);
    const code = await old.close();
    if (code !== 0) throw new Error(`The server left with ${code}.\n${old.stderr()}`);
    for (const id of this.balancer.leave(old.url)) this.ended.add(id);
    const next = await this.#start();
    this.#servers[at] = next;
    this.balancer.join(next.url);
    this.restarts += 1;
  }

  async close(): Promise<void> {
    await this.balancer.close();
    await Promise.all(this.#servers.map((server) => server.close()));
  }
}

export async function startFleet(bin: string, size: number): Promise<Fleet> {
  const env = { FAIRLEAD_STATE_KEYS: randomBytes(32).toString("base64") };
  const start = () => startServer(bin, env, mostStarts);
  const servers = await Promise.all(Array.from({ length: size }, start));
  const balancer = await createBalancer(servers.map(({ url }) => url));
  return new Fleet(start, servers, balancer);
}

/** Among many connections, one may have the port that was free a moment ago. */
async function startServer(bin: string, env: object, starts: number): Promise<HttpServer> {
  try {
    return await serveHttp(bin, [], env);
  } catch (error) {
    if (starts === 1 || !String(error).includes("EADDRINUSE")) throw error;
    return startServer(bin, env, starts - 1);
  }
}
