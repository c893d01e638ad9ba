import { parseArgs } from "node:util";

export const usage = `Usage: fairlead serve [--port N]

Serves all servers on what is at hand. Read-only: filesystem and git on the current directory,
postgres on demo data, puppeteer where a Chrome or Chromium is installed. On emulators, where they
may write: github, slack and gdrive. Each is at http://127.0.0.1:3333/<name>/mcp, a page about them
at /.

  --port N    The port to listen on; 3333 by default, 0 for any free one.
  --help      Print this text.
`;

export type Given =
  | { readonly command: "help" }
  | { readonly command: "serve"; readonly port: number }
  | { readonly command: "wrong"; readonly problem: string };

/** Reads the words after `fairlead`. */
export function readArguments(argv: readonly string[]): Given {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { port: { type: "string", default: "3333" }, help: { type: "boolean", short: "h" } },
    });
    if (values.help) return { command: "help" };
    const [command, ...rest] = positionals;
    if (command !== "serve" || rest.length > 0) {
      return { command: "wrong", problem: "The one command so far is serve." };
    }
    const port = Number(values.port);
    return Number.isInteger(port) && port >= 0 && port <= 65_535
      ? { command: "serve", port }
      : { command: "wrong", problem: `--port must be 0 to 65535, not "${values.port}".` };
  } catch (error) {
    return { command: "wrong", problem: error instanceof Error ? error.message : String(error) };
  }
}
