import { server } from "../../tsdown.base.ts";

export default server({ workers: { "pattern-worker": "src/pattern-worker.ts" } });
