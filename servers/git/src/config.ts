import { z } from "zod";

export const config = z.object({
  repository: z
    .array(z.string())
    .min(1)
    .describe("Repositories, or directories of repositories, the tools may work in.")
    .meta({ positional: true, kind: "directory" }),
  trustRepoConfig: z
    .boolean()
    .default(false)
    .describe(
      "Let git use the user's own config, and run the hooks, filters and helpers that config names.",
    ),
  authorName: z
    .string()
    .optional()
    .describe("Name of the author of commits; by default the one in git's config."),
  authorEmail: z
    .string()
    .optional()
    .describe("Email address of the author of commits; by default the one in git's config."),
  token: z
    .string()
    .optional()
    .describe("Password or token for remotes over https.")
    .meta({ secret: true }),
  tokenHosts: z
    .array(z.string())
    .default(["github.com"])
    .describe("Hosts the token is sent to.")
    .meta({ kind: "host" }),
  allowProtocols: z
    .array(z.enum(["https", "ssh", "http", "file"]))
    .default(["https", "ssh"])
    .describe(
      "Protocols of remotes: https, ssh, http, file. Over file, the other repository's hooks run.",
    ),
  allowHosts: z
    .array(z.string())
    .default([])
    .describe("Hosts in private networks that remotes may be on, as host or host:port.")
    .meta({ kind: "host" }),
  allowForce: z
    .boolean()
    .default(false)
    .describe("Let git_push replace or delete what the remote has."),
});

export type Options = z.output<typeof config>;
