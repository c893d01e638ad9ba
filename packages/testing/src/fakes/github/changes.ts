export interface FakeFile {
  readonly path: string;
  readonly sha: string;
  readonly content: string;
}

/** The files that differ between two trees, in the form of a pull request's files. */
export function listChanges(from: readonly FakeFile[], to: readonly FakeFile[]) {
  const before = new Map(from.map((file) => [file.path, file]));
  const after = new Map(to.map((file) => [file.path, file]));
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path) => {
    const old = before.get(path);
    const now = after.get(path);
    if (old?.sha === now?.sha) return [];
    const status = old === undefined ? "added" : now === undefined ? "removed" : "modified";
    const gone = toLines(old);
    const come = toLines(now);
    const head = `@@ -1,${gone.length} +1,${come.length} @@`;
    const patch = [head, ...gone.map((line) => `-${line}`), ...come.map((line) => `+${line}`)];
    const url = `https://api.github.com/contents/${encodeURIComponent(path)}`;
    return {
      ...{ sha: now?.sha ?? old?.sha ?? null, filename: path, status },
      ...{ additions: come.length, deletions: gone.length, changes: come.length + gone.length },
      ...{ blob_url: url, raw_url: url, contents_url: url, patch: patch.join("\n") },
    };
  });
}

function toLines(file: FakeFile | undefined): string[] {
  return file === undefined ? [] : file.content.replace(/\n$/, "").split("\n");
}
