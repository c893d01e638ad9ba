import { readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { spawn } from "@fairlead/runtime/testing";
import { expect, test } from "vitest";

const servers = new URL("../../../servers/", import.meta.url);
/** Bytes of code that a first list may need: the protocol and the baked surface, not the tools. */
const most = 150_000;

/** Prints the file of each module that is loaded. */
const reporter = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module";
  registerHooks({
    load(url, context, next) {
      process.stderr.write("loaded " + url + "\\n");
      return next(url, context);
    },
  });
`)}`;

test.each(readdirSync(servers))(
  "%s answers its first list before it loads its tools",
  async (name) => {
    const client = await spawn(new URL(`${name}/dist/main.js`, servers), {
      args: name === "filesystem" || name === "git" ? [tmpdir()] : [],
      env: { NODE_OPTIONS: `--import=${reporter}` },
    });
    expect(await client.listTools()).not.toEqual([]);
    const files = [...client.stderr().matchAll(/^loaded file:\/\/(.+)$/gm)].map(([, path]) => path);
    await client.close();
    expect(files).toContain(fileURLToPath(new URL(`${name}/dist/main.js`, servers)));
    const bytes = files.reduce((sum, path) => sum + statSync(path ?? "").size, 0);
    expect(bytes, files.join("\n")).toBeLessThan(most);
  },
);
