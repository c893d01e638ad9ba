import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { drive } from "./drive.mjs";

const start = promisify(execFile);
const command = join(dirname(fileURLToPath(import.meta.resolve("mcporter"))), "cli.js");

drive({
  printed: (server) => open(server),
  "printed as text": (server) => open(server, "--output", "text"),
});

/** Each word of the command line starts the server anew. */
async function open(server, ...output) {
  const config = join(server.env.HOME, "mcporter.json");
  await writeFile(config, JSON.stringify({ mcpServers: { driven: server }, imports: [] }));
  async function run(...words) {
    const options = { env: server.env, maxBuffer: 64 * 1024 * 1024 };
    const all = [command, "--config", config, ...words];
    return (await start(process.execPath, all, options)).stdout;
  }
  const { tools } = JSON.parse(await run("list", "driven", "--json", "--schema"));
  return {
    offered: tools.map(({ name, inputSchema }) => ({ name, schema: inputSchema })),
    async call(name, args) {
      const given = ["--args", JSON.stringify(args)];
      return { printed: await run("call", `driven.${name}`, ...given, ...output) };
    },
    async close() {},
  };
}
