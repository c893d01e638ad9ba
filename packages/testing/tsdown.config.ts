import { bundle, library } from "../../tsdown.base.ts";

export default [
  library({
    index: "src/index.ts",
    identity: "src/identity/index.ts",
    github: "src/fakes/github/github.ts",
    scenes: "src/hosts/scenes/index.ts",
  }),
  // For an image, where nothing is installed; emulate reads its fonts as it loads.
  bundle({
    entry: { main: "src/emulators/main.ts" },
    outDir: "dist/emulators",
    fixedExtension: true,
    copy: "node_modules/emulate/dist/fonts",
  }),
];
