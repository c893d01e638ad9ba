// `pnpm inspect SERVER [OPTION...]` opens the official Inspector on a server of this repository.
import { spawn } from "node:child_process";
import { listServers, toInspection } from "./lib/inspection.ts";

const [name = "", ...options] = process.argv.slice(2);
const inspection = toInspection(name, options);
if (inspection === undefined) {
  console.error(
    `Usage: pnpm inspect SERVER [OPTION...], where SERVER is one of ${listServers().join(", ")}`,
  );
  process.exitCode = 2;
} else {
  const { inspector, server } = inspection;
  const child = spawn(process.execPath, [inspector, ...server], { stdio: "inherit" });
  child.once("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}
