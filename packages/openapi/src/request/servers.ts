import type { ServerEntry } from "./operation.ts";

/** What a person says about where an API is. */
export interface ServerChoice {
  /** Stands in for the servers of the API; those of single operations may be relative to it. */
  readonly baseUrl?: string;
  /** Values of server variables; their defaults hold for the others. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** The server's URL with its variables filled in; throws TypeError for a value it does not permit. */
export function fillServer(
  { url, variables = {} }: ServerEntry,
  { variables: given }: ServerChoice,
) {
  return url.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
    const value = given?.[name] ?? variable?.default;
    if (value === undefined) return whole;
    const permitted = variable?.enum;
    if (permitted && permitted.length > 0 && !permitted.includes(value)) {
      throw new TypeError(`${name} must be one of ${permitted.join(", ")}, not ${value}.`);
    }
    return value;
  });
}

/**
 * Where the API is: what the person says, else its first server. Throws TypeError where that is not a
 * absolute http(s) URL, as in documents that name no server.
 */
export function toBaseUrl(servers: readonly ServerEntry[], choice: ServerChoice): URL {
  const first = servers[0];
  const named = choice.baseUrl ?? (first === undefined ? "" : fillServer(first, choice));
  const url = URL.parse(named);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "") {
    throw new TypeError(`${JSON.stringify(named)} is not the URL of an API: give its base URL.`);
  }
  return url;
}

/** Where one operation is: at the API's base, or at servers of its own. */
export function toOperationBase(
  base: URL,
  servers: readonly ServerEntry[] | undefined,
  choice: ServerChoice,
): URL {
  const own = servers?.[0];
  if (own === undefined) return base;
  const url = URL.parse(fillServer(own, choice), base.href);
  if (url === null) throw new TypeError(`${JSON.stringify(own.url)} is not a URL.`);
  return url;
}

/** The address of a path below a base, whatever slashes they meet with. */
export function toAddress(base: URL, path: string, query: string): string {
  const root = base.origin + base.pathname.replace(/\/+$/, "");
  const own = base.search.replace(/^\?/, "");
  const all = [own, query].filter((part) => part !== "").join("&");
  const address = `${root}${path.startsWith("/") ? path : `/${path}`}`;
  // Some documents tell operations apart by a query in the path.
  return all === "" ? address : `${address}${address.includes("?") ? "&" : "?"}${all}`;
}
