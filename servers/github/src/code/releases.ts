import { type Room, revealName } from "@fairlead/guard";
import { z } from "zod";
import type { Repository } from "../access/repository.ts";
import { openShare } from "../answer/parts.ts";
import { line, sayFrom } from "../answer/said.ts";
import { path } from "../api/address.ts";
import { account } from "../api/answers.ts";
import { type PageQuery, paged } from "../api/pages.ts";

const release = z.object({
  id: z.int(),
  tag_name: z.string(),
  name: z.string().nullish(),
  body: z.string().nullish(),
  draft: z.boolean(),
  prerelease: z.boolean(),
  published_at: z.string().nullish(),
  html_url: z.string(),
  author: account,
  assets: z.array(z.object({ name: z.string(), size: z.int() })).default([]),
});

function toRow(found: z.output<typeof release>) {
  const kind = toKind(found);
  const { tag_name: tag, name, published_at: at } = found;
  return { tag: revealName(tag), name: line(name), kind, published_at: at ?? undefined };
}

function toKind({
  draft,
  prerelease,
}: z.output<typeof release>): "draft" | "prerelease" | "release" {
  if (draft) return "draft";
  return prerelease ? "prerelease" : "release";
}

export async function listReleases(repository: Repository, query: PageQuery) {
  const ask = { path: "/releases", query: paged(query) };
  const { data, next } = await repository.ask(z.array(release), ask);
  await repository.noteFiles();
  return { releases: data.map(toRow), next_page: next };
}

interface OneRelease {
  /** The latest without it. */
  readonly tag?: string | undefined;
  /** What the answer may take. */
  readonly room: Room;
  /** Characters of the notes to skip, as an answer before this one said. */
  readonly body_offset?: number | undefined;
}

/** The release of a tag, or the latest one, with its notes, as text. */
export async function readRelease(
  repository: Repository,
  { tag, room, body_offset: offset }: OneRelease,
): Promise<string> {
  const place = tag === undefined ? "/releases/latest" : path`/releases/tags/${tag.split("/")}`;
  const { data } = await repository.ask(release, { path: place });
  await repository.noteFiles();
  const row = toRow(data);
  const facts = [
    `${row.tag} ${row.name} (${row.kind}, published ${row.published_at ?? "not yet"})`,
    data.html_url,
    ...data.assets.map(({ name, size }) => `asset ${revealName(name)}, ${size} bytes`),
  ].join("\n");
  room.take(facts);
  const source = `release ${data.tag_name} of ${repository.name}`;
  const notes = sayFrom(data.body, { source, share: openShare(room), offset });
  return [facts, notes].filter((part) => part !== "").join("\n");
}
