import { fileURLToPath } from "node:url";
import { run, serveHttp } from "../../../processes.ts";
import type { Outcome } from "../../judge/outcome.ts";
import { install } from "../install.ts";

/** What the driver prints of each check. */
interface Check {
  readonly id: string;
  readonly status: Outcome["status"];
  readonly error?: { readonly message: string };
}

const server = fileURLToPath(
  new URL("../../../../../../examples/everything/dist/main.cjs", import.meta.url),
);

/** What MCPJam's protocol checks, a second referee, say of the server with every feature. */
export async function checkProtocol(log: (line: string) => void): Promise<readonly Outcome[]> {
  const name = "MCPJam's protocol checks run";
  const installed = await install("mcpjam");
  if ("missing" in installed) {
    log(`MCPJam was not run: ${installed.missing}.`);
    return [{ name, status: process.env["FAIRLEAD_REQUIRE"] === "all" ? "failed" : "skipped" }];
  }
  const { url, close } = await serveHttp(server);
  try {
    // Without this variable it tells its makers of every run.
    const { code, stdout, stderr } = await run(installed.driver, [url], { DO_NOT_TRACK: "1" });
    if (code !== 0) return [{ name, status: "failed", reasons: stderr.split("\n") }];
    const checks: readonly Check[] = JSON.parse(stdout);
    const passed = checks.filter(({ status }) => status === "passed").length;
    log(`MCPJam: ${passed} of ${checks.length} protocol checks passed.`);
    return checks.map(({ id, status, error }) => ({
      name: `MCPJam: ${id}`,
      // A check that is left out for want of a feature has not been passed: ours has every feature.
      status: status === "passed" ? "passed" : "failed",
      reasons: error === undefined ? [] : [error.message],
    }));
  } finally {
    await close();
  }
}
