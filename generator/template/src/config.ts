import { toConfig } from "@fairlead/openapi";
import { api } from "./generated/api.ts";

/** What the API needs to know; `.extend({ ... })` adds options of your own. */
export const config = toConfig(api);
