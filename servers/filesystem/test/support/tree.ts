import { existsSync } from "node:fs";
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** Where a file system in memory is found on Linux: tests that write much wait for no disk there. */
const memory = "/dev/shm";

/** A directory of its own for a test, gone when the test is. */
export async function temporaryDirectory({
  inMemory = false,
}: {
  readonly inMemory?: boolean;
} = {}): Promise<string> {
  const parent = inMemory && existsSync(memory) ? memory : tmpdir();
  const path = await realpath(await mkdtemp(join(parent, "fairlead-files-")));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** What a path is made as: text or bytes of a file, a link, or a directory. */
export type Node =
  | string
  | Uint8Array
  | { readonly link: string }
  | { readonly mode: number }
  | null;

/** Makes files and directories below a directory; `null` is an empty directory. */
export async function plant(top: string, nodes: Readonly<Record<string, Node>>): Promise<void> {
  for (const [name, node] of Object.entries(nodes)) {
    const path = join(top, name);
    await mkdir(dirname(path), { recursive: true });
    if (node === null) await mkdir(path, { recursive: true });
    else if (typeof node === "string" || node instanceof Uint8Array) await writeFile(path, node);
    else if ("link" in node) await symlink(node.link, path);
    else await chmod(path, node.mode);
  }
}

/** What is below a directory, as lines that can be compared. */
export async function snapshot(top: string, below = ""): Promise<string[]> {
  const lines: string[] = [];
  for (const entry of await readdir(join(top, below), { withFileTypes: true })) {
    const name = join(below, entry.name);
    const path = join(top, name);
    const mode = ((await lstat(path)).mode & 0o777).toString(8);
    if (entry.isSymbolicLink()) lines.push(`${name} -> ${await readlink(path)}`);
    else if (entry.isDirectory()) lines.push(`${name}/ ${mode}`, ...(await snapshot(top, name)));
    else if (entry.isFile())
      lines.push(`${name} ${mode} ${(await readFile(path)).toString("latin1")}`);
    else lines.push(`${name} special`);
  }
  return lines;
}
