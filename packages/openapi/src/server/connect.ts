import type { Caller, Connection } from "@fairlead/runtime";
import { type Api, type ApiOptions, createApi } from "../call/api.ts";
import type { ApiData } from "../data/data.ts";
import { toFacts } from "../data/facts.ts";
import { createFileReader } from "../request/files.ts";
import { ApiError } from "../values/errors.ts";
import { toCredentials, toServerVariables, type Values } from "./config.ts";
import type { ApiContext } from "./context.ts";
import { AnswerFiles } from "./files.ts";
import { toOwnCredentials } from "./sign-in.ts";

/**
 * Opens the way to an API by the options of its server; `more` wins over them, for credentials that
 * come from elsewhere. Throws ApiError where nothing says at which URL the API is.
 */
export function connectApi(
  data: ApiData,
  values: Values,
  { environment, account }: Pick<Caller, "environment" | "account">,
  more: Partial<ApiOptions> = {},
): Connection<ApiContext> {
  const { baseUrl, uploadDirs } = values;
  const directories = Array.isArray(uploadDirs) ? uploadDirs.map(String) : [];
  const { servers, answersFiles } = toFacts(data);
  const options: ApiOptions = {
    api: data,
    operationServers: servers,
    credentials: toCredentials(data, values),
    variables: toServerVariables(data, values),
    files: createFileReader({ directories }),
    environment,
    userAgent: data.name,
    ...(typeof baseUrl === "string" && baseUrl !== "" && { baseUrl }),
    ...more,
    ...(account && {
      credentials: toOwnCredentials(data, account, more.credentials ?? toCredentials(data, values)),
    }),
  };
  const api = open(options);
  const files = answersFiles ? new AnswerFiles(data.name) : undefined;
  return { context: { api, ...(files && { files }) }, close: () => api.close() };
}

function open(options: ApiOptions): Api {
  try {
    return createApi(options);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ApiError(
      error.message,
      "The person who runs this server can set it with --base-url.",
    );
  }
}
