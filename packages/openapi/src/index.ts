export type { Answer } from "./answer/answers.ts";
export { type Api, type ApiOptions, type CallOptions, createApi } from "./call/api.ts";
export {
  type ApiData,
  listOperations,
  type OperationEntry,
  type OperationGroup,
  toInput,
  toListed,
} from "./data/data.ts";
export { type ApiHead, openApi, toStoredApi } from "./data/stored.ts";
export {
  createFileReader,
  type FileContent,
  type FileReader,
  type FileReaderOptions,
} from "./request/files.ts";
export type {
  ApiEntry,
  ArgumentParameter,
  Arguments,
  Body,
  Member,
  NextHint,
  Operation,
  SecurityScheme,
  SecuritySet,
  ServerEntry,
  ServerVariable,
  SignInFlow,
} from "./request/operation.ts";
export type { Parameter } from "./request/parameters.ts";
export type {
  AccountCredential,
  ClientCredential,
  Credential,
  Credentials,
} from "./request/security.ts";
export type { ServerChoice } from "./request/servers.ts";
export { toConfig, toCredentials, toServerVariables, type Values } from "./server/config.ts";
export { connectApi } from "./server/connect.ts";
export type { ApiContext } from "./server/context.ts";
export { toResourceTemplates } from "./server/resources.ts";
export { toSignIn } from "./server/sign-in.ts";
export { toToolsets } from "./server/toolsets.ts";
export type { Wrap, Wraps } from "./server/wraps.ts";
export { isMarked, markDigits, toMarked, toPlainText } from "./values/digits.ts";
export { ApiError, ArgumentError } from "./values/errors.ts";
export type { Encoding } from "./values/form.ts";
export { type Style, styles } from "./values/styles.ts";
