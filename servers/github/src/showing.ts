import { image, link, type Reply, reply, text } from "@fairlead/runtime";
import { type FileContent, markFile, readContents, toText } from "./contents.ts";
import { type ExcerptOptions, toExcerpt } from "./excerpts.ts";
import type { Repository } from "./repository.ts";
import { line } from "./said.ts";

export interface ShowQuery extends Omit<ExcerptOptions, "mark"> {
  /** Branch, tag or commit; the default branch without it. */
  readonly ref: string | undefined;
}

/** Reads a file or directory and shows it as text, picture or link, with a line of facts below. */
export async function showContents(
  repository: Repository,
  path: string,
  { ref, ...range }: ShowQuery,
): Promise<Reply> {
  const read = await readContents(repository, path, ref);
  if (read.kind === "file") return showFile(repository, read.file, range);
  if (read.kind === "other") {
    return reply(text(`${line(path)} is a ${read.type} ${line(read.target)}`.trim()));
  }
  const rows = read.entries.map(({ type, name, size }) => `${type} ${name} ${size || ""}`.trim());
  const listing = rows.join("\n") || "An empty directory.";
  const shown = toExcerpt(listing, { ...range, mark: String });
  return reply(text(shown.text), ...(shown.note === undefined ? [] : [text(`[${shown.note}]`)]));
}

function showFile(
  repository: Repository,
  { path, sha, size, url, bytes, picture }: FileContent,
  range: Omit<ExcerptOptions, "mark">,
): Reply {
  const whole = toText(bytes);
  const name = line(path.split("/").at(-1));
  const facts = `${line(path)}, blob sha ${sha}`;
  if (whole !== undefined) {
    const mark = (shown: string) => markFile(repository, path, shown);
    const shown = toExcerpt(whole, { ...range, mark });
    const lines = whole === "" ? ", empty" : shown.note === undefined ? "" : `, ${shown.note}`;
    return reply(...(whole === "" ? [] : [text(shown.text)]), text(`[${facts}${lines}]`));
  }
  if (picture !== undefined) {
    return reply(image(bytes, picture), text(`[${facts}, ${picture}, ${size} bytes]`));
  }
  const description = `Blob sha ${sha}. Not text: open the address to download it.`;
  const mimeType = "application/octet-stream";
  return reply(link({ uri: url, name, mimeType, size, description }));
}
