import { findImageType, markUntrusted, revealName, revealText } from "@fairlead/guard";
import type { Repository } from "../access/repository.ts";
import { path, toParts } from "../api/address.ts";
import { blob, contents } from "../api/answers.ts";
import { GitHubError } from "../errors.ts";

export type Entry = {
  readonly name: string;
  readonly type: string;
  readonly size: number;
};

/** A file as GitHub holds it. */
export interface FileContent {
  readonly path: string;
  readonly sha: string;
  readonly size: number;
  readonly url: string;
  readonly bytes: Uint8Array;
  /** The kind of picture its bytes are, whatever its name says. */
  readonly picture: string | undefined;
}

export type Contents =
  | { readonly kind: "file"; readonly file: FileContent }
  | {
      readonly kind: "directory";
      readonly entries: readonly Entry[];
      /** What is to be said of entries that may be missing. */
      readonly note?: string;
    }
  | { readonly kind: "other"; readonly type: string; readonly target: string | undefined };

/** GitHub lists no more entries of a directory than this, and does not say so. */
const mostEntries = 1_000;

/** Reads a file or directory, at a branch, tag or commit. */
export async function readContents(
  repository: Repository,
  file: string,
  ref: string | undefined,
): Promise<Contents> {
  const parts = toParts(file);
  const place = parts.length === 0 ? "/contents" : path`/contents/${parts}`;
  const reading = repository.ask(contents, { path: place, query: { ref } });
  const { data } = await repository.readFiles(ref, reading);
  if (Array.isArray(data)) {
    const entries = data.map(({ name, type, size }) => ({ name: revealName(name), type, size }));
    if (entries.length < mostEntries) return { kind: "directory", entries };
    const note = `GitHub lists only the first ${mostEntries} entries of a directory here: get_repository_tree lists them all.`;
    return { kind: "directory", entries, note };
  }
  if (data.type !== "file") return { kind: "other", type: data.type, target: data.target };
  const { sha, size, html_url: url } = data;
  // Above 1 MB GitHub leaves the content out, and its blob holds it.
  const inline = data.encoding === "base64" && data.content !== undefined;
  const bytes = inline ? decode(data.content ?? "") : await readBlob(repository, sha);
  const picture = findImageType(bytes);
  const page = url ?? repository.facts.url;
  return { kind: "file", file: { path: data.path, sha, size, url: page, bytes, picture } };
}

/** The same for what must be a file. Throws GitHubError for anything else. */
export async function readFile(
  repository: Repository,
  file: string,
  ref: string | undefined,
): Promise<FileContent> {
  const read = await readContents(repository, file, ref);
  if (read.kind === "file") return read.file;
  throw new GitHubError(
    `${file} is not a file.`,
    "List the directory with get_file_contents and give the path of a file in it.",
  );
}

async function readBlob(repository: Repository, sha: string): Promise<Uint8Array> {
  const { data } = await repository.ask(blob, { path: path`/git/blobs/${sha}` });
  return decode(data.content);
}

function decode(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, "base64"));
}

/** The text of bytes that are UTF-8 without NUL; undefined for anything else. */
export function toText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    // A byte order mark is kept, so that an edit writes it back.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Puts marks around a file's text where strangers may push; what is invisible is shown. */
export function markFile({ facts }: Repository, name: string, text: string): string {
  const foreign = facts.visibility === "public" && !facts.mayPush;
  return foreign
    ? markUntrusted(text, `${name} of ${facts.fullName}`, revealText)
    : revealText(text);
}
