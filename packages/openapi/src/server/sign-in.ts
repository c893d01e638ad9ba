import type { Account, SignInProvider } from "@fairlead/runtime";
import type { ApiData } from "../data/data.ts";
import type { SignInFlow } from "../request/operation.ts";
import type { Credentials } from "../request/security.ts";
import { toBaseUrl } from "../request/servers.ts";
import { ApiError } from "../values/errors.ts";
import { toServerVariables, type Values } from "./config.ts";

/**
 * Lets each caller sign in to an account of their own, if a security scheme of the API has the
 * authorization code flow: the first that has it.
 */
export function toSignIn(data: ApiData): { signIn?: (values: Values) => SignInProvider } {
  const flow = findFlow(data)?.flow;
  if (flow === undefined) return {};
  return {
    signIn(values) {
      const { baseUrl } = values;
      const base = toBaseUrl(data.servers, {
        variables: toServerVariables(data, values),
        ...(typeof baseUrl === "string" && baseUrl !== "" && { baseUrl }),
      });
      return {
        title: data.title,
        authorizationEndpoint: new URL(flow.authorizationUrl, base).href,
        tokenEndpoint: new URL(flow.tokenUrl, base).href,
        scopes: flow.scopes,
      };
    },
  };
}

/** The credentials of a caller with an account. Throws ApiError if the server has others besides. */
export function toOwnCredentials(
  data: ApiData,
  account: Account,
  configured: Credentials,
): Credentials {
  if (Object.keys(configured).length > 0) {
    throw new ApiError(
      "More than one way to sign in is configured.",
      "The person who runs this server must leave out the credentials of the API: with --sign-in-client-id every caller signs in themselves.",
    );
  }
  const found = findFlow(data);
  return found === undefined ? {} : { [found.scheme]: { account } };
}

function findFlow({ schemes }: ApiData): { scheme: string; flow: SignInFlow } | undefined {
  for (const [scheme, entry] of Object.entries(schemes)) {
    if (entry.type === "oauth2" && entry.signIn) return { scheme, flow: entry.signIn };
  }
  return undefined;
}
