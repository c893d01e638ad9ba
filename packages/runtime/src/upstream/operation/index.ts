export type { Answer } from "./answers.ts";
export { type Api, type ApiOptions, type CallOptions, createApi } from "./api.ts";
export { isMarked, markDigits, toMarked, toPlainText } from "./digits.ts";
export { ApiError, ArgumentError } from "./errors.ts";
export {
  createFileReader,
  type FileContent,
  type FileReader,
  type FileReaderOptions,
} from "./files.ts";
export type { Encoding } from "./form.ts";
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
} from "./operation.ts";
export type { Parameter } from "./parameters.ts";
export type { ClientCredential, Credential, Credentials } from "./security.ts";
export type { ServerChoice } from "./servers.ts";
export { type Style, styles } from "./styles.ts";
