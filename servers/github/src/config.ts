import { z } from "zod";

export const config = z.object({
  personalAccessToken: z
    .string()
    .min(1)
    .optional()
    .describe("Token of GitHub, classic or fine-grained.")
    .meta({ secret: true, env: "GITHUB_PERSONAL_ACCESS_TOKEN" }),
  personalAccessTokenFile: z
    .string()
    .optional()
    .describe("File that holds the token instead.")
    .meta({ kind: "file" }),
  appId: z.string().optional().describe("GitHub App to log in as, instead of with a token."),
  appPrivateKeyFile: z
    .string()
    .optional()
    .describe("File with the private key of that app, as GitHub gave it.")
    .meta({ kind: "file" }),
  appInstallationId: z.int().optional().describe("Installation of that app."),
  host: z
    .string()
    .default("github.com")
    .describe("GitHub Enterprise Server or tenant of ghe.com; or the URL of an API."),
  repos: z
    .array(z.string())
    .default([])
    .describe("Repositories the tools may touch, as owner/name or owner/*; all without it."),
  lockdown: z
    .boolean()
    .default(false)
    .describe("Show of public repositories only what people with push access wrote."),
  allowCrossVisibility: z
    .boolean()
    .default(false)
    .describe("Let a caller who has read strangers' words mix public and private repositories."),
  demo: z
    .boolean()
    .default(false)
    .describe("Serve an emulated GitHub with sample data instead (needs emulate)."),
});

export type Options = z.output<typeof config>;
