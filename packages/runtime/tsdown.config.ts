import { defineConfig } from "tsdown";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    main: "src/main.ts",
    guard: "src/guard/index.ts",
    render: "src/render/index.ts",
    testing: "src/testing/index.ts",
  },
  platform: "node",
  target: "node22.18",
  format: "esm",
  fixedExtension: false,
  dts: true,
});
