import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { buildServerImage, findEngine } from "../src/index.ts";

const engine = await findEngine();
const folder = new URL("../../../servers/", import.meta.url);
const servers = readdirSync(folder).filter((name) => {
  return existsSync(new URL(`${name}/package.json`, folder));
});

describe.for(servers)("the image of %s (container)", (server) => {
  test.skipIf(engine === undefined)(
    "says what it is and runs as nobody in particular",
    async () => {
      if (engine === undefined) return;
      const image = await buildServerImage(engine, server);
      const manifest = JSON.parse(readFileSync(new URL(`${server}/package.json`, folder), "utf8"));
      const { Config } = JSON.parse(
        await engine.run("image", "inspect", "--format", "{{json .}}", image),
      );
      expect(Config.User).toBe("1000:1000");
      expect(Config.Labels).toMatchObject({
        "org.opencontainers.image.version": manifest.version,
        "org.opencontainers.image.description": manifest.description,
        "io.modelcontextprotocol.server.name": manifest.mcpName,
      });
      expect(await engine.run("run", "--rm", image, "--version")).toBe(manifest.version);
    },
  );

  test.skipIf(engine === undefined)("holds what the server needs and no more", async () => {
    if (engine === undefined) return;
    const image = await buildServerImage(engine, server);
    const skill = `/app/skills/use-${server}/SKILL.md`;
    const look = `id -u; command -v npm pnpm corepack; ls /app /app/node_modules ${skill}`;
    const words = ["run", "--rm", "--entrypoint", "sh", image, "-c", look];
    const [id, ...names] = (await engine.run(...words)).split("\n");
    expect(id).toBe("1000");
    const manifest = JSON.parse(readFileSync(new URL(`${server}/package.json`, folder), "utf8"));
    const wanted = Object.keys(manifest.dependencies ?? {}).map((name) => name.split("/")[0]);
    const own = ["dist", "node_modules", "package.json", "server.json", "skills", "surface.json"];
    expect(names.filter(Boolean).sort()).toEqual(
      ["/app:", ...own, skill, "/app/node_modules:", ...new Set(wanted)].sort(),
    );
  });
});
