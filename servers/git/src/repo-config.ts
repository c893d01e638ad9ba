import { GitError } from "./errors.ts";
import type { Override } from "./overrides.ts";

/** Commands a repository's config names that git has no switch for, each with its neutral value. */
const neutral: readonly (readonly [RegExp, string])[] = [
  [/^filter\..*\.(?:clean|smudge|process)$/s, ""],
  [/^filter\..*\.required$/s, "false"],
  [/^merge\..*\.driver$/s, "false"],
  [/^branch\..*\.mergeoptions$/s, ""],
];

/** Settings under which a network command would go elsewhere, or run or write something. */
const untrustedNetwork =
  /^(?:http\.(?:.*\.)?(?:proxy.*|ssl.*|schannel.*|cookiefile|savecookies|extraheader|curloptresolve|followredirects|delegation)|remote\..*\.(?:vcs|proxy.*)|fetch\.(?:fsck\.skiplist|bundleuri))$/s;

const trust = "If the repository can be trusted, start the server with --trust-repo-config.";

/** What a repository's own config files say, includes followed. */
export class RepoConfig {
  readonly #entries: readonly (readonly [string, string])[];

  /** Takes the output of `git config --list -z --show-scope`. */
  constructor(list: string) {
    const fields = list.split("\0");
    const entries: [string, string][] = [];
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const [scope = "", entry = ""] = fields.slice(at, at + 2);
      const end = entry.indexOf("\n");
      if (scope === "command") continue;
      entries.push(end < 0 ? [entry, "true"] : [entry.slice(0, end), entry.slice(end + 1)]);
    }
    this.#entries = entries;
  }

  /** The value that counts: the last. */
  get(key: string): string | undefined {
    return this.#entries.findLast(([name]) => name === key)?.[1];
  }

  /** Every value of a key, in order. */
  all(key: string): string[] {
    return this.#entries.flatMap(([name, value]) => (name === key ? [value] : []));
  }

  /** The keys a pattern fits. */
  keys(pattern: RegExp): string[] {
    return [...new Set(this.#entries.map(([key]) => key).filter((key) => pattern.test(key)))];
  }

  /** What makes the named programs harmless, key by key. */
  neutralised(): readonly Override[] {
    return neutral.flatMap(([pattern, value]) =>
      this.keys(pattern).map((key): Override => [key, value]),
    );
  }

  /** The names of merge drivers that have a command. */
  mergeDrivers(): ReadonlySet<string> {
    return new Set(
      this.keys(/^merge\..*\.driver$/s).map((key) => key.slice("merge.".length, -".driver".length)),
    );
  }

  /** Refuses what goes over the network where the config would decide how. */
  assertNetwork(): void {
    this.#refuse(untrustedNetwork, "which would decide where this goes");
  }

  /**
   * Refuses to change anything where config counts only on some branch or in some worktree: what is
   * neutralised is what counts now, and a change of branch would bring in more.
   */
  assertUnconditional(): void {
    this.#refuse(/^includeif\./s, "which may name other programs while this is done");
  }

  #refuse(pattern: RegExp, why: string): void {
    const [key] = this.keys(pattern);
    if (key === undefined) return;
    throw new GitError(`The repository's config sets ${redactUrls(key)}, ${why}.`, trust);
  }

  /** Passwords and tokens in its URLs and headers. */
  secrets(): string[] {
    return this.#entries.flatMap(([key, value]) => {
      if (/^http\..*extraheader$/s.test(key)) return [value, value.replace(/^[^:]*:\s*\S+\s+/, "")];
      return [...findCredentials(key), ...findCredentials(value)];
    });
  }
}

/** The refusal of a call whose result would be wrong without a program that is not run. */
export function refuseProgram(key: string, path: string): GitError {
  return new GitError(
    `'${path}' needs ${redactUrls(key)}, a program that this server does not run.`,
    trust,
  );
}

/** The secrets in a URL: a password, or a user name that is a token. */
function findCredentials(url: string): string[] {
  const [, scheme = "", credentials = ""] = /(\w[\w+.-]*):\/\/([^/\s]*)@/.exec(url) ?? [];
  const [user = "", ...rest] = credentials.split(":");
  const password = rest.join(":");
  const isToken = password === "" || password === "x-oauth-basic";
  const secret = isToken && scheme.startsWith("http") ? user : password;
  if (secret === "") return [];
  const found = [secret];
  try {
    found.push(decodeURIComponent(secret));
  } catch {
    // Not encoded: as it stands is all there is.
  }
  return found;
}

/** Takes credentials out of every URL in a text. */
export function redactUrls(text: string): string {
  return text.replace(/\b(https?|ftps?|ssh|git\+ssh):\/\/[^/\s'"]*@/gi, (whole, scheme: string) =>
    /^ssh|git\+ssh/i.test(scheme) && !whole.slice(scheme.length + 3).includes(":")
      ? whole
      : `${scheme}://***@`,
  );
}
