#!/usr/bin/env node
import { toSurface } from "@fairlead/runtime";
import { appendTo, createLog } from "@fairlead/runtime/serve";
import { readArguments, usage } from "./arguments.ts";
import { audit } from "./audit.ts";
import { listEmbedded, servers } from "./embedded.ts";
import { listSecrets } from "./secrets.ts";
import { serve } from "./serve.ts";

const [command, ...words] = process.argv.slice(2);
const given = readArguments(process.argv.slice(2));
if (command === "audit") {
  const { code, out = "", error = "" } = await audit(words, process.env);
  process.stdout.write(out);
  process.stderr.write(error);
  process.exitCode = code;
} else if (given.command === "help") {
  process.stdout.write(usage);
} else if (given.command === "wrong") {
  process.stderr.write(`${given.problem}\n\n${usage}`);
  process.exitCode = 2;
} else {
  const { port, log: choice } = given;
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
