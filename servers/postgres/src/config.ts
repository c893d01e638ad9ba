import { z } from "zod";

export const config = z.object({
  databases: z
    .array(z.string())
    .default([])
    .describe(
      "Database URLs, optionally with an id before each (`sales=postgres://…`). The first one is the default database.",
    )
    .meta({ positional: true, secret: true, env: "DATABASE_URL" }),
  demo: z
    .boolean()
    .default(false)
    .describe(
      "Serve a small embedded shop database instead of your own (needs @electric-sql/pglite).",
    ),
  maxRows: z
    .int()
    .min(1)
    .max(100_000)
    .default(1_000)
    .describe("Maximum rows that one call may ask for. The size of a result limits them as well."),
  timeoutMs: z
    .int()
    .min(100)
    .max(600_000)
    .default(30_000)
    .describe("Milliseconds a statement may run. A call may ask for less."),
  poolSize: z
    .int()
    .min(1)
    .max(50)
    .default(4)
    .describe("Connections the server may hold to each database."),
  requireLeastPrivilege: z
    .boolean()
    .default(false)
    .describe(
      "Refuse a role that is a superuser, bypasses row security, creates roles, replicates or reaches server files. By default the log only warns about it.",
    ),
  allowInsecureTls: z
    .boolean()
    .default(false)
    .describe("Allow sslmode in the URL of a remote host to switch TLS or its verification off."),
  allowWrite: z
    .boolean()
    .default(false)
    .describe("Offer the write tools, as `--toolsets default,write` does.")
    .meta({ enables: "write" }),
});

export type Options = z.output<typeof config>;
