export { TooManySchemas } from "../define/portable/write.ts";
export { toConfig, toCredentials, toServerVariables, type Values } from "./config.ts";
export { connectApi } from "./connect.ts";
export type { ApiContext } from "./context.ts";
export {
  type ApiData,
  listOperations,
  type OperationEntry,
  type OperationGroup,
  toInput,
  toListed,
} from "./data.ts";
export { toResourceTemplates } from "./resources.ts";
export { type ApiHead, openApi, toStoredApi } from "./stored.ts";
export { toToolsets } from "./toolsets.ts";
export type { Wrap, Wraps } from "./wraps.ts";
