import { defineConfig } from "tsdown";

export default defineConfig({
  entry: { main: "src/main.ts" },
  platform: "node",
  target: "node22.18",
  format: "esm",
  fixedExtension: false,
  dts: false,
});
