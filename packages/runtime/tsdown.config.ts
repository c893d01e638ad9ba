import { library } from "../../tsdown.base.ts";

export default library({
  index: "src/index.ts",
  main: "src/main.ts",
  host: "src/host.ts",
  serve: "src/serve/index.ts",
  schema: "src/schema.ts",
  render: "src/render.ts",
  testing: "src/testing/index.ts",
});
