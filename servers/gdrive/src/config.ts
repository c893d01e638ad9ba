import { z } from "zod";

export const config = z.object({
  credentialsPath: z
    .string()
    .optional()
    .describe(
      "Where `auth` keeps the account's tokens, or a service account's key; by default a file in the user's own config directory.",
    ),
  oauthPath: z
    .string()
    .optional()
    .describe("The OAuth client's keys, of type desktop app, as Google Cloud offers them."),
  credentialsDirectory: z
    .string()
    .optional()
    .describe("Serve each caller with an account of its own: the directory of their tokens.")
    .meta({ kind: "directory" }),
  principal: z
    .string()
    .optional()
    .describe("Which caller `auth` signs in, as --token-file names it."),
  allowWrite: z
    .boolean()
    .default(false)
    .describe("Offer the write tools, as `--toolsets default,write` does; `auth` asks for them.")
    .meta({ enables: "write" }),
  fullAccess: z
    .boolean()
    .default(false)
    .describe("Let `auth` ask to change all files, not only those this server makes."),
  allowPublicSharing: z
    .boolean()
    .default(false)
    .describe("Let files become readable by anyone who has the link."),
  shareDomains: z
    .array(z.string())
    .default([])
    .describe("Domains files may be shared with, beside the account's own company's.")
    .meta({ kind: "host" }),
  uploadDir: z
    .array(z.string())
    .default([])
    .describe("Directories whose files may be uploaded.")
    .meta({ kind: "directory" }),
  downloadDir: z
    .array(z.string())
    .default([])
    .describe("Directories downloads may be written to.")
    .meta({ kind: "directory" }),
  baseUrl: z
    .string()
    .default("https://www.googleapis.com")
    .describe("Where the API is; an emulator's address, for tests.")
    .meta({ kind: "url" }),
  demo: z
    .boolean()
    .default(false)
    .describe("Serve a small emulated Drive instead, without an account (needs emulate)."),
});

export type Options = z.output<typeof config>;
