import type { Dialect } from "./dialects/dialect.ts";

/** A server as a host starts it. */
export interface ServerCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What a host is run with. */
export interface Setup {
  /** Where the host's package is installed. */
  readonly packages: string;
  /** An empty folder: the host's HOME. */
  readonly home: string;
  /** An empty folder to work in. */
  readonly cwd: string;
  /** Where its model listens. */
  readonly model: string;
  readonly servers: readonly ServerCommand[];
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What is said to it on its stdin; without it there is nothing to read there. */
  readonly talk?: Talk;
}

/** A conversation with a program, in lines of JSON. */
export interface Talk {
  readonly opening: readonly object[];
  /** What is said to a message of the program; undefined says that this was all. */
  answer(message: unknown): readonly object[] | undefined;
}

/** The user of a host, who gives each question the same answer. */
export interface Person {
  readonly answer: "accept" | "decline";
  /** What the person was asked so far. */
  readonly questions: string[];
}

/** A server over HTTP to which a host signs in. */
export interface SignIn {
  /** The name of the server in the host. */
  readonly name: string;
  readonly url: string;
  /** The program that the host opens the page with. */
  readonly browser: string;
  /** What its first run lacks. It then signs in once more, and runs again. */
  readonly lacks?: string;
}

/** A program that shows a model the answers of servers. */
export interface Host {
  readonly name: string;
  /** The package it comes in, pinned: those with a program for one platform, as nothing is compiled. */
  readonly spec: string;
  readonly dialect: Dialect;
  /** What it adds to the arguments of each call, on the model's behalf. */
  readonly adds?: Readonly<Record<string, unknown>>;
  /** Writes the config that names model and servers, and says how to start it. */
  prepare(setup: Setup): Promise<Command>;
}
