import { server } from "../../tsdown.base.ts";

export default server({ workers: { "search-worker": "src/search/search-worker.ts" } });
