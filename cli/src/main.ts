#!/usr/bin/env node
import { toSurface } from "@fairlead/runtime";
import { appendTo, createLog } from "@fairlead/runtime/serve";
import { type LogChoice, readArguments, usage } from "./arguments.ts";
import { audit } from "./audit.ts";
import { readConfigWords, serveConfig, type Verdict } from "./config/command.ts";
import { listSecrets } from "./secrets.ts";

const [command, ...words] = process.argv.slice(2);
const given = readArguments(process.argv.slice(2));
const configured = command === "serve" ? readConfigWords(words) : undefined;
if (command === "audit") {
  say(await audit(words, process.env));
} else if (given.command === "help" || (configured && words.includes("--help"))) {
  process.stdout.write(usage);
} else if (configured !== undefined) {
  const verdict = await serveConfig(configured);
  if (verdict !== undefined) say(verdict);
} else if (given.command === "wrong") {
  process.stderr.write(`${given.problem}\n\n${usage}`);
  process.exitCode = 2;
} else {
  await tryOut(given.port, given.log);
}

function say({ code, out = "", error = "" }: Verdict): void {
  process.stdout.write(out);
  process.stderr.write(error);
  process.exitCode = code;
}

/** Serves all seven servers on this machine. */
async function tryOut(port: number, choice: LogChoice): Promise<void> {
  // Only here, as a file of servers loads those that it names.
  const { listEmbedded, servers } = await import("./embedded.ts");
  const { serve } = await import("./serve.ts");
  const log = openLog(choice.file);
  // Seven servers live in this process: what one of them, or a library of it, lets slip ends no other.
  const report = (error: unknown, what: string) => {
    const secrets = listSecrets(servers.map(toSurface), process.env);
    createLog(log, { secrets }).error(error, what, "-");
  };
  process.on("unhandledRejection", (error) => report(error, "unhandled rejection"));
  process.on("uncaughtException", (error) => report(error, "uncaught exception"));
  const service = await serve({
    port,
    logLevel: choice.level,
    embedded: await listEmbedded({ directory: process.cwd(), log }),
    environment: process.env,
    log,
  }).catch((error: unknown) => {
    process.stderr.write(`fairlead cannot serve: ${String(error)}\n`);
    process.exit(1);
  });
  process.stdout.write(`ready ${service.url}/\n`);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.once(signal, () => void service.close().then(() => process.exit(0)));
  }
}

/** Where the lines of the log go; ends the process if that is a file which cannot be opened. */
function openLog(file: string | undefined): (line: string) => void {
  if (file === undefined) return (line) => void process.stderr.write(line);
  try {
    return appendTo(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : error;
    process.stderr.write(`--log-file ${file}: it cannot be opened (${String(code)}).\n`);
    process.exit(2);
  }
}
