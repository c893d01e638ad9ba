import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { spawn } from "@fairlead/runtime/testing";
import { mostLoaded, readLoads, reportLoads } from "@fairlead/testing";
import { expect, test } from "vitest";

const servers = new URL("../../servers/", import.meta.url);

test.each(readdirSync(servers))(
  "%s answers its first list before it loads its tools",
  async (name) => {
    const client = await spawn(new URL(`${name}/dist/main.cjs`, servers), {
      args: name === "filesystem" || name === "git" ? [tmpdir()] : [],
      env: { NODE_OPTIONS: reportLoads },
    });
    expect(await client.listTools()).not.toEqual([]);
    const { files, bytes } = readLoads(client.stderr());
    await client.close();
    expect(files).toContain(fileURLToPath(new URL(`${name}/dist/main.cjs`, servers)));
    expect(bytes, files.join("\n")).toBeLessThan(mostLoaded);
    // A file more is a millisecond more: the bin holds all that a start over stdio loads.
    const own = files.filter((file) =>
      file.startsWith(fileURLToPath(new URL(`${name}/`, servers))),
    );
    expect(own.filter((file) => /\.c?js$/.test(file))).toHaveLength(1);
  },
);
