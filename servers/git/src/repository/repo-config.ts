import { GitError } from "../errors.ts";
import { judgedKeys, type Override } from "../run/overrides.ts";

const trust = "If the repository can be trusted, start the server with --trust-repo-config.";

/** What a repository's own config files say, includes followed. */
export class RepoConfig {
  /** The files it was read from. */
  readonly origins: ReadonlySet<string>;
  readonly #entries: readonly (readonly [string, string])[];

  /** Takes the output of `git config --list -z --show-scope --show-origin`. */
  constructor(list: string) {
    const fields = list.split("\0");
    const entries: [string, string][] = [];
    const origins = new Set<string>();
    for (let at = 0; at + 2 < fields.length; at += 3) {
      const [scope = "", origin = "", entry = ""] = fields.slice(at, at + 3);
      const end = entry.indexOf("\n");
      if (scope === "command") continue;
      if (origin.startsWith("file:")) origins.add(origin.slice("file:".length));
      entries.push(end < 0 ? [entry, "true"] : [entry.slice(0, end), entry.slice(end + 1)]);
    }
    this.#entries = entries;
    this.origins = origins;
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

  /** Whether a switch is on, in any of the ways git writes it. */
  isOn(key: string): boolean {
    return /^(?:true|yes|on|[1-9]\d*)$/i.test(this.get(key) ?? "");
  }

  /** What makes the named programs harmless, key by key. */
  neutralised(): readonly Override[] {
    return judgedKeys.flatMap(({ pattern, judged }) =>
      judged.how === "where set"
        ? this.keys(pattern).map((key): Override => [key, judged.value])
        : [],
    );
  }

  /** The keys that name files, each with its values: those an empty file may stand for, and config. */
  files(how: "emptied outside" | "refused outside"): (readonly [key: string, value: string])[] {
    const patterns = judgedKeys.flatMap(({ pattern, judged }) =>
      judged.how === how ? [pattern] : [],
    );
    return this.#entries.filter(
      ([key, value]) => value !== "" && patterns.some((pattern) => pattern.test(key)),
    );
  }

  /** The names of merge drivers that have a command. */
  mergeDrivers(): ReadonlySet<string> {
    return new Set(
      this.keys(/^merge\..*\.driver$/s).map((key) => key.slice("merge.".length, -".driver".length)),
    );
  }

  /**
   * Refuses what would go on although the config decides what it reads or where it goes. Where config
   * counts only on some branch nothing is changed: a change of branch would bring in more.
   */
  assertAllows(when: "opening" | "changing" | "network"): void {
    const why = {
      opening: "which puts a part of it elsewhere",
      changing: "which may name other programs while this is done",
      network: "which would decide where this goes",
    }[when];
    for (const { pattern, judged } of judgedKeys) {
      if (judged.how !== "refused" || judged.when !== when) continue;
      const value = judged.value ?? /^/;
      const found = this.#entries.find(([key, given]) => pattern.test(key) && value.test(given));
      if (found !== undefined) throw refuseKey(found[0], why);
    }
  }

  /** Refuses keys that the installed git knows and nobody has judged. */
  assertJudged(unjudged: readonly RegExp[]): void {
    const [key] = unjudged.flatMap((pattern) => this.keys(pattern));
    if (key !== undefined) throw refuseKey(key, "which is newer than this server");
  }

  /** Passwords and tokens in its URLs and headers. */
  secrets(): string[] {
    return this.#entries.flatMap(([key, value]) => {
      if (/^http\..*extraheader$/s.test(key)) return [value, value.replace(/^[^:]*:\s*\S+\s+/, "")];
      return [...findCredentials(key), ...findCredentials(value)];
    });
  }
}

/** The refusal of a call because of what a key of the config could do. */
export function refuseKey(key: string, why: string): GitError {
  return new GitError(`The repository's config sets ${redactUrls(key)}, ${why}.`, trust);
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
