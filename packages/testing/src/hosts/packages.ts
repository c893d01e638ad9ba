import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Host } from "./host.ts";
import { npmInstall } from "./npm-install.ts";

const store = fileURLToPath(new URL("../../../../node_modules/.fairlead/hosts", import.meta.url));

/** Where the package of a host is: none of them is a dependency of anything here. */
export function toPackages({ spec }: Host): string {
  return join(store, spec.replace(/^@/, "").replace(/[/@]/g, "-"));
}

/** Installs a host, unless it is there already; resolves with why that cannot be. */
export async function installHost(host: Host): Promise<string | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return "its program is for linux-x64";
  const folder = toPackages(host);
  const done = join(folder, "installed");
  if (existsSync(done)) return undefined;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{"private":true}');
  const problem = await npmInstall(folder, [host.spec]);
  if (problem === undefined) await writeFile(done, "");
  return problem;
}
