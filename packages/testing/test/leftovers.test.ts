import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findEngine } from "../src/index.ts";

const engine = await findEngine();
const deserter = fileURLToPath(new URL("./support/deserter.ts", import.meta.url));

test.skipIf(engine === undefined)(
  "a killed process leaves nothing behind (container)",
  async () => {
    const child = spawn(process.execPath, [deserter], { stdio: ["ignore", "pipe", "inherit"] });
    const [said] = await once(child.stdout, "data");
    const pid = Number(String(said));
    const count = async (...words: string[]) => {
      const format = '{{.Label "dev.fairlead.tests"}}';
      const owners = (await engine?.run(...words, "--format", format)) ?? "";
      return owners.split("\n").filter((owner) => owner.endsWith(`:${pid}`)).length;
    };
    const list = async () => [await count("ps", "--all"), await count("network", "ls")];
    expect(await list()).toEqual([1, 1]);
    child.kill("SIGKILL");
    await expect.poll(list, { timeout: 60_000, interval: 200 }).toEqual([0, 0]);
  },
);
