import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildServerImage, findEngine, findSessions } from "@fairlead/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { buildPackage } from "./support/built.ts";
import { createSharedFolder } from "./support/newcomer.ts";
import { createPetstore } from "./support/petstore.ts";

const out = await buildPackage(
  await createSharedFolder(),
  "petstore3.yaml",
  ...["--name", "petstore"],
);
const sessions = await findSessions(pathToFileURL(out), join(out, "dist/main.cjs"));

const engine = await findEngine();

test.skipIf(engine === undefined)(
  "the image is the package's, and nobody's but its own (container)",
  async () => {
    if (engine === undefined) return;
    const image = await buildServerImage(engine, pathToFileURL(out));
    const { Config } = JSON.parse(
      await engine.run("image", "inspect", "--format", "{{json .}}", image),
    );
    expect(Config).toMatchObject({
      User: "1000:1000",
      Labels: {
        "org.opencontainers.image.version": "0.1.0",
        "io.modelcontextprotocol.server.name": "io.github.you/petstore-mcp",
      },
    });
    const look = "id -u; command -v npm; ls /app";
    const words = ["run", "--rm", "--entrypoint", "sh", image, "-c", look];
    const found = (await engine.run(...words)).split("\n").filter(Boolean);
    expect(found).toEqual([
      "1000",
      "dist",
      "package.json",
      "server.json",
      "skills",
      "surface.json",
    ]);
  },
);

test("its README has the order of every server's, and lists tools with their parameters", () => {
  const readme = readFileSync(join(out, "README.md"), "utf8");
  expect([...readme.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual([
    ...["Try it", "Connect a client", "Tools", "Options", "Safety", "Change it", "Other clients"],
  ]);
  const [, tool = ""] = readme.split("<code>find_pets_by_status</code>");
  expect(tool.split("</details>")[0]).toContain("- `status` (`available`, `pending` or `sold`");
});

// The built bin of a generated package, and its image, on a store that remembers its pets.

describe.for(Object.entries(sessions))("the official %s", ([, { era, open }]) => {
  test.runIf(era === "modern")("reads and verifies the skill of the package", async () => {
    const session = await open({});
    onTestFinished(() => session.close());
    const path = "skills/use-petstore/SKILL.md";
    expect(await session.readSkills()).toMatchObject([
      {
        name: "use-petstore",
        files: { "skill://use-petstore/SKILL.md": readFileSync(join(out, path), "utf8") },
      },
    ]);
  });

  test("keeps a store: adds, changes, finds, shows and gives away a pet", async () => {
    const store = await createPetstore();
    const env = {
      PETSTORE_BASE_URL: store.baseUrl,
      PETSTORE_PETSTORE_AUTH_TOKEN: "petstore-token",
    };
    const session = await open({ env, network: "host" });
    onTestFinished(() => session.close());
    const call = async (name: string, args: Record<string, unknown>) =>
      JSON.stringify(await session.call(name, args));
    expect((await session.listTools()).length).toBe(19);
    const pet = { id: 7, name: "Rex", photoUrls: [], status: "available" };
    expect(await call("add_pet", pet)).toContain("Rex");
    await call("update_pet", { ...pet, name: "Max" });
    expect(await call("find_pets_by_status", { status: "available" })).toContain("Max");
    const photo = { petId: 7, additionalMetadata: "a b", file: "data:image/png;base64,UE5H" };
    expect(await call("upload_file", photo)).toContain("a b");
    expect(store.images.get(7)?.toString()).toBe("PNG");
    expect(await call("delete_pet", { petId: 7 })).toContain("confirm: true");
    expect(store.pets.has(7)).toBe(true);
    await call("delete_pet", { petId: 7, confirm: true });
    expect(await call("get_pet_by_id", { petId: 7 })).toContain("404 Not Found: Pet not found");
  });
});
