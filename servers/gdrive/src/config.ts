import { z } from "zod";

export const config = z.object({
  credentialsPath: z
    .string()
    .optional()
    .describe(
      "File in which `auth` keeps the account's tokens, or the key file of a service account. By default a file in the user's config directory.",
    ),
  oauthPath: z
    .string()
    .optional()
    .describe(
      "File with the keys of an OAuth client of type desktop app, as downloaded from Google Cloud.",
    ),
  credentialsDirectory: z
    .string()
    .optional()
    .describe(
      "Directory with one token file for each caller: over HTTP, every caller then uses their own Google account.",
    )
    .meta({ kind: "directory" }),
  principal: z
    .string()
    .optional()
    .describe("The caller that `auth` signs in, by the name that --token-file gives them."),
  allowWrite: z
    .boolean()
    .default(false)
    .describe(
      "Offer the tools that write, as `--toolsets default,write` does. `auth` then asks Google for that right too.",
    )
    .meta({ enables: "write" }),
  fullAccess: z
    .boolean()
    .default(false)
    .describe(
      "Let `auth` ask for the right to change all files, not only those this server creates.",
    ),
  allowPublicSharing: z
    .boolean()
    .default(false)
    .describe("Allow sharing files with anyone who has the link."),
  shareDomains: z
    .array(z.string())
    .default([])
    .describe("Domains that files may be shared with, in addition to the account's own company.")
    .meta({ kind: "host" }),
  uploadDirs: z
    .array(z.string())
    .default([])
    .describe("Directories from which local files may be uploaded.")
    .meta({ kind: "directory" }),
  downloadDirs: z
    .array(z.string())
    .default([])
    .describe("Directories to which downloads may be written.")
    .meta({ kind: "directory" }),
  baseUrl: z
    .string()
    .default("https://www.googleapis.com")
    .describe("Address of the Google API; an emulator's address for tests.")
    .meta({ kind: "url" }),
  demo: z
    .boolean()
    .default(false)
    .describe(
      "Serve a small emulated Drive instead of Google's, without an account (needs the package emulate).",
    ),
});

export type Options = z.output<typeof config>;
