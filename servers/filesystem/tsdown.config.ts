import { defineConfig } from "tsdown";

const common = {
  platform: "node",
  target: "node22.18",
  format: "esm",
  fixedExtension: false,
} as const;

export default defineConfig([
  { ...common, entry: { index: "src/index.ts" }, dts: true },
  {
    ...common,
    entry: { main: "src/main.ts", "pattern-worker": "src/pattern-worker.ts" },
    clean: false,
    dts: false,
    minify: true,
    deps: { alwaysBundle: [/.*/] },
  },
]);
