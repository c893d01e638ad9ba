import { server } from "../../tsdown.base.ts";

export default server({
  external: ["@googleapis/drive", "emulate", "google-auth-library", "mammoth", "unpdf"],
});
