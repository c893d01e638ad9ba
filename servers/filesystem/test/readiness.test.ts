import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toSurface } from "@fairlead/runtime";
import { Endpoint } from "@fairlead/runtime/serve";
import { expect, onTestFinished, test } from "vitest";
import { server } from "../src/index.ts";

test("is ready while all its directories are there", async () => {
  const base = await mkdtemp(join(tmpdir(), "fairlead-ready-"));
  const [first, second] = [join(base, "first"), join(base, "second")];
  await Promise.all([mkdir(first), mkdir(second)]);
  const endpoint = new Endpoint({
    surface: toSurface(server),
    load: async () => ({ server, config: server.config.parse({ directories: [first, second] }) }),
    sink: () => undefined,
  });
  onTestFinished(async () => {
    await endpoint.close();
    await rm(base, { recursive: true, force: true });
  });
  const ready = () => endpoint.ready(AbortSignal.timeout(60_000));
  await ready();
  await rename(second, `${second}-away`);
  await expect(ready()).rejects.toThrow(/second/);
  await writeFile(second, "a file in its place");
  await expect(ready()).rejects.toThrow(/is not a directory/);
  await rm(second);
  await rename(`${second}-away`, second);
  await ready();
});
