import { cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { listReleases, readRelease } from "../releases.ts";
import { formatFields, formatList, name, page, perPage } from "./fields.ts";

const getReleases = defineTool({
  name: "list_releases",
  title: "List releases",
  description: "Lists releases, newest first, without their notes.",
  effect: "read",
  input: z.object({ ...name, page, per_page: perPage }),
  output: z.object({
    releases: cuttable(
      z.array(
        z.object({
          tag: z.string(),
          name: z.string(),
          kind: z.string(),
          published_at: z.string().optional(),
        }),
      ),
    ),
    next_page: z.int().optional(),
  }),
  async run({ owner, repo, ...query }, { github, signal }) {
    return listReleases(await github.open({ owner, repo }, signal), query);
  },
  render: ({ releases, ...more }) =>
    formatList(
      releases.map((row) => `${row.tag} ${row.kind} ${row.name} ${row.published_at ?? ""}`.trim()),
      more,
    ),
});

const getRelease = defineTool({
  name: "get_release",
  title: "Read release",
  description: "Reads the release of a tag, or the latest, with its notes and assets.",
  effect: "read",
  aliases: ["get_latest_release", "get_release_by_tag"],
  input: z.object({ ...name, tag: z.string().optional().describe("Tag; the latest.") }),
  output: z.object({
    tag: z.string(),
    name: z.string(),
    kind: z.string(),
    published_at: z.string().optional(),
    assets: z.array(z.object({ name: z.string(), size: z.int() })),
    url: z.string(),
    body: z.string(),
  }),
  async run({ owner, repo, tag }, { github, signal }) {
    return readRelease(await github.open({ owner, repo }, signal), tag);
  },
  render: ({ assets, ...release }) =>
    formatFields({ assets: assets.map(({ name: file }) => file), ...release }),
});

export const releases = defineToolset({
  name: "releases",
  title: "Releases",
  description: "Releases and their notes.",
  optional: true,
  openWorld: true,
  tools: [getReleases, getRelease],
});
