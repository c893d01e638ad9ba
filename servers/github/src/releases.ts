import { z } from "zod";
import { path } from "./address.ts";
import { account } from "./answers.ts";
import { type PageQuery, paged } from "./pages.ts";
import type { Repository } from "./repository.ts";
import { line, said } from "./said.ts";

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
  const kind = found.draft ? "draft" : found.prerelease ? "prerelease" : "release";
  const { tag_name: tag, name, published_at: at } = found;
  return { tag: line(tag), name: line(name), kind, published_at: at ?? undefined };
}

export async function listReleases(repository: Repository, query: PageQuery) {
  const ask = { path: "/releases", query: paged(query) };
  const { data, next } = await repository.ask(z.array(release), ask);
  await repository.noteFiles();
  return { releases: data.map(toRow), next_page: next };
}

/** The release of a tag, or the latest one. */
export async function readRelease(repository: Repository, tag: string | undefined) {
  const place = tag === undefined ? "/releases/latest" : path`/releases/tags/${tag.split("/")}`;
  const { data } = await repository.ask(release, { path: place });
  await repository.noteFiles();
  return {
    ...toRow(data),
    assets: data.assets.map(({ name, size }) => ({ name: line(name), size })),
    url: data.html_url,
    body: said(data.body, `release ${data.tag_name} of ${repository.name}`),
  };
}
