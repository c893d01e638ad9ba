import { connectApi, toCredentials, type Values } from "@fairlead/openapi";
import type { Caller } from "@fairlead/runtime";
import { api } from "./generated/api.ts";

/** How the server proves to the API who it is: by what its options say, unless you change it here. */
export function connect(options: Values, caller: Caller) {
  return connectApi(api, options, caller, { credentials: toCredentials(api, options) });
}
