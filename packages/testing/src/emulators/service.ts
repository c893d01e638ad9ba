import type { Seed } from "../fakes/drive/files.ts";
import type { OAuthClient } from "../fakes/drive/oauth.ts";
import type { FakeRun } from "../fakes/github/actions.ts";
import type { FakeGitHubOptions } from "../fakes/github/github.ts";
import type { Place } from "../fakes/listen.ts";
import type { Launch } from "../launchers.ts";

/** What each service begins with: data, so that it reaches one in a container too. */
export interface Seeds {
  readonly github: GitHubSeed;
  /** Its workspace is the same each time. */
  readonly slack: Readonly<Record<string, never>>;
  readonly drive: DriveSeed;
}

export type Service = keyof Seeds;

export interface GitHubSeed extends FakeGitHubOptions {
  /** What people did then, in this order and past all checks. */
  readonly done?: readonly {
    readonly by: string;
    readonly method: string;
    readonly path: string;
    readonly body?: object;
  }[];
  /** Workflow runs, by repository. */
  readonly runs?: Readonly<Record<string, readonly FakeRun[]>>;
}

export interface DriveSeed {
  readonly accounts: readonly {
    readonly token: string;
    readonly user: string;
    readonly scopes: readonly string[];
  }[];
  readonly files: readonly Seed[];
  /** Somebody who signed in before; the tokens that renew it open the Drive. */
  readonly signIn?: OAuthClient & {
    readonly user: string;
    readonly refreshToken: string;
    readonly scopes: readonly string[];
    /** Whether a refresh token is good for one renewal alone. */
    readonly rotates: boolean;
  };
}

/** A request that reached a service. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** What a service has seen since it was seeded. */
export interface Findings {
  /** What the vendor's own description does not allow, of requests and of the answers to them. */
  readonly problems: readonly string[];
  readonly requests: readonly Arrived[];
}

/** A seeded service that answers. */
export interface Running {
  /** By what it is there for: `api`, and `oauth` where it has one. */
  readonly urls: Readonly<Record<string, string>>;
  look(): Findings;
  close(): Promise<void>;
}

/** Starts a service, at the places its addresses are given, else on loopback. */
export type Start<S extends Service> = (
  seed: Seeds[S],
  places?: Readonly<Record<string, Place>>,
) => Promise<Running>;

/** An emulated service of a test's own, wherever it runs. */
export interface Emulator<S extends Service> {
  /** What a server is launched with to reach it. */
  readonly launch: Launch;
  /** Begins anew with this, and gives its addresses: `api`, and `oauth` where it has one. */
  seed(seed: Seeds[S]): Promise<Readonly<Record<string, string>>>;
  look(): Promise<Findings>;
  close(): Promise<void>;
}
