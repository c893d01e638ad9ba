import { library } from "../../tsdown.base.ts";

export default library({ index: "src/index.ts", github: "src/fakes/github.ts" });
