/**
 * Starts a server on stdio and keeps a copy of all it says: `tap.mjs LOG COMMAND [ARGUMENT...]`. What a
 * client received is then known whatever the client makes of it.
 */
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";

const [log, command, ...args] = process.argv.slice(2);
const server = spawn(command, args, { stdio: ["inherit", "pipe", "inherit"] });
server.stdout.on("data", (chunk) => {
  appendFileSync(log, chunk);
  process.stdout.write(chunk);
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => server.kill(signal));
}
server.once("exit", (code) => {
  process.exitCode = code ?? 1;
});
