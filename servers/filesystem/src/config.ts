import { z } from "zod";

/** Names whose content is a secret more often than not. */
const secrets = [
  ".env",
  ".env.local",
  ".env.*.local",
  ".env.production",
  ".ssh",
  ".gnupg",
  ".aws",
  ".netrc",
  ".git-credentials",
];

export const config = z.object({
  directories: z
    .array(z.string())
    .min(1)
    .describe("Directories the tools may work in, with everything below them.")
    .meta({ positional: true, kind: "directory" }),
  deny: z
    .array(z.string())
    .default(secrets)
    .describe("Globs of files whose content is neither read nor written; replaces the default."),
  protect: z
    .array(z.string())
    .default([".git"])
    .describe("Globs of files that may be read but not written; replaces the default."),
  strict: z
    .boolean()
    .default(false)
    .describe("Refuse to write to a file that has more than one name (hard links)."),
  allowDelete: z
    .boolean()
    .default(false)
    .describe("Offer delete_path, as `--toolsets default,delete` does.")
    .meta({ enables: "delete" }),
});
