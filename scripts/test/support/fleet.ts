import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import { readBlocks } from "../../lib/documents/documents.ts";
import { root } from "../../lib/packages.ts";
import { workplace } from "./programs.ts";

/** Serves the file of servers that a document has with these words, and says why that did not begin or end well. */
export async function serveFile(path: string, words: readonly string[]): Promise<string> {
  const block = readBlocks(path).find(({ text }) => /^servers:$/m.test(text));
  const folder = mkdtempSync(join(workplace, "fleet-"));
  const [, file = ""] = /--config (\S+)/.exec(words.join(" ")) ?? [];
  writeFileSync(join(folder, file), block?.text.replace(/\/srv\/[\w-]+/, folder) ?? "");
  writeFileSync(join(folder, "orders-policy.yaml"), "rules:\n  - match: {}\n    readOnly: true\n");
  // Flags win over the file: here other tests may listen where it says.
  const ports = ["--http", "127.0.0.1:0", "--metrics", "127.0.0.1:0"];
  const child = spawn(process.execPath, [join(root, "cli/dist/main.js"), ...words, ...ports], {
    cwd: folder,
    env: { PATH: env["PATH"], ORDERS_DATABASE_URL: "postgres://localhost/none" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (/ listening on \S+\/orders\/mcp/.test(said)) child.kill("SIGTERM");
    });
  }
  const code = await new Promise((ended) => child.once("close", ended));
  const done = words.includes("--check") ? " is valid. " : " listening on ";
  return code === 0 && said.includes(done) ? "" : `exit code ${String(code)}: ${said}`;
}
