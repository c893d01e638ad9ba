import { server } from "../../tsdown.base.ts";

export default server({ "pattern-worker": "src/pattern-worker.ts" });
