// `pnpm new server NAME` writes the folder of a new server, with one tool and its tests.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./lib/packages.ts";
import { toServerFiles } from "./lib/server-files.ts";

const [kind, name = "", ...rest] = process.argv.slice(2);
const folder = join("servers", name);

if (kind !== "server" || name === "" || rest.length > 0) fail("Usage: pnpm new server NAME");
else if (!/^(?=.{1,31}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
  fail(`${name} cannot be its name: use lower-case letters, digits and single hyphens.`);
} else if (existsSync(join(root, folder))) fail(`${folder} is there already.`);
else {
  for (const [path, text] of toServerFiles(name)) {
    const file = join(root, folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  console.log(`Wrote ${folder}. Next: pnpm install && pnpm gen && pnpm check`);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 2;
}
