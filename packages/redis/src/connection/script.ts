import { createHash } from "node:crypto";

/** What Redis does in one step: nothing else happens in between. */
export interface Script {
  readonly lua: string;
  /** By which Redis knows it once it has run it. */
  readonly sha1: string;
}

export function defineScript(lua: string): Script {
  return { lua, sha1: createHash("sha1").update(lua).digest("hex") };
}
