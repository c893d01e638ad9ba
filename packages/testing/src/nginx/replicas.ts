import { freePort, type HttpProcess, serveHttp } from "../processes.ts";
import { type Edit, Nginx } from "./nginx.ts";

export interface ReplicasOptions {
  /** The built main of the server. */
  readonly bin: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What is changed in the config of nginx besides the addresses. */
  readonly edit?: (text: string, replicas: Addresses) => ReturnType<Edit>;
}

/** Where the first replicas are. */
export interface Addresses {
  readonly hosts: readonly string[];
  readonly port: number;
}

/** A replica: a process with an address of its own in 127.0.0.0/8, as a container has one. */
export interface Replica extends HttpProcess {
  readonly host: string;
}

const size = 3;

/** Three processes of one server behind a real nginx, which finds them by name as in docker/compose.yaml. */
export class Replicas {
  /** Where nginx takes requests for them. */
  readonly url: string;
  readonly #options: ReplicasOptions;
  readonly #nginx: Nginx;
  readonly #port: number;
  #running: readonly Replica[];
  #hosts: number;

  private constructor(
    options: ReplicasOptions,
    parts: { readonly nginx: Nginx; readonly port: number; readonly running: readonly Replica[] },
  ) {
    this.url = `${parts.nginx.address}/mcp`;
    this.#options = options;
    this.#nginx = parts.nginx;
    this.#port = parts.port;
    this.#running = parts.running;
    this.#hosts = parts.running.length;
  }

  static async start(options: ReplicasOptions): Promise<Replicas> {
    const port = await freePort();
    const hosts = Array.from({ length: size }, (_, at) => toHost(at));
    const running = await Promise.all(hosts.map((host) => startReplica(options, host, port)));
    const { edit = (text: string) => text } = options;
    const nginx = await Nginx.start(hosts, port, (text) => edit(text, { hosts, port }));
    return new Replicas(options, { nginx, port, running });
  }

  /** Those that run. */
  get running(): readonly Replica[] {
    return this.#running;
  }

  /**
   * Takes the name from a replica, ends it by SIGTERM and starts another at another address, as Kubernetes
   * does. nginx learns of it up to a second after the signal.
   */
  async replace(replica: Replica): Promise<number | null> {
    this.#leave(replica);
    const code = await replica.close();
    await this.add();
    return code;
  }

  /** Ends a replica by SIGKILL. */
  async kill(replica: Replica): Promise<void> {
    await replica.kill();
    this.#leave(replica);
  }

  /** Starts one more. */
  async add(): Promise<Replica> {
    const replica = await startReplica(this.#options, toHost(this.#hosts), this.#port);
    this.#hosts += 1;
    this.#route([...this.#running, replica]);
    return replica;
  }

  async close(): Promise<void> {
    await this.#nginx[Symbol.asyncDispose]();
    await Promise.all(this.#running.map((replica) => replica.close()));
  }

  #leave(replica: Replica): void {
    this.#route(this.#running.filter((one) => one !== replica));
  }

  #route(running: readonly Replica[]): void {
    this.#running = running;
    this.#nginx.route(running.map(({ host }) => host));
  }
}

function toHost(at: number): string {
  return `127.0.0.${at + 2}`;
}

async function startReplica(
  { bin, args = [], env = {} }: ReplicasOptions,
  host: string,
  port: number,
): Promise<Replica> {
  // Tests ask a replica itself, too, by its address.
  const own = ["--allowed-hosts", host];
  const server = await serveHttp(bin, [...own, ...args], env, { host, port });
  return { ...server, host };
}
