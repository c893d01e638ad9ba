import { z } from "zod";

export const config = z.object({
  databases: z
    .array(z.string())
    .default([])
    .describe(
      "Database URLs, each with an id in front if you like (`sales=postgres://…`); the first is the default.",
    )
    .meta({ positional: true, secret: true, env: "DATABASE_URL" }),
  demo: z
    .boolean()
    .default(false)
    .describe("Serve a small embedded shop database instead (needs @electric-sql/pglite)."),
  maxRows: z
    .int()
    .min(1)
    .max(100_000)
    .default(1_000)
    .describe("Rows one call may ask for; the answer's size limits them as well."),
  timeoutMs: z
    .int()
    .min(100)
    .max(600_000)
    .default(30_000)
    .describe("Milliseconds a statement may run; a call may ask for less."),
  poolSize: z.int().min(1).max(50).default(4).describe("Connections held per database."),
  requireLeastPrivilege: z
    .boolean()
    .default(false)
    .describe("Refuse a role that is a superuser, bypasses row security or reaches server files."),
  allowInsecureTls: z
    .boolean()
    .default(false)
    .describe("Let a URL of another host switch TLS or its verification off by sslmode."),
  allowWrite: z
    .boolean()
    .default(false)
    .describe("Offer the write tools, as `--toolsets default,write` does.")
    .meta({ enables: "write" }),
});

export type Options = z.output<typeof config>;
