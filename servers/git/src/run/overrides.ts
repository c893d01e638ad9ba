import { toJudged } from "./judgement.ts";
import { keyRules } from "./key-rules.ts";

/** A config value given to git for one command, stronger than every file. */
export type Override = readonly [key: string, value: string];

/** The table of all keys, the first that fits counts. */
export const judgedKeys = toJudged(keyRules);

function toOverrides(how: "always" | "untrusted"): readonly Override[] {
  return judgedKeys.flatMap(({ key, judged }): Override[] =>
    judged.how === how ? [[key, judged.value]] : [],
  );
}

/** What any command gets, so that its output can be read and nobody is asked anything. */
export const plain = toOverrides("always");

/** What keeps a repository's own config from running programs or reading files elsewhere. */
export const harmless = toOverrides("untrusted");

/** Variables for every command: nothing of the machine's config, no prompt, no pager, no editor. */
export const quiet: Readonly<Record<string, string>> = {
  GCM_INTERACTIVE: "never",
  GIT_ASKPASS: "",
  GIT_EDITOR: "true",
  // Neither parents nor objects are other than what a commit's id stands for. This is a file that is
  // nowhere: of one that is there git says in every command that grafts are deprecated.
  GIT_GRAFT_FILE: "/dev/null/none",
  GIT_LITERAL_PATHSPECS: "1",
  GIT_NO_LAZY_FETCH: "1",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_PAGER: "cat",
  GIT_SEQUENCE_EDITOR: "true",
  GIT_TERMINAL_PROMPT: "0",
  LC_ALL: "C.UTF-8",
};

/** Variables that keep the machine's own config out, and say how remotes over ssh are reached. */
export const isolated: Readonly<Record<string, string>> = {
  GIT_ATTR_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  // Stronger than core.sshCommand and ssh.variant of any config.
  GIT_SSH_COMMAND: "ssh -oBatchMode=yes",
  GIT_SSH_VARIANT: "ssh",
};

/**
 * Overrides as variables: a key may hold `=` there, so a filter named `a=b` cannot slip past, as it
 * would with `-c`.
 */
export function toVariables(overrides: readonly Override[]): Record<string, string> {
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(overrides.length) };
  for (const [index, [key, value]] of overrides.entries()) {
    variables[`GIT_CONFIG_KEY_${index}`] = key;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return variables;
}
