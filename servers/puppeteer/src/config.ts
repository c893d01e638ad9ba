import { z } from "zod";

export const config = z.object({
  executablePath: z
    .string()
    .optional()
    .describe("Chrome or Chromium to run; by default one that is installed on this machine.")
    .meta({ kind: "file" }),
  allowHosts: z
    .array(z.string())
    .default([])
    .describe(
      "Private hosts that pages may reach, as host or host:port, such as localhost:3000; none by default.",
    )
    .meta({ kind: "host" }),
  selfSignedHosts: z
    .array(z.string())
    .default([])
    .describe(
      "Hosts of --allow-hosts whose certificate need not be valid, as host:port, such as localhost:8443; none by default.",
    )
    .meta({ kind: "host" }),
  sandbox: z
    .enum(["on", "auto", "off"])
    .default("on")
    .describe(
      "Chrome's own sandbox: on (the default) requires it, auto runs without it where the system refuses it, off never uses it.",
    ),
  secrets: z
    .string()
    .optional()
    .describe(
      "File with lines NAME=value or NAME@host=value. {{NAME}} in a field's value types the secret; answers never show it.",
    )
    .meta({ kind: "file" }),
  uploadDirs: z
    .array(z.string())
    .default([])
    .describe("Directories whose files may be uploaded to pages; none by default.")
    .meta({ kind: "directory" }),
  headed: z
    .boolean()
    .default(false)
    .describe("Show the browser window; by default the browser runs without one."),
  maxPages: z.int().min(1).default(10).describe("Pages that one caller may have open at a time."),
  idleMinutes: z.int().min(1).default(15).describe("Minutes after which an unused page is closed."),
  downloadBaseUrl: z
    .string()
    .optional()
    .describe("URL that install-browser downloads from, instead of Google's storage.")
    .meta({ kind: "url" }),
});
