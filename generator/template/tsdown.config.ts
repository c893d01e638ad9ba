import { defineConfig } from "tsdown";

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
  },
]);
