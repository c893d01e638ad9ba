import { z } from "zod";

export const config = z.object({
  executablePath: z
    .string()
    .optional()
    .describe("Chrome or Chromium to run; by default one that is installed.")
    .meta({ kind: "file" }),
  allowHosts: z
    .array(z.string())
    .default([])
    .describe("Private hosts pages may reach, as host or host:port, such as localhost:3000.")
    .meta({ kind: "host" }),
  sandbox: z
    .enum(["on", "auto", "off"])
    .default("on")
    .describe("Chrome's own sandbox; auto goes without where the system refuses it."),
  secrets: z
    .string()
    .optional()
    .describe(
      "File of NAME=value or NAME@host=value lines: {{NAME}} types the value, which no answer shows.",
    )
    .meta({ kind: "file" }),
  uploadDirectories: z
    .array(z.string())
    .default([])
    .describe("Directories whose files may be uploaded to pages.")
    .meta({ kind: "directory" }),
  headed: z.boolean().default(false).describe("Show the browser's window."),
  maxPages: z.int().min(1).default(10).describe("Pages one caller may have open."),
  idleMinutes: z.int().min(1).default(15).describe("Minutes after which an unused page is closed."),
  downloadBaseUrl: z
    .string()
    .optional()
    .describe("Where install-browser downloads from, instead of Google's storage.")
    .meta({ kind: "url" }),
});
