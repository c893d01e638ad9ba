export { toAccess } from "./access.ts";
export { toNotFound, toUnauthorized } from "./directions.ts";
export { followTokenFile } from "./token-file.ts";
export { readTokens, Tokens } from "./tokens.ts";
