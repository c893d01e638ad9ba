import { library } from "../../tsdown.base.ts";

export default library({
  index: "src/index.ts",
  "bounded-map": "src/bounded-map.ts",
  "hint-error": "src/hint-error.ts",
  home: "src/home.ts",
  record: "src/record.ts",
  redact: "src/redact.ts",
  seal: "src/seal.ts",
  text: "src/text/index.ts",
  urls: "src/urls.ts",
});
