import { server } from "../../tsdown.base.ts";

export default server({
  workers: { "demo-worker": "src/demo/demo-worker.ts" },
  external: ["@electric-sql/pglite", "libpg-query", "pg"],
});
