/** A PostgreSQL of the test's own. */
export interface Postgres {
  /** The URL of a database, as superuser; `postgres` by default. */
  url(database?: string): string;
  close(): Promise<void>;
}

/** Bare repositories behind smart HTTP, for anyone who has the token as the password of x-access-token. */
export interface GitHost {
  readonly port: number;
  /** Above the repositories. */
  readonly url: string;
  close(): Promise<void>;
}

export interface GitHostOptions {
  /** The directory the repositories are in. */
  readonly root: string;
  readonly token: string;
}

/** A Redis of the test's own, which keeps what it has while it is stopped. */
export interface Redis {
  /** `redis://` with a password, on loopback. */
  readonly url: string;
  readonly password: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** What happens to a backend in a container that nobody planned. `start` begins it again after `kill`. */
export interface Breakable {
  /** Stops its processes where they are: its connections stay open and silent. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends it without a warning (SIGKILL); what it had on disk stays. */
  kill(): Promise<void>;
  start(): Promise<void>;
}
