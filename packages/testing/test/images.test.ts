import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { describe, expect, onTestFinished, test } from "vitest";
import { origin } from "../src/backends/images.ts";
import { buildServerImage, findEngine } from "../src/index.ts";

const engine = await findEngine();
const folder = new URL("../../../servers/", import.meta.url);
const servers = readdirSync(folder).filter((name) => {
  return existsSync(new URL(`${name}/package.json`, folder));
});

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
/** Packages of Debian that a server needs. */
const packages: Readonly<Record<string, readonly string[]>> = {
  git: ["git", "openssh-client"],
  puppeteer: ["chromium", "tini"],
};

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
        "org.opencontainers.image.licenses": manifest.license,
        "org.opencontainers.image.source": origin.source,
        "org.opencontainers.image.revision": origin.revision,
        "io.modelcontextprotocol.server.name": manifest.mcpName,
      });
      expect(await engine.run("run", "--rm", image, "--version")).toBe(manifest.version);
    },
  );

  test.skipIf(engine === undefined)("holds what the server needs and no more", async () => {
    if (engine === undefined) return;
    const image = await buildServerImage(engine, server);
    const skill = `/app/skills/use-${server}/SKILL.md`;
    const managers = "npm npx pnpm corepack yarn yarnpkg";
    const notices = "/app/dist/THIRD-PARTY-NOTICES.txt /usr/share/doc/nodejs/copyright";
    const look = [
      `id -u; command -v ${managers}; ls /app /app/node_modules ${skill} ${notices}`,
      "echo; node --version; cat /app/sbom.cdx.json",
    ].join("; ");
    const words = ["run", "--rm", "--entrypoint", "sh", image, "-c", look];
    const [listing = "", version = "", bill = ""] = (await engine.run(...words)).split(
      /\n\n(v\S+)\n(?=\{)/,
    );
    const [id, ...names] = listing.split("\n");
    expect(id).toBe("1000");
    const manifest = JSON.parse(readFileSync(new URL(`${server}/package.json`, folder), "utf8"));
    const wanted = Object.keys(manifest.dependencies ?? {}).map((name) => name.split("/")[0]);
    const own = ["dist", "node_modules", "package.json", "server.json", "skills", "surface.json"];
    const files = [skill, ...notices.split(" "), "sbom.cdx.json"];
    expect(names.filter(Boolean).sort()).toEqual(
      ["/app:", ...own, ...files, "/app/node_modules:", ...new Set(wanted)].sort(),
    );
    const { metadata, components } = JSON.parse(bill);
    expect(metadata.component).toMatchObject({ name: manifest.name, version: manifest.version });
    const listed = components.map((component: { readonly name: string }) => component.name);
    // Bundled, installed, of Debian.
    const debian = ["libc6", ...(packages[server] ?? [])];
    expect(listed).toEqual(
      expect.arrayContaining(["zod", ...Object.keys(manifest.dependencies ?? {}), ...debian]),
    );
    expect(components).toContainEqual(
      expect.objectContaining({ name: "node", version: version.slice(1) }),
    );
    expect(await validator.validate(bill)).toBeNull();
  });
});

test.skipIf(engine === undefined)(
  "a container that serves HTTP is healthy when it answers (container)",
  async () => {
    if (engine === undefined) return;
    const { run, labels } = engine;
    const image = await buildServerImage(engine, "filesystem");
    const marks = Object.entries(labels).flatMap(([name, value]) => [
      "--label",
      `${name}=${value}`,
    ]);
    const words = ["--detach", ...marks, "--health-interval", "1s", image];
    const id = await run("run", ...words, "--http", "127.0.0.1:3000", "/tmp");
    onTestFinished(() => void run("rm", "--force", id));
    const state = () => run("inspect", "--format", "{{.State.Health.Status}}", id);
    await expect.poll(state, { timeout: 20_000 }).toBe("healthy");
  },
);
