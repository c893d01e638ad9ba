import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { drive } from "./drive.mjs";

const manifest = createRequire(import.meta.url).resolve(
  "@modelcontextprotocol/inspector/package.json",
);
const launcher = join(dirname(manifest), "clients", "launcher", "build", "index.js");

drive({ "--cli --strict": open });

/** Each word of the command line starts the server anew. */
async function open({ command, args, env }) {
  async function run(...words) {
    const all = [launcher, "--cli", command, ...args, ...words];
    const child = spawn(process.execPath, all, { env, stdio: ["ignore", "pipe", "pipe"] });
    const left = new Promise((resolve) => child.once("close", resolve));
    const [code, out, said] = await Promise.all([left, text(child.stdout), text(child.stderr)]);
    // Its warnings leave the exit code as it is.
    if (code !== 0 || /^(?:Warning|Error): tool/m.test(said)) {
      throw new Error(`${words.join(" ")} exits with ${code}: ${said}`);
    }
    return JSON.parse(out);
  }
  const { tools } = await run("--method", "tools/list", "--strict");
  return {
    offered: tools.map(({ name, inputSchema }) => ({ name, schema: inputSchema })),
    async call(name, given) {
      const pairs = Object.entries(given).flatMap(([key, value]) => {
        return [
          "--tool-arg",
          `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
        ];
      });
      return { printed: await run("--method", "tools/call", "--tool-name", name, ...pairs) };
    },
    async close() {},
  };
}
