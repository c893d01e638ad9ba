import { toResourceTemplates, toSignIn, toToolsets } from "@fairlead/openapi";
import { defineServer } from "@fairlead/runtime";
import packageFacts from "../package.json" with { type: "json" };
import { connect } from "./auth.ts";
import { config } from "./config.ts";
import { custom, wraps } from "./custom/index.ts";
import { api } from "./generated/api.ts";

export const server = defineServer({
  name: api.name,
  title: api.title,
  package: packageFacts,
  ...(api.instructions !== undefined && { instructions: api.instructions }),
  config,
  connect,
  ...toSignIn(api),
  toolsets: [...toToolsets(api, wraps), ...custom],
  resourceTemplates: toResourceTemplates(api),
  skills: new URL("../skills/", import.meta.url),
});
