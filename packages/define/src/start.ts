// What a process needs of a definition before it has loaded one.

export { anonymous, logLevels } from "./context.ts";
export { explain, JsonRpcError, RefusedCall, ToolError } from "./error.ts";
export { promised } from "./middleware.ts";
export { commonOptions } from "./surface/common-options.ts";
export { isSurface, toConfirmName, withConfirm } from "./surface/surface.ts";
