import { createHash } from "node:crypto";

/** A Lua script, which Redis runs in one step: no other command runs in between. */
export interface Script {
  readonly lua: string;
  /** SHA-1 of the script, by which Redis knows it once it has run it. */
  readonly sha1: string;
}

export function defineScript(lua: string): Script {
  return { lua, sha1: createHash("sha1").update(lua).digest("hex") };
}

/** Begins a script that must do nothing after its last word, a time by the clock of Redis. */
export const late = `
do
  local time = redis.call('TIME')
  if time[1] * 1000 + time[2] / 1000 > tonumber(ARGV[#ARGV]) then return 'late' end
end
`;
