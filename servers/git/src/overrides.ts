/** A config value given to git for one command, stronger than every file. */
export type Override = readonly [key: string, value: string];

/** What any command gets, so that its output can be read and nobody is asked anything. */
export const plain: readonly Override[] = [
  ["advice.detachedHead", "false"],
  ["color.ui", "false"],
  ["core.pager", "cat"],
  ["core.quotePath", "false"],
  ["diff.ignoreSubmodules", "dirty"],
  ["diff.submodule", "short"],
  ["gc.auto", "0"],
  ["http.followRedirects", "false"],
  // A transport whose other end says nothing for a minute gives up.
  ["http.lowSpeedLimit", "1"],
  ["http.lowSpeedTime", "60"],
  ["i18n.logOutputEncoding", "UTF-8"],
  ["maintenance.auto", "false"],
  ["merge.stat", "false"],
  // The directories are confined by the path guard; who owns them is the person's choice.
  ["safe.bareRepository", "explicit"],
  ["safe.directory", "*"],
  ["submodule.recurse", "false"],
  ["fetch.recurseSubmodules", "false"],
  ["push.recurseSubmodules", "no"],
  ["push.followTags", "false"],
  ["user.useConfigOnly", "true"],
];

/** What keeps a repository's own config from running programs or reading files elsewhere. */
export const harmless: readonly Override[] = [
  ["commit.gpgSign", "false"],
  ["commit.template", ""],
  ["core.alternateRefsCommand", "true"],
  ["core.askPass", ""],
  ["core.editor", "true"],
  ["core.fsmonitor", "false"],
  ["core.gitProxy", ""],
  ["core.hooksPath", "/dev/null"],
  ["core.protectHFS", "true"],
  ["core.protectNTFS", "true"],
  ["credential.helper", ""],
  // Signing is off, but a rebase under way keeps on disk that it signs.
  ["gpg.format", "openpgp"],
  ["gpg.program", "false"],
  ["gpg.ssh.defaultKeyCommand", ""],
  ["gpg.ssh.program", "false"],
  ["gpg.x509.program", "false"],
  ["log.showSignature", "false"],
  ["mailmap.file", ""],
  ["merge.verifySignatures", "false"],
  ["push.gpgSign", "false"],
  ["sequence.editor", "true"],
  ["tag.forceSignAnnotated", "false"],
  ["tag.gpgSign", "false"],
];

/** Variables for every command: nothing of the machine's config, no prompt, no pager, no editor. */
export const quiet: Readonly<Record<string, string>> = {
  GCM_INTERACTIVE: "never",
  GIT_ASKPASS: "",
  GIT_EDITOR: "true",
  GIT_LITERAL_PATHSPECS: "1",
  GIT_NO_LAZY_FETCH: "1",
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
