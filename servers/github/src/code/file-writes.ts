import type { Repository } from "../access/repository.ts";
import { path, toParts } from "../api/address.ts";
import { written } from "../api/answers.ts";
import { GitHubError } from "../errors.ts";
import { readFile, toText } from "./contents.ts";
import { applyEdits, type Edit } from "./edits.ts";
import { findEntries, findFiles } from "./entries.ts";

export type Encoding = "utf-8" | "base64";

interface Change {
  readonly path: string;
  readonly branch: string;
  readonly message: string;
}

/** What a commit of one file leaves behind. */
export type WrittenFile = {
  readonly commit_sha: string;
  readonly blob_sha: string | undefined;
  readonly url: string | undefined;
};

/** Creates a file, or replaces the one whose blob has this sha. */
export async function writeFile(
  repository: Repository,
  change: Change & {
    readonly content: string;
    readonly encoding?: Encoding | undefined;
    readonly sha?: string | undefined;
  },
): Promise<WrittenFile> {
  const { path: file, branch, message, sha } = change;
  const content = toBase64(change.content, change.encoding ?? "utf-8");
  await findFiles(repository, branch, [toFileParts(file)]);
  try {
    return await put(repository, file, { message, content, branch, ...(sha && { sha }) });
  } catch (error) {
    // Without a sha GitHub refuses to replace a file; say which one it takes.
    if (sha !== undefined || !(error instanceof GitHubError)) throw error;
    if (error.status !== 422 && error.status !== 409) throw error;
    const there = await readFile(repository, file, branch).catch(() => undefined);
    if (there === undefined) throw error;
    throw new GitHubError(
      `${file} already exists, with the blob sha ${there.sha}.`,
      "Read it with get_file_contents. Then pass that sha to replace the whole file, or change parts of it with edit_file_contents.",
    );
  }
}

/** Changes parts of a file: anyone who edits has seen the very blob that is there. */
export async function editFile(
  repository: Repository,
  change: Change & { readonly edits: readonly Edit[]; readonly expected_blob_sha: string },
): Promise<WrittenFile> {
  const { path: file, branch, message, edits, expected_blob_sha: expected } = change;
  const reading = readFile(repository, file, branch);
  // Of a link to a directory the looking says more than the reading, whichever is first.
  reading.catch(() => undefined);
  await findFiles(repository, branch, [toFileParts(file)]);
  const { sha, bytes } = await reading;
  if (sha !== expected) {
    throw new GitHubError(
      `On ${branch} the blob sha of ${file} is ${sha}, not ${expected}.`,
      "The file has changed since you read it. Read it again with get_file_contents.",
    );
  }
  const text = toText(bytes);
  if (text === undefined) {
    throw new GitHubError(
      `${file} is not UTF-8 text.`,
      "Replace the whole file with create_or_update_file.",
    );
  }
  const edited = applyEdits(text, edits);
  if (edited === text)
    throw new GitHubError(
      "The edits change nothing.",
      "Give a new_text that differs from its old_text.",
    );
  return put(repository, file, { message, branch, sha, content: toBase64(edited, "utf-8") });
}

/** Deletes a file by a commit. */
export async function deleteFile(
  repository: Repository,
  change: Change & { readonly sha?: string | undefined },
): Promise<WrittenFile> {
  const { path: file, branch, message } = change;
  const sha = change.sha ?? (await findSha(repository, file, branch));
  const ask = { method: "DELETE", path: toPlace(file), body: { message, branch, sha } } as const;
  const { data } = await repository.ask(written, ask);
  return { commit_sha: data.commit.sha, blob_sha: undefined, url: data.commit.html_url };
}

/** The sha of a file, or of a link itself: contents would give that of the file it leads to. */
async function findSha(repository: Repository, file: string, branch: string): Promise<string> {
  const parts = toFileParts(file);
  const entry = (await findEntries(repository, branch, [parts])).get(parts.join("/"));
  return entry?.type === "blob" && entry.sha !== undefined
    ? entry.sha
    : (await readFile(repository, file, branch)).sha;
}

/** The bytes of a file to be, in base64. Throws GitHubError for what is none. */
export function toBase64(content: string, encoding: Encoding): string {
  if (encoding === "utf-8") return Buffer.from(content, "utf8").toString("base64");
  const bare = content.replace(/\s+/g, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(bare) || bare.length % 4 !== 0) {
    throw new GitHubError(
      "The content is not valid base64.",
      "Encode the bytes as base64, or leave encoding out for text.",
    );
  }
  return bare;
}

async function put(repository: Repository, file: string, body: object): Promise<WrittenFile> {
  const ask = { method: "PUT", path: toPlace(file), body } as const;
  const { data } = await repository.ask(written, ask);
  return {
    commit_sha: data.commit.sha,
    blob_sha: data.content?.sha,
    url: data.content?.html_url ?? undefined,
  };
}

function toPlace(file: string): string {
  return path`/contents/${toFileParts(file)}`;
}

function toFileParts(file: string): string[] {
  const parts = toParts(file);
  if (parts.length > 0) return parts;
  throw new GitHubError("The path is empty.", "Give the path of a file, e.g. docs/guide.md.");
}
