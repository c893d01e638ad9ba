import { z } from "zod";

export const config = z.object({
  personalAccessToken: z
    .string()
    .min(1)
    .optional()
    .describe("Personal access token of GitHub, classic or fine-grained.")
    .meta({ secret: true, env: "GITHUB_PERSONAL_ACCESS_TOKEN" }),
  personalAccessTokenFile: z
    .string()
    .optional()
    .describe("File that holds the token, in place of the token itself.")
    .meta({ kind: "file" }),
  appId: z.string().optional().describe("Id of the GitHub App to log in as, in place of a token."),
  appPrivateKeyFile: z
    .string()
    .optional()
    .describe("File with the private key of that app (PEM), as downloaded from GitHub.")
    .meta({ kind: "file" }),
  appInstallationId: z.int().optional().describe("Id of the installation of that app."),
  host: z
    .string()
    .default("github.com")
    .describe(
      "Host name of a GitHub Enterprise Server or of a ghe.com tenant, or the URL of its API.",
    ),
  repos: z
    .array(z.string())
    .default([])
    .describe(
      "Repositories the tools may use, as owner/name or owner/*. Without this option, all repositories that the token reaches.",
    ),
  lockdown: z
    .boolean()
    .default(false)
    .describe("In public repositories, show only what people with push access wrote."),
  allowCrossVisibility: z
    .boolean()
    .default(false)
    .describe(
      "Allow a session that has read strangers' words to use both public and private repositories.",
    ),
  demo: z
    .boolean()
    .default(false)
    .describe("Serve an emulated GitHub with sample data (needs the package emulate)."),
});

export type Options = z.output<typeof config>;
