import { Duplex } from "node:stream";
import { Worker } from "node:worker_threads";
import { importDemo } from "@fairlead/guard";
import type { Link } from "../connect/link.ts";
import { shareEngine } from "../guard/parse.ts";

/** What the worker says: it is ready, or it has bytes for a connection, or it failed to get them. */
interface Message {
  readonly kind: "ready" | "failed" | "bytes";
  readonly bytes?: Uint8Array;
}

const demo = {
  server: "@fairlead/server-postgres",
  needs: "@electric-sql/pglite@0.5",
} as const;

/**
 * An embedded database in a thread of its own, so that a statement that does not end can be ended
 * with it. A connection is a database: one that is lost is filled anew.
 */
export function createDemoLink(): Link {
  shareEngine();
  return {
    id: "demo",
    secrets: [],
    most: 1,
    place: undefined,
    contained: true,
    cancellable: false,
    toConfig: async () => ({
      user: "postgres",
      password: "",
      database: "postgres",
      ssl: false,
      // It takes seconds to start, and must not be lost while nobody asks.
      idleTimeoutMillis: 0,
      connectionTimeoutMillis: 60_000,
      stream: () => new WorkerStream(),
    }),
  };
}

/** Bundled or not, the worker lies next to this file. */
function start(): Promise<Worker> {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const file = new URL(`./demo-worker.${extension}`, import.meta.url);
  const worker = new Worker(file);
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", () => {
      // The demo keeps no process alive.
      worker.unref();
      resolve(worker);
    });
  });
}

/** A connection to a database in a worker of its own, as the driver expects a socket. */
class WorkerStream extends Duplex {
  #worker: Worker | undefined;

  connect(): this {
    importDemo(start, demo).then(
      (worker) => {
        if (this.destroyed) return void worker.terminate();
        this.#worker = worker;
        worker.on("message", ({ kind, bytes }: Message) => {
          if (kind === "bytes" && bytes !== undefined) this.push(Buffer.from(bytes));
          else this.destroy(new Error("Connection terminated: the demo failed."));
        });
        worker.once("exit", () => this.destroy());
        this.emit("connect");
      },
      (error: Error) => this.destroy(error),
    );
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    this.#worker?.ref();
    return this;
  }

  unref(): this {
    this.#worker?.unref();
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.#worker?.postMessage(new Uint8Array(chunk));
    done();
  }

  override _final(done: (error?: Error) => void): void {
    done();
    this.push(null);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    void this.#worker?.terminate();
    done(error);
  }
}
