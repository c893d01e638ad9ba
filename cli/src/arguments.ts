import { parseArgs } from "node:util";
import { type Severity, severities } from "@fairlead/runtime/serve";

export const usage = `Usage: fairlead serve [--port N] [--log-level LEVEL] [--log-file FILE]
       fairlead serve --config FILE [--check] [OPTION...]
       fairlead audit verify [--expect LINE:HASH] FILE...

Serves all seven servers. filesystem and git work read-only on the current directory, postgres serves
demo data read-only, and puppeteer needs an installed Chrome or Chromium. github, slack and gdrive run
on emulators and may write there. Each server is at http://127.0.0.1:3333/<name>/mcp, and the page at
http://127.0.0.1:3333/ shows them all.

  --port N           The port to listen on; 3333 by default, 0 for any free one.
  --log-level LEVEL  The least severe lines to log: error, warn, info (the default) or debug, which
                     adds one line for every request.
  --log-file FILE    File to append the log to, instead of stderr.

With --config it serves the servers of a YAML file instead, each with its own options, policy and callers.
docs/hosting.md says what the file holds.

  --config FILE      The file of servers.
  --check            Only say whether the file is valid, and what is wrong with it.
  OPTION             Any option that holds for the whole process, such as --http 3000 or --log-level debug.
                     It wins over the file.

  --help             Print this text. "fairlead audit --help" says how an audit log is verified.
`;

export type Given =
  | { readonly command: "help" }
  | { readonly command: "serve"; readonly port: number; readonly log: LogChoice }
  | { readonly command: "wrong"; readonly problem: string };

/** What is logged, and where: in a file, or on stderr without one. */
export interface LogChoice {
  readonly level: Severity;
  readonly file: string | undefined;
}

/** Reads the words after `fairlead`. */
export function readArguments(argv: readonly string[]): Given {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        port: { type: "string", default: "3333" },
        "log-level": { type: "string", default: "info" },
        "log-file": { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help) return { command: "help" };
    const [command, ...rest] = positionals;
    if (command !== "serve" || rest.length > 0) {
      return { command: "wrong", problem: "The commands are serve and audit. See --help." };
    }
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      return { command: "wrong", problem: `--port must be 0 to 65535, not "${values.port}".` };
    }
    const asked = values["log-level"];
    const level = severities.find((severity) => severity === asked);
    if (level === undefined) {
      const problem = `--log-level must be one of ${severities.join(", ")}, not "${asked}".`;
      return { command: "wrong", problem };
    }
    return { command: "serve", port, log: { level, file: values["log-file"] } };
  } catch (error) {
    return { command: "wrong", problem: error instanceof Error ? error.message : String(error) };
  }
}
