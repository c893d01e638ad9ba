import { server } from "../../tsdown.base.ts";

export default server({
  workers: { "document-worker": "src/document-worker.ts" },
  external: ["@googleapis/drive", "emulate", "google-auth-library", "unpdf"],
});
