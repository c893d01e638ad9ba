import { revealName } from "@fairlead/guard";
import type { Repository } from "../access/repository.ts";
import { type ExcerptOptions, toExcerpt } from "../answer/excerpts.ts";
import { type FileContent, markFile, readContents, toText } from "./contents.ts";

export interface ShowQuery extends Omit<ExcerptOptions, "mark"> {
  /** Branch, tag or commit; the default branch without it. */
  readonly ref: string | undefined;
}

/** A file or directory as it can be shown: its text or picture, or where it is, and facts in words. */
export type Shown =
  | { readonly kind: "text"; readonly text: string; readonly facts: string | undefined }
  | {
      readonly kind: "picture";
      readonly bytes: Uint8Array;
      readonly mimeType: string;
      readonly facts: string;
    }
  | {
      readonly kind: "elsewhere";
      readonly uri: string;
      readonly name: string;
      readonly size: number;
      readonly facts: string;
    };

/** Reads a file or directory, as many of its lines as there is room for. Throws GitHubError. */
export async function showContents(
  repository: Repository,
  path: string,
  { ref, ...range }: ShowQuery,
): Promise<Shown> {
  const read = await readContents(repository, path, ref);
  if (read.kind === "file") return showFile(repository, read.file, range);
  if (read.kind === "other") {
    const target = revealName(read.target ?? "");
    return {
      kind: "text",
      text: `${revealName(path)} is a ${read.type} ${target}`.trim(),
      facts: undefined,
    };
  }
  const rows = read.entries.map(({ type, name, size }) => `${type} ${name} ${size || ""}`.trim());
  const { text, note } = toExcerpt(rows.join("\n"), { ...range, mark: String });
  const facts = [note, read.note].filter((said) => said !== undefined).join(" ");
  return { kind: "text", text: text || "An empty directory.", facts: facts || undefined };
}

function showFile(
  repository: Repository,
  { path, sha, size, url: uri, bytes, picture }: FileContent,
  range: Omit<ExcerptOptions, "mark">,
): Shown {
  const whole = toText(bytes);
  const facts = `${revealName(path)}, blob sha ${sha}`;
  if (whole === "") return { kind: "text", text: "", facts: `${facts}, empty` };
  if (whole !== undefined) {
    const mark = (text: string) => markFile(repository, path, text);
    const { text, note } = toExcerpt(whole, { ...range, mark });
    return { kind: "text", text, facts: note === undefined ? facts : `${facts}, ${note}` };
  }
  if (picture !== undefined) {
    const more = `${facts}, ${picture}, ${size} bytes`;
    return { kind: "picture", bytes, mimeType: picture, facts: more };
  }
  const name = revealName(path.split("/").at(-1) ?? "");
  const more = `Blob sha ${sha}. Not text: open the address to download it.`;
  return { kind: "elsewhere", uri, name, size, facts: more };
}
