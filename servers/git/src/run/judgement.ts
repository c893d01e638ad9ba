/** What a key of git's configuration could do if a repository's own files decided it. */
export type Power =
  | "run a program"
  | "name a file"
  | "decide where data goes"
  | "change what is printed"
  | "change how git works in the repository";

/** How a key is judged. `trusted` below means that the server runs with --trust-repo-config. */
export type Judgement =
  /** Every command gets this value, stronger than every file, even in a trusted repository. */
  | { readonly how: "always"; readonly value: string }
  /** Every command gets this value unless the repository is trusted. */
  | { readonly how: "untrusted"; readonly value: string }
  /** As `untrusted`, for a key of any name: only where the repository's config has it. */
  | { readonly how: "where set"; readonly value: string }
  /** A file: where it is outside the allowed directories, an empty one takes its place. */
  | { readonly how: "emptied outside" }
  /** A file with more config: where it is outside the allowed directories, every call is refused. */
  | { readonly how: "refused outside" }
  /** The call is refused: any call, one that changes something, or one that goes to a remote. */
  | {
      readonly how: "refused";
      readonly when: "opening" | "changing" | "network";
      /** Only where the value fits. */
      readonly value?: RegExp;
    }
  /** An argument or variable of ours decides, whatever the key says; this tells which. */
  | { readonly how: "decided"; readonly by: string }
  /** Nothing is done, for this reason. */
  | { readonly how: "left"; readonly because: string };

/** A line of the table. */
export interface Rule {
  readonly can: Power;
  readonly judged: Judgement;
  /** Keys with spaces between them. `*` stands for anything, `http.~x` for `http.x` and `http.<url>.x`. */
  readonly keys: string;
}

/** A key pattern with its judgement. */
export interface Judged {
  readonly key: string;
  readonly pattern: RegExp;
  readonly judged: Judgement;
}

/** The pattern a key of the table, or of `git help -c`, stands for; git's keys are compared in lower case. */
export function toPattern(key: string): RegExp {
  const source = key
    .toLowerCase()
    .replace(/<[^>]*>/g, "*")
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replace("~", "(?:.*\\.)?");
  return new RegExp(`^${source}$`, "s");
}

/** The table, one entry for a key. */
export function toJudged(rules: readonly Rule[]): readonly Judged[] {
  return rules.flatMap(({ keys, judged }) =>
    keys
      .split(/\s+/)
      .filter((key) => key !== "")
      .map((key) => ({ key, pattern: toPattern(key), judged })),
  );
}

/** The entry that judges a key: the first that fits, or none. */
export function findJudged(table: readonly Judged[], key: string): Judged | undefined {
  const asked = key.toLowerCase().replace(/<[^>]*>/g, "*");
  return table.find(({ pattern }) => pattern.test(asked));
}
