// Has the client libraries take every tool of every server: `node main.ts [--library NAME]... [--server
// NAME]...`. Exits with 1 where something is refused, changed or hidden.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { driveLibraries } from "./drive-libraries.ts";

const { values } = parseArgs({
  options: {
    library: { type: "string", multiple: true },
    server: { type: "string", multiple: true },
  },
});
const folder = await mkdtemp(join(tmpdir(), "fairlead-libraries-"));
try {
  const outcomes = await driveLibraries({
    folder,
    libraries: values.library,
    servers: values.server,
    log: (line) => console.log(line),
  });
  const count = (status: string) => outcomes.filter((outcome) => outcome.status === status).length;
  console.log(`${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`);
  if (count("failed") > 0) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
