import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmInstall } from "../npm-install.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const store = new URL("../../../../../node_modules/.fairlead/libraries", import.meta.url);

/** Where a library is installed with its driver, or why it is not. */
export type Installed = { readonly driver: string } | { readonly missing: string };

/**
 * Installs the library of a folder at the versions it pins, where nothing of ours depends on it, and puts
 * its drivers next to it. A later run finds it there.
 */
export async function install(folder: string): Promise<Installed> {
  const source = join(here, folder);
  const pins = readFileSync(join(source, "package.json"), "utf8");
  const hash = createHash("sha256").update(pins).digest("hex").slice(0, 12);
  const target = join(fileURLToPath(store), `${folder}-${hash}`);
  const complete = join(target, "complete");
  mkdirSync(target, { recursive: true });
  if (!existsSync(complete)) {
    writeFileSync(join(target, "package.json"), pins);
    const missing = await npmInstall(target);
    if (missing !== undefined) return { missing };
    writeFileSync(complete, "");
  }
  copyFileSync(join(here, "drive.mjs"), join(target, "drive.mjs"));
  for (const name of readdirSync(source).filter((each) => each.endsWith(".mjs"))) {
    copyFileSync(join(source, name), join(target, name));
  }
  return { driver: join(target, "driver.mjs") };
}
