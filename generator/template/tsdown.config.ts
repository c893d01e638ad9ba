import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Rolldown } from "tsdown";

/** Operations of a large API, which are read when they are used. */
const stored = "src/generated/stored";

const common = {
  platform: "node",
  target: "node22.18",
  format: "esm",
  fixedExtension: false,
} as const;

/** Keeps what the bin imports at once in its own file: a file more is a millisecond more to start. */
function inOneFile(): Rolldown.CodeSplittingGroup {
  const atOnce = new Set<string>();
  return {
    debugName: "main",
    name: (id, context) => {
      if (atOnce.size === 0) {
        atOnce.add(resolve("src/main.ts"));
        // What is added on the way has its turn too.
        for (const next of atOnce) {
          for (const imported of context.getModuleInfo(next)?.importedIds ?? [])
            atOnce.add(imported);
        }
      }
      return atOnce.has(id) ? "main" : null;
    },
  };
}

export default defineConfig([
  // The definition, for those who embed the server.
  { ...common, entry: { index: "src/index.ts" }, dts: true },
  // The bin, with everything inside, so that `npx` downloads little and it starts at once; Node starts
  // CommonJS a tenth sooner than an ES module.
  {
    ...common,
    entry: { main: "src/main.ts" },
    format: "cjs",
    clean: false,
    dts: false,
    minify: true,
    outputOptions: { codeSplitting: { groups: [inOneFile()] } },
    deps: { alwaysBundle: () => true },
    ...(existsSync(stored) && { copy: stored }),
  },
]);
