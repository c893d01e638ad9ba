import { parseArgs } from "node:util";

export const usage = `Usage: fairlead serve [--port N]

Serves all seven servers. filesystem and git work read-only on the current directory, postgres serves
demo data read-only, and puppeteer needs an installed Chrome or Chromium. github, slack and gdrive run
on emulators and may write there. Each server is at http://127.0.0.1:3333/<name>/mcp, and the page at
http://127.0.0.1:3333/ shows them all.

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
      return { command: "wrong", problem: "The only command is serve. See --help." };
    }
    const port = Number(values.port);
    return Number.isInteger(port) && port >= 0 && port <= 65_535
      ? { command: "serve", port }
      : { command: "wrong", problem: `--port must be 0 to 65535, not "${values.port}".` };
  } catch (error) {
    return { command: "wrong", problem: error instanceof Error ? error.message : String(error) };
  }
}
