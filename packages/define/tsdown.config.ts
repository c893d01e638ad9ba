import { library } from "../../tsdown.base.ts";

export default library({
  index: "src/index.ts",
  portable: "src/portable/index.ts",
  run: "src/run.ts",
  start: "src/start.ts",
});
