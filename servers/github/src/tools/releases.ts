import { cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { listReleases, readRelease } from "../code/releases.ts";
import { defineTool } from "../context.ts";
import { bodyOffset, formatList, listPage, name, page, perPage } from "./fields.ts";

const getReleases = defineTool({
  name: "list_releases",
  title: "List releases",
  description:
    "List the releases (versions) of a GitHub repository, newest first, without their notes.",
  effect: "read",
  input: z.object({ ...name, page, per_page: perPage }),
  output: z.object({
    releases: cuttable(
      z.array(
        z.object({
          tag: z.string(),
          name: z.string(),
          kind: z.enum(["release", "prerelease", "draft"]),
          published_at: z.string().optional(),
        }),
      ),
    ),
    next_page: z.int().optional(),
    per_page: z.int().optional(),
  }),
  async run({ owner, repo, ...query }, context) {
    const repository = await context.github.open({ owner, repo }, context.signal);
    return listPage(context, query, (asked) => listReleases(repository, asked));
  },
  render: ({ releases: found, ...more }) => formatList(found, more),
});

const getRelease = defineTool({
  name: "get_release",
  title: "Read release",
  description:
    "Read the latest release of a GitHub repository, or the release of a tag: its notes (changelog) and the files attached to it.",
  effect: "read",
  aliases: ["get_latest_release", "get_release_by_tag"],
  input: z.object({
    ...name,
    tag: z.string().optional().describe("Tag of the release, e.g. v1.2.0. Default: the latest."),
    body_offset: bodyOffset.describe(
      "Characters of the notes to skip, as a shortened answer says. Default 0.",
    ),
  }),
  output: z.string(),
  async run({ owner, repo, ...which }, { github, signal, room }) {
    return readRelease(await github.open({ owner, repo }, signal), { ...which, room: room() });
  },
});

export const releases = defineToolset({
  name: "releases",
  title: "Releases",
  description: "Releases of a repository and their notes.",
  optional: true,
  openWorld: true,
  tools: [getReleases, getRelease],
});
