import { existsSync } from "node:fs";
import { defineConfig } from "tsdown";

/** Operations of a large API, which are read when they are used. */
const stored = "src/generated/stored";

const common = {
  platform: "node",
  target: "node22.18",
  format: "esm",
  fixedExtension: false,
} as const;

export default defineConfig([
  // The definition, for those who embed the server.
  { ...common, entry: { index: "src/index.ts" }, dts: true },
  // The bin, with everything inside, so that `npx` downloads little and it starts at once.
  {
    ...common,
    entry: { main: "src/main.ts" },
    clean: false,
    dts: false,
    minify: true,
    deps: { alwaysBundle: () => true },
    ...(existsSync(stored) && { copy: stored }),
  },
]);
