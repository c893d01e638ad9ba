/** What a diff or a commit shown as text says, so that a test can ask for its parts. */
export function readDiffText(text: string) {
  const [, total] = /^\d+ of (\d+) changed files:$/m.exec(text) ?? [];
  const head = text
    .slice(text.search(/^\d+ of \d+ changed files:$/m))
    .split("\n")
    .slice(1);
  const end = head.findIndex((line) => !/^[A-Z] .* (?:binary|\+\d+ -\d+)$/.test(line));
  const patches = text.split(/^(?=diff --(?:git|cc|combined) )/m).slice(1);
  const files = (total === undefined ? [] : head.slice(0, end < 0 ? undefined : end)).map(
    (line) => {
      const [, status = "", names = "", added, deleted] =
        /^([A-Z]) (.*) (?:binary|\+(\d+) -(\d+))$/.exec(line) ?? [];
      const [path = "", from] = names.split(" -> ").reverse();
      return {
        path,
        status,
        ...(from !== undefined && { from }),
        ...(added !== undefined && { added: Number(added), deleted: Number(deleted) }),
        patch: patches.filter((patch) => patch.split("\n")[0]?.includes(path)).join(""),
      };
    },
  );
  const [, sha = "", message = ""] =
    /^Commit: (\w+)\n[\s\S]*?^Message: ([\s\S]*?)\n\n?(?:Merge of: |\d+ of \d+ changed|No changes)/m.exec(
      text,
    ) ?? [];
  const parents = /^Merge of: (.*)$/m.exec(text)?.[1]?.split(" ") ?? [];
  return {
    files,
    total_files: Number(total ?? 0),
    next_cursor: /^\[More: .* cursor "([^"]+)"\.\]$/m.exec(text)?.[1],
    commit: { sha, message: message.trimEnd(), parents },
  };
}
