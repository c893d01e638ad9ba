import { server } from "../../tsdown.base.ts";

export default server({
  workers: { "document-worker": "src/documents/document-worker.ts" },
  external: ["@googleapis/drive", "emulate", "google-auth-library", "unpdf"],
});
