/** What the person who started the server decided, and what git needs from the machine. */
export interface Settings {
  /** Let git run what the config of repositories and of the user names. */
  readonly trusted: boolean;
  readonly allowForce: boolean;
  readonly protocols: readonly string[];
  /** Hosts, with or without a port, that may be reached although their address is private. */
  readonly privateHosts: readonly string[];
  readonly token: string | undefined;
  readonly tokenHosts: readonly string[];
  /** Who commits; where it is left out, the repository's or the user's own config says it. */
  readonly identity: { readonly name: string | undefined; readonly email: string | undefined };
  /** Commands under way, for anyone who closes the server to wait until they have ended. */
  readonly running: Set<Promise<unknown>>;
  /** Variables programs need to work at all; no git settings among them. */
  readonly inherited: Readonly<Record<string, string>>;
}

/** Variables that decide how git works rather than where: never taken over from the machine. */
const steering = /^(?:GIT_|SSH_ASKPASS$|EDITOR$|VISUAL$|PAGER$|PREFIX$|GCM_|LC_ALL$)/i;

/** Whether git inherits a variable of this name. */
export function isInherited(name: string): boolean {
  return !steering.test(name);
}
