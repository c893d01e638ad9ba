import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { z } from "zod";
import { temporaryDirectory } from "./support/tree.ts";

const filler = fileURLToPath(new URL("./support/filler.ts", import.meta.url));
const results = z.record(z.string(), z.string());

it("a write the system ends half way (EFBIG) changes and leaves nothing", async () => {
  const top = await temporaryDirectory();
  await writeFile(join(top, "kept.txt"), "kept");
  await writeFile(join(top, "large.txt"), "y".repeat(300_000));
  // The limit is in blocks of 512 bytes.
  const command = `ulimit -f 256; exec "$0" "$1" "$2"`;
  const output = execFileSync("sh", ["-c", command, process.execPath, filler, top], {
    encoding: "utf8",
  });
  for (const [name, result] of Object.entries(results.parse(JSON.parse(output)))) {
    expect(result, name).toContain("EFBIG");
  }
  expect(await readdir(top)).toEqual(["kept.txt", "large.txt"]);
  expect(await readFile(join(top, "kept.txt"), "utf8")).toBe("kept");
});

/** A file system of 256 KB needs the right to mount one. */
const mount = `mount -t tmpfs -o size=256k tmpfs "$2" && printf kept > "$2/kept.txt" && head -c 150000 /dev/zero > "$2/large.txt"`;
const canMount =
  process.platform === "linux" &&
  spawnSync("unshare", ["-m", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]).status === 0;

it("a full disk (ENOSPC) changes and leaves nothing", async ({ skip }) => {
  if (!canMount) {
    const what = "NOT RUN: a full disk (ENOSPC). Mounting a small file system takes root on Linux.";
    if (process.env["FAIRLEAD_REQUIRE"] === "all") throw new Error(what);
    process.stderr.write(`${what}\n`);
    return skip(what);
  }
  const top = join(await temporaryDirectory(), "small");
  await mkdir(top);
  const command = `${mount} && "$0" "$1" "$2" && echo && ls -A "$2" && cat "$2/kept.txt"`;
  const output = execFileSync(
    "unshare",
    ["-m", "sh", "-c", command, process.execPath, filler, top],
    { encoding: "utf8" },
  );
  const [json = "", ...rest] = output.split("\n");
  for (const [name, result] of Object.entries(results.parse(JSON.parse(json)))) {
    expect(result, name).toContain("ENOSPC");
  }
  expect(rest).toEqual(["kept.txt", "large.txt", "kept"]);
});
