// Writes what follows from the server: surface.json, server.json and the marked parts of README.md and
// Dockerfile. `npm run build` runs it first.
import { readFileSync, writeFileSync } from "node:fs";
import { toSurface } from "@fairlead/runtime";
import {
  fillMarkers,
  imageBase,
  toLabelInstruction,
  toReadmeBlocks,
  toServerJson,
} from "@fairlead/runtime/render";
import packageFacts from "../package.json" with { type: "json" };
import { server } from "../src/index.ts";

const surface = toSurface(server);
// What npm may not publish, npx cannot start.
const local = "private" in packageFacts;
write("surface.json", `${JSON.stringify(surface, null, 2)}\n`);
write("server.json", `${JSON.stringify(toServerJson(surface), null, 2)}\n`);
fill("README.md", toReadmeBlocks(surface, { local }));
fill("Dockerfile", { base: imageBase, labels: toLabelInstruction(surface) });

function write(path: string, text: string): void {
  writeFileSync(new URL(`../${path}`, import.meta.url), text);
}

/** Fills the marked parts of a file; where somebody has removed the markers, it is theirs. */
function fill(path: string, blocks: Readonly<Record<string, string>>): void {
  const text = readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
  const filled = Object.entries(blocks).reduce(
    (now, [name, block]) => fillMarkers(now, name, block) ?? now,
    text,
  );
  write(path, filled);
}
