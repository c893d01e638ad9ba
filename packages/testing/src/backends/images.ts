import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Engine, root } from "./engine.ts";

/** Every checkout has its own images: two that are tested at once must not take each other's. */
const checkout = createHash("sha256").update(root).digest("hex").slice(0, 12);

/** Where the images of the tests say that they come from. */
export const origin = { source: "https://git.example.com/fairlead", revision: checkout };

const builds = new Map<string, Promise<string>>();

/**
 * Builds the image of a server and gives its name: by docker/Dockerfile for one of this repository,
 * which a name says, or by the Dockerfile of the package whose folder it is.
 */
export function buildServerImage(engine: Engine, server: string | URL): Promise<string> {
  if (typeof server !== "string") {
    const folder = fileURLToPath(server);
    return build(engine, `package-${basename(folder).toLowerCase()}`, [folder]);
  }
  const dockerfile = join(root, "docker", "Dockerfile");
  const facts = [`SERVER=${server}`, `SOURCE=${origin.source}`, `REVISION=${origin.revision}`];
  const words = [...facts.flatMap((fact) => ["--build-arg", fact]), "--file", dockerfile, root];
  return build(engine, `server-${server}`, words);
}

/** Builds the image of one of the backends in docker/backends and gives its name. */
export function buildBackendImage(engine: Engine, backend: string): Promise<string> {
  return build(engine, backend, [join(root, "docker", "backends", backend)]);
}

/** Builds the image of the emulated services, from what this package is built to. */
export function buildEmulatorImage(engine: Engine): Promise<string> {
  const dockerfile = join(root, "docker", "backends", "emulators", "Dockerfile");
  const context = join(root, "packages", "testing", "dist", "emulators");
  return build(engine, "emulators", ["--file", dockerfile, context]);
}

/** Once in a process; what has not changed since an earlier one the engine's cache knows. */
function build(engine: Engine, name: string, words: readonly string[]): Promise<string> {
  const tag = `fairlead-test/${name}:${checkout}`;
  const known = builds.get(tag) ?? engine.build("--tag", tag, ...words);
  builds.set(tag, known);
  return known.then(() => tag);
}
