import type { UrlGuard } from "@fairlead/guard";
import type { Clock } from "@fairlead/upstream";
import { GitHub } from "./access/github.ts";
import { RepositoryList } from "./access/names.ts";
import { type Account, type CredentialOptions, toCredentials } from "./api/credentials.ts";
import { toBaseUrl } from "./api/host.ts";
import { openDemo } from "./demo/demo.ts";

export interface OpenOptions extends CredentialOptions {
  readonly host: string;
  readonly repos: readonly string[];
  readonly lockdown: boolean;
  readonly allowCrossVisibility: boolean;
  readonly demo: boolean;
}

export interface Surroundings {
  /** Names the proxy. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The caller's own, in place of every other way to log in. */
  readonly account?: Account | undefined;
  /** Where redirects may lead, and time, for tests. */
  readonly guard?: UrlGuard;
  readonly clock?: Clock;
}

export interface Opened {
  readonly github: GitHub;
  close(): Promise<void>;
}

/** Makes the way to the GitHub that was asked for. Nothing is sent before the first call. */
export async function openGitHub(
  options: OpenOptions,
  { account, ...around }: Surroundings = {},
): Promise<Opened> {
  const rules = { ...options, repositories: new RepositoryList(options.repos) };
  if (options.demo) {
    const demo = await openDemo();
    const github = new GitHub({ ...demo, ...around }, rules);
    return { github, close: () => closeBoth(github, demo) };
  }
  const baseUrl = toBaseUrl(options.host);
  const credentials = toCredentials(options, account);
  const github = new GitHub({ baseUrl, credentials, ...around }, rules);
  return { github, close: () => closeBoth(github) };
}

async function closeBoth(github: GitHub, demo?: { close(): Promise<void> }): Promise<void> {
  github.close();
  await demo?.close();
}
