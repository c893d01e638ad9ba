import { type HttpServer, serveHttp } from "./processes.ts";

/** What a person does with a form that a client shows. */
export interface Elicited {
  readonly action: "accept" | "decline" | "cancel";
  readonly content?: Record<string, string | number | boolean | string[]>;
}

/** What a server is started with, however it is started. */
export interface Launch {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Directories it works in: a container has them under the same path, and they become its user's. */
  readonly directories?: readonly string[];
  /** Directories it only reads, which a container has under the same path. */
  readonly readOnly?: readonly string[];
  /** What the client's user answers to a form; without it the client says that it cannot be asked. */
  elicit?(message: string): Elicited;
  /** Of a container: "host" to reach what listens on this machine's loopback, or one by its name. */
  readonly network?: string;
}

/** A process that serves stdio. */
export interface Command {
  readonly command: string;
  readonly args: string[];
  readonly env: Record<string, string>;
}

/** A way to start a server. */
export interface Launcher {
  toCommand(launch: Launch): Promise<Command>;
  /** Resolves once it answers. */
  serveHttp(launch: Launch): Promise<HttpServer>;
}

/** Starts the built main of a server with this Node. */
export function toBinLauncher(bin: string): Launcher {
  return {
    async toCommand({ args = [], env = {} }) {
      return { command: process.execPath, args: [bin, ...args], env };
    },
    serveHttp: ({ args, env }) => serveHttp(bin, args, env),
  };
}
