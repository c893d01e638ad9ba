import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBackends, toCommand } from "../src/hosts/libraries/backends.ts";
import { install } from "../src/hosts/libraries/install.ts";
import { fieldsOf } from "../src/hosts/libraries/json.ts";
import { libraries } from "../src/hosts/libraries/libraries.ts";
import { findLost, toPayload } from "../src/hosts/libraries/payload.ts";
import { findForgotten, findUnstrict } from "../src/hosts/libraries/schemas.ts";
import { openSession, type Session } from "../src/hosts/libraries/session.ts";

const folder = mkdtempSync(join(tmpdir(), "libraries-"));
const backends = await createBackends(folder);
const looseTools: unknown = JSON.parse(
  readFileSync(new URL("../src/hosts/libraries/loose-tools.json", import.meta.url), "utf8"),
);
const rows: string[] = [];

afterAll(() => {
  backends.close();
  rmSync(folder, { recursive: true, force: true });
  process.stdout.write(`\n${rows.join("\n")}\n`);
});

for (const library of libraries) {
  const installed = await install(library.folder);
  const missing = "missing" in installed ? installed.missing : undefined;
  if (missing !== undefined) {
    const what = `${library.folder} did not run, as npm could not install it: ${missing}`;
    if (process.env["FAIRLEAD_REQUIRE"] === "all") throw new Error(what);
    rows.push(what);
  }
  for (const way of library.ways) {
    describe.skipIf(missing !== undefined).each(backends.all)(
      `${library.folder} (${way}) and $server`,
      (backend) => {
        const calls = backend.calls.filter(({ follows }) => !(follows && library.forgets));
        let session: Session;
        beforeAll(async () => {
          if (!("driver" in installed)) return;
          const command = toCommand(backend);
          session = await openSession({ driver: installed.driver, way, command, calls, folder });
        }, 300_000);

        it("takes every tool with all its parameters", () => {
          const { offered, listed } = session;
          const names = offered.map(({ name }) => name).toSorted();
          expect(names).toEqual([...new Set(listed.map(({ name }) => name))].toSorted());
          expect(names).not.toEqual([]);
          const schemas = new Map(offered.map(({ name, schema }) => [name, schema]));
          const forgotten = listed.flatMap(({ name, schema }) => {
            return findForgotten(schema, schemas.get(name)).map((field) => `${name}.${field}`);
          });
          expect(forgotten).toEqual([]);
        });

        it("shows a model the whole of every answer", () => {
          const { listed, results, views } = session;
          expect(results).toHaveLength(calls.length);
          const lost = calls.flatMap(({ tool, holds }, index) => {
            const result = results[index] ?? {};
            expect(result["isError"] ?? false, `${tool}: ${JSON.stringify(result)}`).toBe(false);
            const { outputSchema } = listed.find(({ name }) => name === tool) ?? {};
            const payload = [...holds, ...toPayload(result, outputSchema)];
            return Object.entries(views[index] ?? {}).flatMap(([view, shown]) => {
              const missed = findLost(payload, shown);
              const share = `${payload.length - missed.length} of ${payload.length}`;
              rows.push(`${library.folder} (${way}), ${view}: ${share} pieces of ${tool}`);
              return missed.map((piece) => `${tool}, ${view}: ${piece}`.slice(0, 200));
            });
          });
          expect(lost).toEqual([]);
        });

        if (way !== "strict") return;
        it("keeps every tool strict but those of the list", () => {
          const { offered } = session;
          const loose = offered.filter(({ strict }) => !strict).map(({ name }) => name);
          expect(loose).toEqual(Object.keys(fieldsOf(looseTools, backend.server)));
          const refused = offered
            .filter(({ strict }) => strict)
            .flatMap(({ name, schema }) => findUnstrict(schema).map((what) => `${name}: ${what}`));
          expect(refused).toEqual([]);
        });
      },
    );
  }
}
