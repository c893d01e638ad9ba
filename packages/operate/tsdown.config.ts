import { library } from "../../tsdown.base.ts";

export default library({
  auth: "src/auth/index.ts",
  tokens: "src/tokens/index.ts",
  policy: "src/policy/index.ts",
  audit: "src/audit/index.ts",
  telemetry: "src/telemetry/index.ts",
  "sign-in": "src/sign-in/index.ts",
});
